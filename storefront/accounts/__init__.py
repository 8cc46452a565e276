"""People, roles, sign-in, second factor, addresses, privacy."""

from typing import TYPE_CHECKING, Any

from storefront.accounts import addressing as address_rules
from storefront.accounts import settings as settings  # declares what the council may change
from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.codes import (
    end_codes,
    issue_code,
    open_code,
    peek_code,
    plain_code,
    redeem_code,
)
from storefront.accounts.actions.factor import present_code, remove_factor
from storefront.accounts.actions.joining import issue_card
from storefront.accounts.actions.people import (
    AddressTaken,
    LastAdmin,
    create_user,
    disable_user,
    enable_user,
    grant_role,
    revoke_role,
    set_password,
)
from storefront.accounts.actions.privacy import erase_user, export_data, purge_accounts
from storefront.accounts.actions.sessions import end_sessions, open_session
from storefront.accounts.hooks import on_sign_in, personal_data
from storefront.accounts.models import (
    Address,
    AddressColumns,
    AuditEntry,
    Consent,
    OneTimeCode,
    RecoveryCode,
    User,
    UserRole,
    UserSession,
)
from storefront.accounts.queries import address_book, find_user
from storefront.accounts.rules import password_fault

if TYPE_CHECKING:
    from storefront.accounts.address_forms import AddressFields, address_form

__all__ = [
    "Address",
    "AddressColumns",
    "AddressFields",
    "AddressTaken",
    "AuditEntry",
    "Consent",
    "LastAdmin",
    "OneTimeCode",
    "RecoveryCode",
    "User",
    "UserRole",
    "UserSession",
    "address_book",
    "address_form",
    "address_rules",
    "create_user",
    "disable_user",
    "enable_user",
    "end_codes",
    "end_sessions",
    "erase_user",
    "export_data",
    "find_user",
    "grant_role",
    "issue_card",
    "issue_code",
    "on_sign_in",
    "open_code",
    "open_session",
    "password_fault",
    "peek_code",
    "personal_data",
    "plain_code",
    "present_code",
    "purge_accounts",
    "record_audit",
    "redeem_code",
    "remove_factor",
    "revoke_role",
    "set_password",
]


def __getattr__(name: str) -> Any:
    # Forms stand on the web floor; who only needs verbs and tables does not load it.
    if name in {"AddressFields", "address_form"}:
        from storefront.accounts import address_forms

        return getattr(address_forms, name)
    raise AttributeError(name)
