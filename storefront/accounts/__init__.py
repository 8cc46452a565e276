"""People, roles, sign-in, second factor, addresses, privacy."""

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

__all__ = [
    "Address",
    "AddressColumns",
    "AuditEntry",
    "Consent",
    "OneTimeCode",
    "RecoveryCode",
    "User",
    "UserRole",
    "UserSession",
]
