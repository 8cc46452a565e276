"""Photos in a piece's editor: how far they are, what they show, and what the council reads."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import User
from storefront.catalogue import ListingChange, start_piece, submit_change
from storefront.catalogue.listing_rules import Payload
from storefront.kernel.db import db, transaction
from storefront.media import MOST_TRIES, MediaFile
from storefront.notifications import drain_slow
from tests.factories import listings as make
from tests.factories.accounts import person, sign_in
from tests.factories.artisans import picture
from tests.rig.client import PageClient

EDIT = "/studio/products/{}/edit"


@pytest.fixture
def draft(app: Flask) -> tuple[User, str, str]:
    """A maker, the name of a piece begun with one photo, and the photo's."""
    with app.app_context():
        owner, artisan = make.maker()
        wanted = make.payload(artisan)
        wanted["pictures"][0]["alt"] = {}
        with transaction():
            product = start_piece(artisan.id, owner.id, wanted)
        public_id = product.public_id
        photo = db.session.scalars(sa.select(MediaFile.public_id)).one()
        db.session.remove()
    return owner, public_id, photo


def alts(app: Flask) -> list[dict[str, str]]:
    with app.app_context():
        change = db.session.scalars(sa.select(ListingChange)).one()
        found = [shot["alt"] for shot in change.payload["pictures"]]
        db.session.remove()
    return found


def test_the_page_says_how_far_the_sizes_are(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, photo = draft
    studio = sign_in(client, owner)
    page = studio.get(EDIT.format(public_id))
    assert f'id="photo-{photo}" data-state="processing"' in page.text
    assert "<progress" in page.text and 'href="#part-photos" data-reload' in page.text
    told = studio.get(f"/studio/products/{public_id}/photos")
    assert told.json["done"] == 0 and told.json["total"] == 1
    assert [at["state"] for at in told.json["photos"]] == ["processing"]
    assert told.headers["Cache-Control"] == "no-store"
    with app.app_context():
        drain_slow()
    assert "<progress" not in studio.get(EDIT.format(public_id)).text
    assert studio.get(f"/studio/products/{public_id}/photos").json["photos"] == [
        {"id": photo, "state": "ready", "say": "Siap"}
    ]


def test_nobody_elses_photos_are_told_of(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    with app.app_context():
        other, _artisan = make.maker()
    assert sign_in(client, other).get(f"/studio/products/{draft[1]}/photos").status_code == 404


def test_a_failed_photo_is_tried_again_by_its_button(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, photo = draft

    def fail(attempts: int) -> None:
        with app.app_context(), transaction():
            db.session.execute(sa.update(MediaFile).values(state="failed", attempts=attempts))

    with app.app_context():
        drain_slow()
    fail(3)
    studio = sign_in(client, owner)
    page = studio.get(EDIT.format(public_id))
    assert f'id="photo-{photo}" data-state="failed"' in page.text
    again = studio.submit(page, form="listing", button="step=again:0", follow=True)
    assert f'id="photo-{photo}" data-state="processing"' in again.text
    with app.app_context():
        assert drain_slow() == 1
    assert studio.get(f"/studio/products/{public_id}/photos").json["photos"][0]["state"] == "ready"
    fail(MOST_TRIES)
    page = studio.get(EDIT.format(public_id))
    refused = studio.submit(page, form="listing", button="step=again:0")
    assert refused.status_code == 422


def test_the_enter_key_keeps_the_draft_and_touches_no_photo(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    """It presses a form's first button, whichever that is."""
    page = sign_in(client, draft[0]).get(EDIT.format(draft[1]))
    form = page.text.partition('id="listing"')[2]
    assert re.findall(r'<button type="submit"[^>]* value="([^"]*)"', form)[0] == "keep"


def test_a_proposal_follows_the_name_until_it_is_sent(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, _photo = draft
    studio = sign_in(client, owner)
    page = studio.get(EDIT.format(public_id))
    assert ">Syal katun daun kersen, katun</textarea>" in page.text
    page = studio.submit(
        page, {"name_id": "Selendang"}, form="listing", button="step=keep", follow=True
    )
    assert ">Selendang, katun</textarea>" in page.text and alts(app) == [{}]
    studio.submit(page, {"name_id": "Syal baru"}, form="listing", button="step=send")
    assert alts(app) == [{"id": "Syal baru, katun"}]


def test_what_the_maker_writes_stays_in_every_language(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, photo = draft
    studio = sign_in(client, owner)
    own = {f"alt-{photo}-id": "Daun kersen dari dekat", f"alt-{photo}-ko": "가까이에서 본 잎"}
    page = studio.submit(
        studio.get(EDIT.format(public_id)), own, form="listing", button="step=keep", follow=True
    )
    page = studio.submit(
        page, {f"alt-{photo}-ko": ""}, form="listing", button="step=keep", follow=True
    )
    assert alts(app) == [{"id": "Daun kersen dari dekat"}]
    studio.submit(page, {f"alt-{photo}-fr": "Feuilles"}, form="listing", button="step=send")
    assert alts(app) == [{"id": "Daun kersen dari dekat", "fr": "Feuilles"}]
    with app.app_context():
        curator = person("curator")
        change = db.session.scalar(sa.select(ListingChange.public_id))
    review = sign_in(app.test_client(), curator).get(f"/council/listings/{change}")
    assert "Daun kersen dari dekat" in review.text
    assert '<span lang="fr">Feuilles</span>' in review.text


def test_a_photo_without_words_is_not_sent(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, photo = draft
    studio = sign_in(client, owner)
    page = studio.get(EDIT.format(public_id))
    refused = studio.submit(page, {f"alt-{photo}-id": ""}, form="listing", button="step=send")
    assert refused.status_code == 422
    assert f'id="alt-{photo}-error"' in refused.text and 'aria-invalid="true"' in refused.text


def test_nothing_gets_past_the_rule_by_another_door(app: Flask, database: Any) -> None:
    owner, artisan = make.maker()
    wanted: Payload = make.payload(artisan)
    wanted["pictures"][0]["alt"] = {"en": "A scarf"}
    with transaction():
        product = start_piece(artisan.id, owner.id, wanted)
    with pytest.raises(Exception) as refused, transaction():
        submit_change(product.id, 1, owner.id)
    assert "photos" in refused.value.fields  # type: ignore[attr-defined]


def test_photos_beyond_the_room_are_refused_whole(
    app: Flask, client: PageClient, draft: tuple[User, str, str]
) -> None:
    owner, public_id, _photo = draft
    studio = sign_in(client, owner)
    page = studio.get(EDIT.format(public_id))
    many = [(picture(40, 40), f"{at}.jpg") for at in range(10)]
    refused = studio.submit(page, {"photos": many}, form="listing", button="step=photos")
    assert refused.status_code == 422 and "10" in refused.text
    assert len(alts(app)) == 1
