"""Cards: names with their fallback, price rows and estimates, what a label says."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from storefront.catalogue import CurrencyRule, Price, forget_words, product_cards
from storefront.catalogue.actions.reference import load_reference
from storefront.catalogue.models import ProductTranslation, Variant
from storefront.catalogue.queries.pages import product_page_of
from storefront.kernel.db import transaction
from storefront.kernel.money import Money
from storefront.web.statements import counted
from tests.factories.catalogue import live_product, reference, workshop


def test_a_card_falls_back_field_by_field(database: Any) -> None:
    piece = live_product(names={"id": "Selendang", "en": "Scarf"})
    (korean,) = product_cards([piece.id], "ko", "KRW")
    assert korean.name == ("Scarf", "en")
    (indonesian,) = product_cards([piece.id], "id", "IDR")
    assert indonesian.name == ("Selendang", "id")


def test_only_a_stored_row_is_a_price(database: Any) -> None:
    piece = live_product(price_idr=685_000)
    (card,) = product_cards([piece.id], "ko", "KRW")
    assert card.price is not None
    # 685,000 rupiah and 3 % at 11.9 rupiah, rounded up to 500 won.
    assert card.price.money == Money(59_500, "KRW")
    assert not card.price.is_estimate
    with transaction():
        database.session.execute(sa.delete(Price).where(Price.currency == "KRW"))
    (card,) = product_cards([piece.id], "ko", "KRW")
    assert card.price is not None
    assert (card.price.money, card.price.is_estimate) == (Money(57_563, "KRW"), True)
    assert card.price.idr == 685_000


def test_without_any_rate_rupiah_are_shown(database: Any) -> None:
    piece = live_product()
    with transaction():
        database.session.execute(sa.delete(Price).where(Price.currency == "EUR"))
        database.session.execute(sa.delete(CurrencyRule).where(CurrencyRule.currency == "EUR"))
    forget_words()
    (card,) = product_cards([piece.id], "fr", "EUR")
    assert card.price is not None
    assert (card.price.money, card.price.is_estimate) == (Money.idr(685_000), False)


def test_the_label_says_how_many_are_left(database: Any) -> None:
    few, many, gone = live_product(stock=2), live_product(stock=9), live_product(stock=0)
    cards = {
        card.product_id: card for card in product_cards([few.id, many.id, gone.id], "id", "IDR")
    }
    assert cards[few.id].is_few and cards[few.id].left == 2
    assert not cards[many.id].is_few
    assert cards[gone.id].is_sold
    made = live_product(availability="made_to_order", lead_days_min=10, lead_days_max=14)
    (card,) = product_cards([made.id], "id", "IDR")
    assert card.left is None and card.why_not == ""


def test_cards_keep_the_asked_order_and_leave_out_what_nobody_may_see(database: Any) -> None:
    first, second = live_product(), live_product()
    hidden = live_product(state="hidden")
    away = live_product(workshop(state="suspended"))
    cards = product_cards([second.id, hidden.id, first.id, away.id, 10**6], "en", "USD")
    assert [card.product_id for card in cards] == [second.id, first.id]


def test_thirty_cards_cost_as_much_as_one(database: Any) -> None:
    maker = workshop()
    ids = [live_product(maker).id for _ in range(12)]
    product_cards(ids[:1], "en", "USD")
    with counted() as one:
        product_cards(ids[:1], "en", "USD")
    with counted() as many:
        product_cards(ids, "en", "USD")
    assert len(one) == len(many) == 1


def test_neither_cards_nor_pages_ask_for_sealed_numbers(database: Any) -> None:
    piece = live_product(slug="piece")
    with counted() as asked:
        product_cards([piece.id], "en", "USD")
        assert product_page_of("piece", "en", "USD") is not None
    assert not [at for at in asked if re.search(r"artisan\.(nik|npwp|nib)\b", at)]


def test_a_kept_card_shows_what_has_changed(database: Any) -> None:
    piece = live_product(stock=9)
    (before,) = product_cards([piece.id], "id", "IDR")
    assert product_cards([piece.id], "id", "IDR")[0] is before
    with transaction():
        database.session.execute(sa.update(Variant).values(on_hand=2))
        database.session.execute(sa.update(ProductTranslation).values(name="Syal"))
    (after,) = product_cards([piece.id], "id", "IDR")
    assert (before.left, after.left, after.name.value) == (9, 2, "Syal")


def test_loading_the_reference_twice_changes_nothing(database: Any) -> None:
    reference()
    with transaction():
        rule = database.session.get_one(CurrencyRule, "USD")
        rule.rate_micro, rule.version = 17_000_000_000, 2
    before = {table: _count(database, table) for table in ("category", "term", "term_translation")}
    with transaction():
        load_reference()
    assert {table: _count(database, table) for table in before} == before
    assert before["category"] == 23 and before["term"] == 76
    assert database.session.get_one(CurrencyRule, "USD").rate_micro == 17_000_000_000


def _count(database: Any, table: str) -> int:
    return int(database.session.scalar(sa.select(sa.func.count()).select_from(sa.table(table))))
