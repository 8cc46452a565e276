"""People, roles, sign-in, second factor, addresses, privacy."""

from typing import TYPE_CHECKING, Any

from storefront.accounts import address_rules
from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.codes import (
    end_codes,
    issue_code,
    open_code,
    peek_code,
    plain_code,
    redeem_code,
)
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

if TYPE_CHECKING:
    from storefront.accounts.forms import AddressFields, address_form

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
    "find_user",
    "grant_role",
    "issue_code",
    "on_sign_in",
    "open_code",
    "open_session",
    "peek_code",
    "personal_data",
    "plain_code",
    "record_audit",
    "redeem_code",
    "revoke_role",
    "set_password",
]


def __getattr__(name: str) -> Any:
    # Forms stand on the web floor; who only needs verbs and tables does not load it.
    if name in {"AddressFields", "address_form"}:
        from storefront.accounts import forms

        return getattr(forms, name)
    raise AttributeError(name)
