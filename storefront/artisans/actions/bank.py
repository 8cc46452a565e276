"""Where a workshop's money goes. Every change waits for a second person; old accounts are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from storefront.accounts import record_audit
from storefront.artisans.actions.journal import locked, note, tell
from storefront.artisans.errors import ReasonNeeded, SamePerson
from storefront.artisans.formats import plain_number
from storefront.artisans.models import Artisan, BankAccount
from storefront.artisans.rules import BANK_ACCOUNT
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound

FIELDS = ("bank", "holder", "number")


def write_account(artisan: Artisan, facts: Mapping[str, Any], user_id: int) -> None:
    """The account inside an application draft: a proposed row nobody has looked at yet is
    written over. Facts: account_bank, account_holder, account_number; without a number none."""
    values = {name: str(facts.get(f"account_{name}") or "").strip() for name in FIELDS}
    values["number"] = plain_number(values["number"])
    if not values["number"]:
        return
    present = db.session.scalars(_accounts(artisan.id)).first()
    if present is not None and all(getattr(present, name) == values[name] for name in FIELDS):
        return
    if present is None or present.state != "proposed":
        present = BankAccount(artisan_id=artisan.id)
        db.session.add(present)
    present.bank, present.holder = values["bank"], values["holder"]
    present.number, present.number_hash = values["number"], keyed_hash(values["number"])
    present.proposed_by = user_id
    db.session.flush()


def propose_account(
    artisan_id: int, bank: str, holder: str, number: str, user_id: int
) -> BankAccount:
    """Name another account; payouts go to the confirmed one until finance confirms this one."""
    artisan = locked(artisan_id)
    for waiting in db.session.scalars(_accounts(artisan_id, "proposed")):
        waiting.state = BANK_ACCOUNT.to(waiting.state, "replace")
    account = BankAccount(
        artisan_id=artisan_id,
        bank=bank,
        holder=holder,
        number=plain_number(number),
        number_hash=keyed_hash(number),
        proposed_by=user_id,
    )
    db.session.add(account)
    db.session.flush()
    tell("bank_account", note(artisan, "propose_account", user_id, account_id=account.id))
    return account


def confirm_account(artisan_id: int, public_id: str, user_id: int) -> BankAccount:
    """Finance: this account is the workshop's. The confirmed one before it is kept as replaced.

    Raises SamePerson, NotAllowed, NotFound.
    """
    artisan, account = _locked_account(artisan_id, public_id)
    if account.proposed_by == user_id:
        raise SamePerson()
    state = BANK_ACCOUNT.to(account.state, "confirm")
    for former in db.session.scalars(_accounts(artisan_id, "confirmed")):
        former.state = BANK_ACCOUNT.to(former.state, "replace")
    _decide(account, state, user_id)
    tell("bank_account", note(artisan, "confirm_account", user_id, account_id=account.id))
    return account


def refuse_account(artisan_id: int, public_id: str, reason: str, user_id: int) -> BankAccount:
    """Finance: not this one. Raises ReasonNeeded, NotAllowed, NotFound."""
    if not reason.strip():
        raise ReasonNeeded()
    artisan, account = _locked_account(artisan_id, public_id)
    account.reason = reason
    _decide(account, BANK_ACCOUNT.to(account.state, "refuse"), user_id)
    event = note(artisan, "refuse_account", user_id, reason, account_id=account.id)
    tell("bank_account", event)
    return account


def _decide(account: BankAccount, state: str, user_id: int) -> None:
    before, account.state = account.state, state
    account.decided_by, account.decided_at = user_id, now()
    record_audit(
        user_id,
        "artisans.bank_account",
        "bank_account",
        account.id,
        {"state": before},
        {"state": state},
        account.reason,
    )


def _locked_account(artisan_id: int, public_id: str) -> tuple[Artisan, BankAccount]:
    artisan = locked(artisan_id)
    wanted = _accounts(artisan_id).where(BankAccount.public_id == public_id)
    account = db.session.scalars(wanted).one_or_none()
    if account is None:
        raise NotFound()
    lock(BankAccount, [account.id])
    return artisan, account


def _accounts(artisan_id: int, *states: str) -> sa.Select[BankAccount]:
    """A workshop's accounts, newest first."""
    query = sa.select(BankAccount).where(BankAccount.artisan_id == artisan_id)
    if states:
        query = query.where(BankAccount.state.in_(states))
    return query.order_by(BankAccount.id.desc())
