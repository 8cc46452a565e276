"""The demo's pieces: words in four languages, craft words, picture, variants, stock, prices."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue import (
    Category,
    Product,
    ProductEvent,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    Term,
    Variant,
    open_stock,
    write_prices,
)
from storefront.demo import content, people, pictures
from storefront.demo.content import Facts
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.media import add_file, import_master

CURATOR = "curator@example.com"
# (list in the file, vocabulary): the craft words said of a piece, in the order of the label.
SAID = [("techniques", "technique"), ("plants", "plant"), ("mordants", "mordant"), ("care", "care")]


def add_pieces() -> list[Product]:
    """All pieces of the twelve workshops with price rows; the newest are the last of the list."""
    shelves = {shelf.key: shelf.id for shelf in db.session.scalars(sa.select(Category))}
    terms = {(term.vocabulary, term.key): term.id for term in db.session.scalars(sa.select(Term))}
    made: list[Product] = []
    entries = content.workshops()
    age = 5 * sum(len(entry["product"]) for entry in entries) + 3
    # Each workshop in turn, so that the newest pieces come from many hands.
    for at in range(max(len(entry["product"]) for entry in entries)):
        for entry in entries:
            if at < len(entry["product"]):
                age -= 5
                made.append(_add(entry["workshop"], entry["product"][at], shelves, terms, age))
    write_prices([product.id for product in made])
    return made


def _add(
    workshop: Facts,
    facts: Facts,
    shelves: dict[str, int],
    terms: dict[tuple[str, str], int],
    days_ago: int,
) -> Product:
    artisan = db.session.scalars(sa.select(Artisan).where(Artisan.code == workshop["code"])).one()
    product = _product(facts, artisan.id, shelves[facts["category"]])
    product.created_at = now() - dt.timedelta(days=days_ago + 6)
    if facts["state"] == "live":
        product.published_at = now() - dt.timedelta(days=days_ago)
    product.terms = _terms(facts, terms)
    product.translations = [
        ProductTranslation(
            lang=lang,
            name=text["name"],
            summary=text["summary"],
            body=text["body"],
            state="reviewed",
        )
        for lang, text in facts["text"].items()
    ]
    product.variants = _variants(facts)
    db.session.add(product)
    db.session.flush()
    open_stock(product.variants)
    _add_pictures(product, facts)
    _add_events(product, artisan)
    return product


def _product(facts: Facts, artisan_id: int, category_id: int) -> Product:
    length, width, height = facts["pack_cm"]
    return Product(
        number=facts["number"],
        slug=facts["slug"],
        artisan_id=artisan_id,
        category_id=category_id,
        state=facts["state"],
        hidden_reason="papers_expired" if facts["state"] == "hidden" else "",
        availability=facts["availability"],
        lead_days_min=facts["lead_days"][0],
        lead_days_max=facts["lead_days"][1],
        min_quantity=facts.get("min_quantity", 1),
        motif=facts["motif"],
        colour_family=facts["colour_family"],
        dyes=facts["dyes"],
        synthetic_dye=facts["synthetic_dye"],
        length_mm=round(facts["length_cm"] * 10),
        width_mm=round(facts["width_cm"] * 10),
        height_mm=round(facts["height_cm"] * 10),
        net_g=facts["net_g"],
        packed_g=facts["packed_g"],
        pack_length_cm=length,
        pack_width_cm=width,
        pack_height_cm=height,
        hs6=facts["hs6"],
        returnable=facts["returnable"],
        personalised=facts["personalised"],
        food=facts.get("food"),
    )


def _terms(facts: Facts, terms: dict[tuple[str, str], int]) -> list[ProductTerm]:
    said = [(terms[word, key], 0) for name, word in SAID for key in facts[name]]
    made_of = [(terms["material", part["key"]], part["percent"]) for part in facts["materials"]]
    return [
        ProductTerm(term_id=term_id, percent=percent, position=position)
        for position, (term_id, percent) in enumerate(made_of + said)
    ]


def _variants(facts: Facts) -> list[Variant]:
    sizes = facts.get("variants") or [{"code": "", "stock": facts["stock"]}]
    counted = facts["availability"] != "made_to_order"
    return [
        Variant(
            sku=f"{facts['sku']}-{size['code']}" if size["code"] else facts["sku"],
            label=size["code"],
            position=position,
            price_idr=facts["price_idr"],
            counted=counted,
            on_hand=size["stock"] if counted else 0,
        )
        for position, size in enumerate(sizes)
    ]


def _add_pictures(product: Product, facts: Facts) -> None:
    words = content.picture_words()
    alts = [{lang: text["alt"] for lang, text in facts["text"].items()}] + [
        {lang: words[view][lang].format(name=text["name"]) for lang, text in facts["text"].items()}
        for view in ("close", "scale")
    ]
    kept = pictures.masters_of(facts["sku"])
    for position, (path, alt) in enumerate(zip(kept, alts, strict=True)):
        media = add_file(import_master(path), artisan_id=product.artisan_id, is_demo=True)
        db.session.add(
            ProductPicture(product_id=product.id, media_id=media.id, position=position, alt=alt)
        )


def _add_events(product: Product, artisan: Artisan) -> None:
    def said(verb: str, at: dt.datetime, user_id: int | None, before: str, after: str) -> None:
        db.session.add(
            ProductEvent(
                product_id=product.id,
                at=at,
                user_id=user_id,
                verb=verb,
                from_state=before,
                to_state=after,
            )
        )

    said("start", product.created_at, artisan.applicant_id, "", "draft")
    curator = people.person(CURATOR).id
    if product.published_at:
        said("approve", product.published_at, curator, "draft", "live")
    elif product.state == "hidden":
        said("hide", product.created_at + dt.timedelta(days=2), curator, "draft", "hidden")
