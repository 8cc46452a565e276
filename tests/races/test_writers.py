"""Eight writers at once on the real server: nobody is told that the database is locked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.cart import CartLine
from storefront.catalogue import Product
from storefront.kernel.db import db
from storefront.web.once import ActionReplay
from tests.races.conftest import Visit
from tests.races.visitor import Visitor, together

WRITERS = 8


@pytest.mark.parametrize("rounds", [5, pytest.param(60, marks=pytest.mark.full)])
def test_eight_writers_are_all_served(
    rounds: int, app: Flask, stocked: Callable[..., Product], visit: Visit
) -> None:
    pieces = [stocked(stock=900).variants[0].public_id for _ in range(2)]
    writers = [visit("en") for _ in range(WRITERS)]

    def write(writer: Visitor) -> list[int]:
        seen = []
        for turn in range(rounds):
            fields = {"variant": pieces[turn % 2], "quantity": 1, "action_id": f"{turn}"}
            fields["action_id"] = f"{id(writer)}-{turn}"
            seen.append(writer.send(writer.posted("/en/cart/lines", fields), follow=False))
        return [answer.status_code for answer in seen]

    answers = together([lambda writer=writer: write(writer) for writer in writers])
    assert {status for seen in answers for status in seen} == {303}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(CartLine.quantity))) == WRITERS * rounds
        assert db.session.scalar(sa.select(sa.func.count(ActionReplay.key))) == WRITERS * rounds
