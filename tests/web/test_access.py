"""Nobody enters without a declared rule, and each rule lets in exactly whom it names."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.web import access, rule_of
from tests.web.conftest import Become

NOBODY: dict[str, object] = {"nobody": True}
BUYER: dict[str, object] = {}
MEMBER = {"artisan_id": 3, "artisan_rights": {"stock"}}
OWNER = {"artisan_id": 3, "artisan_rights": {"owner"}}
CURATOR = {"roles": {"curator"}, "second_factor": True}
FINANCE = {"roles": {"finance"}, "second_factor": True}
ADMIN = {"roles": {"admin"}, "second_factor": True}
HALFWAY = {"roles": {"finance"}}
ODD = {"roles": {"emperor"}, "second_factor": True}

# Who gets in; everybody else is refused.
OPEN = {
    "public": [NOBODY, BUYER, MEMBER, OWNER, CURATOR, FINANCE, ADMIN, HALFWAY, ODD],
    "signature": [NOBODY, BUYER, MEMBER, OWNER, CURATOR, FINANCE, ADMIN, HALFWAY, ODD],
    "development": [NOBODY, BUYER, MEMBER, OWNER, CURATOR, FINANCE, ADMIN, HALFWAY, ODD],
    "signed_in": [BUYER, MEMBER, OWNER, CURATOR, FINANCE, ADMIN, HALFWAY, ODD],
    "studio": [MEMBER, OWNER],
    "studio_owner": [OWNER],
    "council": [CURATOR, FINANCE, ADMIN],
    "council_finance": [FINANCE, ADMIN],
}
EVERYBODY = [NOBODY, BUYER, MEMBER, OWNER, CURATOR, FINANCE, ADMIN, HALFWAY, ODD]


@pytest.mark.parametrize("name", OPEN)
def test_who_gets_in(trial: Flask, person: Become, name: str) -> None:
    client = trial.test_client()
    for who in EVERYBODY:
        person(**who)
        status = client.get(f"/trial/{name}").status_code
        assert (status == 200) == (who in OPEN[name]), (name, who, status)


def test_without_a_rule_nobody_gets_in(trial: Flask, person: Become) -> None:
    client: FlaskClient = trial.test_client()
    person(**ADMIN)
    assert client.get("/trial/undeclared").status_code == 403
    assert client.get("/trial/by_method").status_code == 200
    assert client.post("/trial/by_method").status_code == 403
    assert client.head("/trial/by_method").status_code == 200


def test_development_pages_are_unknown_in_production(trial: Flask) -> None:
    import dataclasses

    trial.config["SETTINGS"] = dataclasses.replace(trial.config["SETTINGS"], DEV_PAGES=False)
    assert trial.test_client().get("/trial/development").status_code == 404


def test_a_visitor_is_sent_to_sign_in_and_back(trial: Flask, person: Become) -> None:
    trial.add_url_rule("/sign-in", "accounts.sign_in", access("public")(lambda: ""))
    client = trial.test_client()
    person(nobody=True)
    answer = client.get("/trial/signed_in?page=2")
    assert answer.status_code == 303
    assert answer.location.endswith("next=/trial/signed_in?page%3D2")
    answer = client.post(
        "/trial/signed_in", headers={"Referer": "http://localhost/trial/public?a=1"}
    )
    assert answer.location.endswith("next=/trial/public?a%3D1")
    answer = client.post("/trial/signed_in", headers={"Referer": "http://evil.example/x"})
    assert answer.location.endswith("next=/")


def test_a_council_role_without_its_second_factor_is_sent_to_it(
    trial: Flask, person: Become
) -> None:
    trial.add_url_rule("/factor", "accounts.second_factor", access("signed_in")(lambda: ""))
    person(**HALFWAY)
    answer = trial.test_client().get("/trial/council")
    assert answer.status_code == 303
    assert answer.location.endswith("next=/trial/council")


def test_rooms_speak_the_persons_language(trial: Flask, person: Become) -> None:
    person(lang="ko")
    answer = trial.test_client().get("/trial/signed_in", headers={"Accept-Language": "fr"})
    assert '<html lang="ko">' in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [("/council/nothing-here", 404), ("/studio/x/y", 404), ("/trial/council", 403)],
)
def test_what_refuses_in_rooms_speaks_it_too(
    trial: Flask, person: Become, address: str, status: int
) -> None:
    person(lang="ko")
    answer = trial.test_client().get(address, headers={"Accept-Language": "fr"})
    assert answer.status_code == status
    assert '<html lang="ko"' in answer.text


@pytest.mark.parametrize("wrong", ["", "publik", "public:x", "council:", "council:emperor"])
def test_rules_that_do_not_exist_fail_at_import(wrong: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        access(GET=wrong)


def test_rule_of(trial: Flask) -> None:
    with trial.app_context():
        assert rule_of("trial.by_method", "GET") == "public"
        assert rule_of("trial.by_method", "HEAD") == "public"
        assert rule_of("trial.by_method", "POST") is None
        assert rule_of("trial.undeclared", "GET") is None
        assert rule_of("no.such", "GET") is None
