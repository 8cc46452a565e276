"""People, roles, sign-in, second factor, addresses, privacy."""

from storefront.accounts.actions.audit import record_audit
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

__all__ = [
    "Address",
    "AddressColumns",
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
    "create_user",
    "disable_user",
    "enable_user",
    "end_sessions",
    "find_user",
    "grant_role",
    "on_sign_in",
    "open_session",
    "personal_data",
    "record_audit",
    "revoke_role",
    "set_password",
]
