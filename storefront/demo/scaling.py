"""Many made-up workshops and pieces, to measure with: the sixty pieces over and over, varied.

Rows are inserted in bulk with ids of our own choosing, a hundred workshops in a transaction.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, ArtisanDocument, ArtisanEvent, ArtisanTranslation
from storefront.catalogue import (
    Category,
    CurrencyRule,
    Price,
    Product,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    StockMovement,
    Term,
    Variant,
    rebuild_index,
)
from storefront.demo import content
from storefront.demo.content import Facts
from storefront.demo.pictures import masters_of
from storefront.demo.pieces import SAID
from storefront.kernel.clock import now
from storefront.kernel.db import Base, db, public_id, transaction
from storefront.kernel.rates import price_from_idr
from storefront.media import add_file, import_master

Progress = Callable[[int, int], None]
Rows = dict[type[Base], list[dict[str, Any]]]

WORKSHOPS_AT_ONCE = 50
FIRST_NUMBER = 1_000_000
DISTRICTS = ["Cibeber", "Cilegon", "Citangkil", "Ciwandan", "Grogol", "Jombang", "Pulomerak"]
SYLLABLES = "ba ci da ga ja ka la ma na pa ra sa ta wa lin tan mur sar wan dra nga yu ri ke".split()
# Parents before children, as the database wants them.
MODELS: list[type[Base]] = [
    Artisan,
    ArtisanTranslation,
    ArtisanEvent,
    ArtisanDocument,
    Product,
    ProductTranslation,
    ProductTerm,
    ProductPicture,
    Variant,
    StockMovement,
    Price,
]


class Bulk:
    """Rows that wait to be inserted, each with the next id of its table."""

    def __init__(self) -> None:
        self.rows: Rows = defaultdict(list)
        self.next_id = {
            model: int(db.session.scalar(sa.select(sa.func.max(_key(model)))) or 0) + 1
            for model in MODELS
        }

    def add(self, model: type[Base], **values: Any) -> int:
        """Note a row down; returns its id."""
        at = self.next_id[model]
        self.next_id[model] += 1
        self.rows[model].append({"id": at, **values})
        return at

    def write(self) -> None:
        """Insert everything noted, in one transaction."""
        with transaction():
            for model in MODELS:
                if self.rows[model]:
                    db.session.execute(sa.insert(model), self.rows[model])
        self.rows.clear()
        db.session.expunge_all()

    def leave(self) -> None:
        """Let PostgreSQL count on from here."""
        if db.engine.dialect.name != "postgresql":
            return
        with transaction():
            for model in MODELS:
                name = model.__tablename__
                top = self.next_id[model] - 1
                sequence = sa.func.pg_get_serial_sequence(name, "id")
                db.session.execute(sa.select(sa.func.setval(sequence, max(top, 1))))


def scale(artisans: int, products: int, added: Progress, indexed: Progress) -> None:
    """Add workshops with so many pieces each, and index all pieces.

    Both functions are told (done, total) pieces as it goes on. Raises ValueError without
    reference data.
    """
    with transaction():
        world = World()
        bulk = Bulk()
        start = int(db.session.scalar(sa.select(sa.func.max(Product.number))) or 0)
    number = max(start, FIRST_NUMBER)
    for made in range(1, artisans + 1):
        artisan_id = world.add_workshop(bulk, bulk.next_id[Artisan])
        for _ in range(products):
            number += 1
            world.add_piece(bulk, artisan_id, number)
        if made % WORKSHOPS_AT_ONCE == 0 or made == artisans:
            bulk.write()
            added(made * products, artisans * products)
    bulk.leave()
    rebuild_index(indexed)


class World:
    """What the rows are made from. The same numbers make the same rows."""

    def __init__(self) -> None:
        shelves = {row.key: row.id for row in db.session.scalars(sa.select(Category))}
        if not shelves:
            raise ValueError("Reference data is missing; run flask setup first.")
        terms = {(row.vocabulary, row.key): row.id for row in db.session.scalars(sa.select(Term))}
        self.rules = list(db.session.scalars(sa.select(CurrencyRule)))
        self.workshops = [entry["workshop"] for entry in content.workshops()]
        self.pieces = [piece for piece in content.pieces() if piece["state"] == "live"]
        self.shelves = shelves
        self.terms = {piece["sku"]: list(_terms(piece, terms)) for piece in self.pieces}
        self.media = {
            piece["sku"]: add_file(import_master(masters_of(piece["sku"])[0]), is_demo=True).id
            for piece in self.pieces
        }
        self.present = now()

    def add_workshop(self, bulk: Bulk, number: int) -> int:
        chance = random.Random(number)
        like = self.workshops[number % len(self.workshops)]
        name = f"{like['kind'].capitalize()} {_word(chance)} {_word(chance)}"
        since = self.present - dt.timedelta(days=chance.randint(30, 3000))
        artisan_id = bulk.add(
            Artisan,
            public_id=public_id(),
            slug=f"{name.lower().replace(' ', '-')}-{number}",
            code=f"X{number:05d}"[:6],
            name=name,
            kind=like["kind"],
            state="approved",
            contact_name="Contoh",
            district=chance.choice(DISTRICTS),
            subdistrict=like["kelurahan"],
            techniques=like["techniques"],
            plants=like["plants"],
            since_year=since.year,
            commission_bp=1500,
            created_at=since,
        )
        bulk.add(
            ArtisanEvent,
            artisan_id=artisan_id,
            at=since,
            verb="approve",
            from_state="curation",
            to_state="approved",
        )
        for kind in ("halal", "pirt"):  # whatever it cooks may be shown
            bulk.add(
                ArtisanDocument,
                public_id=public_id(),
                artisan_id=artisan_id,
                kind=kind,
                state="verified",
                checked_at=since,
            )
        for lang, text in like["text"].items():
            bulk.add(
                ArtisanTranslation,
                artisan_id=artisan_id,
                lang=lang,
                tagline=text["tagline"],
                story=text["story"],
                state="reviewed",
            )
        return artisan_id

    def add_piece(self, bulk: Bulk, artisan_id: int, number: int) -> None:
        chance = random.Random(number)
        like = chance.choice(self.pieces)
        word = _word(chance)
        made_at = self.present - dt.timedelta(minutes=chance.randint(1, 1_500_000))
        product_id = bulk.add(Product, **self._product(like, artisan_id, number, made_at))
        for lang, text in like["text"].items():
            bulk.add(
                ProductTranslation,
                product_id=product_id,
                lang=lang,
                name=f"{text['name']} {word}"[:160],
                summary=text["summary"],
                body=text["body"],
                state="reviewed",
            )
        for position, (term_id, percent) in enumerate(self.terms[like["sku"]]):
            bulk.add(
                ProductTerm,
                product_id=product_id,
                term_id=term_id,
                percent=percent,
                position=position,
            )
        alt = {lang: text["alt"] for lang, text in like["text"].items()}
        bulk.add(ProductPicture, product_id=product_id, media_id=self.media[like["sku"]], alt=alt)
        self._add_variant(bulk, product_id, like, number, chance)

    def _product(
        self, like: Facts, artisan_id: int, number: int, made_at: dt.datetime
    ) -> dict[str, Any]:
        length, width, height = like["pack_cm"]
        return {
            "public_id": public_id(),
            "number": number,
            "slug": f"{like['slug']}-{number}",
            "artisan_id": artisan_id,
            "category_id": self.shelves[like["category"]],
            "state": "live",
            "availability": like["availability"],
            "lead_days_min": like["lead_days"][0],
            "lead_days_max": like["lead_days"][1],
            "colour_family": like["colour_family"],
            "dyes": like["dyes"],
            "motif": like["motif"],
            "synthetic_dye": like["synthetic_dye"],
            "length_mm": round(like["length_cm"] * 10),
            "width_mm": round(like["width_cm"] * 10),
            "net_g": like["net_g"],
            "packed_g": like["packed_g"],
            "pack_length_cm": length,
            "pack_width_cm": width,
            "pack_height_cm": height,
            "hs6": like["hs6"],
            "food": like.get("food"),
            "published_at": made_at,
            "created_at": made_at,
        }

    def _add_variant(
        self, bulk: Bulk, product_id: int, like: Facts, number: int, chance: random.Random
    ) -> None:
        price_idr = max(5_000, like["price_idr"] * chance.randint(60, 160) // 100 // 1000 * 1000)
        counted = like["availability"] != "made_to_order"
        stock = 1 if like["availability"] == "one_of_a_kind" else chance.randint(0, 30)
        variant_id = bulk.add(
            Variant,
            public_id=public_id(),
            product_id=product_id,
            sku=f"S{number}",
            price_idr=price_idr,
            counted=counted,
            on_hand=stock if counted else 0,
        )
        if counted and stock:
            bulk.add(StockMovement, variant_id=variant_id, quantity=stock, cause="opening")
        prices = [("IDR", price_idr, 0)] + [
            (rule.currency, _price(price_idr, rule), rule.rate_micro) for rule in self.rules
        ]
        for currency, amount, rate in prices:
            bulk.add(
                Price,
                variant_id=variant_id,
                currency=currency,
                amount_minor=amount,
                basis_idr=price_idr,
                rate_micro=rate,
            )


def _price(price_idr: int, rule: CurrencyRule) -> int:
    money = price_from_idr(
        price_idr, rule.rate_micro, rule.margin_bp, rule.rounding_minor, rule.currency
    )
    return money.minor


def _terms(piece: Facts, terms: dict[tuple[str, str], int]) -> Iterator[tuple[int, int]]:
    for part in piece["materials"]:
        yield terms["material", part["key"]], part["percent"]
    for name, vocabulary in SAID:
        for key in piece[name]:
            yield terms[vocabulary, key], 0


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()


def _key(model: type[Base]) -> Any:
    return model.__table__.c.id
