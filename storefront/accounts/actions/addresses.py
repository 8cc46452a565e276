"""The address book."""

from __future__ import annotations

import sqlalchemy as sa

from storefront.accounts.models import Address
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.kernel.translated import N_

MOST_ADDRESSES = 30


class BookIsFull(ShopError):
    """Thirty addresses are enough for any family."""

    message = N_("Your address book is full. Please delete an address first.")


def add_address(
    user_id: int, values: dict[str, str | None], label: str = "", is_default: bool = False
) -> Address:
    """Keep an address; `values` from `address_rules.cleaned`. The first one is the default.

    Raises BookIsFull.
    """
    count = sa.select(sa.func.count()).select_from(Address).where(Address.user_id == user_id)
    present = db.session.scalar(count) or 0
    if present >= MOST_ADDRESSES:
        raise BookIsFull()
    address = Address(user_id=user_id, label=label, **values)
    db.session.add(address)
    db.session.flush()
    if is_default or present == 0:
        make_default(user_id, address.public_id)
    return address


def change_address(
    user_id: int,
    public_id: str,
    version: str,
    values: dict[str, str | None],
    label: str = "",
) -> Address:
    """Replace an address of one's own. Raises NotFound, StaleVersion."""
    address = own_address(user_id, public_id)
    if str(address.version) != version:
        raise StaleVersion()
    for name, value in values.items():
        setattr(address, name, value)
    address.label = label
    address.version += 1
    return address


def make_default(user_id: int, public_id: str) -> None:
    """Offer this address first from now on. Raises NotFound."""
    chosen = own_address(user_id, public_id)
    others = sa.update(Address).where(Address.user_id == user_id, Address.id != chosen.id)
    db.session.execute(others.values(is_default=False))
    chosen.is_default = True


def delete_address(user_id: int, public_id: str) -> None:
    """Orders keep the address they were placed with. Raises NotFound."""
    db.session.delete(own_address(user_id, public_id))


def own_address(user_id: int, public_id: str) -> Address:
    """The address, locked. Raises NotFound when it is not this person's."""
    query = sa.select(Address.id).where(Address.user_id == user_id, Address.public_id == public_id)
    key = db.session.scalar(query)
    found = lock(Address, [key]) if key is not None else []
    if not found:
        raise NotFound()
    return found[0]
