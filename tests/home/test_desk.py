"""The council's desk: counts, jobs, failed mail, settings; readiness and development pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import AuditEntry
from storefront.kernel import settings
from storefront.kernel.clock import now
from storefront.kernel.db import transaction
from storefront.notifications import JobRun, KnownJob, Mail, Outbox, announce_jobs, beat
from tests.conftest import statements
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import workshop
from tests.rig.client import PageClient


@pytest.fixture
def admin(database: Any, client: PageClient) -> Any:
    return sign_in(client, person("admin", lang="en"))


def test_the_desk_counts_what_waits(database: Any, admin: Any) -> None:
    assert "Nothing waits for you today" in admin.get("/council/").text
    workshop(state="submitted")
    with transaction():
        database.session.add(
            Outbox(kind="mail", topic="orders.confirmed", dedupe_key="x", state="failed")
        )
    page = admin.get("/council/")
    assert "Artisan applications to look at" in page.text
    assert "/council/outbox" in page.text
    assert statements(admin) <= 12


def test_a_failed_mail_is_sent_again(database: Any, admin: Any) -> None:
    with transaction():
        row = Outbox(
            kind="mail",
            topic="orders.confirmed",
            dedupe_key="x",
            state="failed",
            last_error="<refused>",
        )
        database.session.add(row)
    page = admin.get("/council/outbox")
    assert "&lt;refused&gt;" in page.text
    answer = admin.submit(page)
    assert answer.status_code == 303
    database.session.rollback()
    assert database.session.get_one(Outbox, row.id, populate_existing=True).state == "pending"
    assert _audited(database) == ["outbox.again"]


def test_jobs_show_their_last_run_and_run_now(database: Any, admin: Any) -> None:
    announce_jobs([KnownJob("outbox", 1, "Sends mails and does what follows a commit")])
    with transaction():
        database.session.add(
            JobRun(name="outbox", last_started_at=now(), last_error="broken", runs=1)
        )
    page = admin.get("/council/jobs")
    assert "broken" in page.text and "The worker has never been seen" in page.text
    answer = admin.submit(page, form="/council/jobs/outbox/run")
    assert answer.status_code == 303
    database.session.rollback()
    row = database.session.get_one(JobRun, "outbox", populate_existing=True)
    assert row.requested_at is not None
    assert admin.post("/council/jobs/nothing/run", data={"action_id": "x"}).status_code in {
        403,
        404,
    }


def test_settings_are_typed_checked_and_written_down(database: Any, admin: Any) -> None:
    assert admin.get("/council/settings").status_code == 200
    form = admin.get("/council/settings/orders")
    refused = admin.submit(form, {"orders__accept_days": "soon"})
    assert refused.status_code == 422
    assert "soon" in refused.text
    saved = admin.submit(form, {"orders__accept_days": "3"})
    assert saved.status_code == 303
    assert settings.get("orders.accept_days") == 3
    change = sa.select(AuditEntry).where(AuditEntry.action == "setting.change")
    entry = database.session.scalars(change).one()
    assert (entry.before["value"], entry.after["value"]) == (2, 3)
    database.session.rollback()
    # The first form was made before the change: it may not undo it unseen.
    again = admin.submit(form, {"orders__accept_days": "5"})
    assert again.status_code in {303, 422}
    assert settings.get("orders.accept_days") == 3


def test_a_checked_day_is_kept(database: Any, admin: Any) -> None:
    form = admin.get("/council/settings/home")
    saved = admin.submit(form, {"home__authority_contact__checked": "2027-01-02"})
    assert saved.status_code == 303
    assert settings.checked_on("home.authority_contact") == dt.date(2027, 1, 2)


@pytest.mark.parametrize("group", ["accounts", "catalogue", "home", "orders", "payments"])
def test_every_group_opens_and_saves_unchanged(database: Any, admin: Any, group: str) -> None:
    form = admin.get(f"/council/settings/{group}")
    assert admin.submit(form).status_code == 303
    assert _audited(database) == []


def test_only_admins_change_settings(database: Any, client: PageClient) -> None:
    curator = sign_in(client, person("curator"))
    assert curator.get("/council/settings").status_code == 200
    assert curator.get("/council/settings/orders").status_code == 403


def test_currency_rules_are_looked_at_before_they_are_saved(database: Any, client: Any) -> None:
    from storefront.catalogue import CurrencyRule, Price
    from tests.factories.catalogue import live_product

    piece = live_product(price_idr=685_000)
    finance = sign_in(client, person("finance", lang="en"))
    assert "11.9" in finance.get("/council/prices").text
    form = finance.get("/council/prices/KRW")
    looked = finance.submit(form, {"rate": "10"}, button="look")
    assert "₩71,000" in looked.text
    assert database.session.get_one(CurrencyRule, "KRW").version == 1
    database.session.rollback()
    saved = finance.submit(form, {"rate": "10"}, button="Save")
    assert saved.status_code == 303
    won = sa.select(Price.amount_minor).where(
        Price.currency == "KRW", Price.variant_id == piece.variants[0].id
    )
    assert database.session.scalar(won) == 71_000
    assert _audited(database) == ["prices.rule"]
    stale = finance.submit(form, {"rate": "9", "action_id": "another"}, button="Save")
    assert stale.status_code == 422
    wrong = finance.submit(form, {"rate": "much", "action_id": "third"}, button="Save")
    assert wrong.status_code == 422 and "much" in wrong.text


def test_a_large_shop_s_prices_follow_by_a_task(
    database: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storefront.catalogue import Price
    from storefront.catalogue.actions import prices
    from storefront.notifications import drain_all
    from tests.factories.catalogue import live_product

    piece = live_product(price_idr=685_000)
    monkeypatch.setattr(prices, "MOST_AT_ONCE", 0)
    finance = sign_in(client, person("finance", lang="en"))
    form = finance.get("/council/prices/KRW")
    assert finance.submit(form, {"rate": "10"}, button="Save").status_code == 303
    won = sa.select(Price.amount_minor).where(
        Price.currency == "KRW", Price.variant_id == piece.variants[0].id
    )
    assert database.session.scalar(won) == 59_500
    database.session.rollback()
    drain_all()
    assert database.session.scalar(won) == 71_000


def test_readiness(database: Any, client: PageClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json and answer.json["status"]) == (200, "degraded")
    with transaction():
        beat()
    answer = client.get("/readyz")
    assert answer.json and (answer.json["status"], answer.json["worker"]) == ("ok", "ok")


def test_not_migrated_is_not_ready(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from storefront.home.views import machine

    monkeypatch.setattr(machine, "_is_at_head", lambda: False)
    assert client.get("/readyz").status_code == 503


def test_kept_mail_is_readable_in_development_only(
    database: Any, client: PageClient, app: Any
) -> None:
    with transaction():
        database.session.add(
            Mail(
                topic="orders.confirmed",
                recipient="buyer@example.org",
                lang="ko",
                subject="주문",
                text="https://example.org/x",
                html="<!doctype html><html lang=ko><title>주문</title><h1>주문</h1></html>",
            )
        )
    assert "주문" in client.get("/dev/mail").text
    mail_id = database.session.scalars(sa.select(Mail.id)).one()
    database.session.rollback()
    page = client.get(f"/dev/mail/{mail_id}")
    assert 'href="https://example.org/x"' in page.text
    html = client.get(f"/dev/mail/{mail_id}/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]


def _audited(database: Any) -> list[str]:
    mine = AuditEntry.action.not_like("accounts.%")
    found = list(database.session.scalars(sa.select(AuditEntry.action).where(mine)))
    database.session.rollback()
    return found


@pytest.mark.parametrize("role", ["curator", "finance", "translator", "admin"])
def test_no_room_is_offered_that_refuses(app: Flask, database: object, role: str) -> None:
    client = sign_in(app.test_client(), person(role))
    for page in ("/council/", "/council/settings", "/council/prices"):
        main = client.get(page).text
        for link in set(re.findall(r'href="(/council/[^"#?]*)"', main)):
            assert client.get(link).status_code != 403, f"{role}: {page} leads to {link}"
