"""The tables of moves, the checklist, and what official numbers look like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from storefront.artisans import formats, rules
from storefront.artisans.reasons import KINDS, reasons
from storefront.kernel.errors import NotAllowed
from storefront.kernel.states import Machine

TODAY = dt.date(2026, 11, 23)
MACHINES = [rules.WORKSHOP, rules.PAPER, rules.BANK_ACCOUNT]
WORKSHOP_MOVES = {
    ("draft", "submit"): "submitted",
    ("draft", "archive"): "archived",
    ("submitted", "check_documents"): "documents_check",
    ("submitted", "ask_revision"): "revision_asked",
    ("submitted", "reject"): "rejected",
    ("submitted", "archive"): "archived",
    ("documents_check", "start_curation"): "curation",
    ("documents_check", "ask_revision"): "revision_asked",
    ("documents_check", "reject"): "rejected",
    ("documents_check", "archive"): "archived",
    ("curation", "approve"): "approved",
    ("curation", "ask_revision"): "revision_asked",
    ("curation", "reject"): "rejected",
    ("curation", "archive"): "archived",
    ("revision_asked", "submit"): "submitted",
    ("revision_asked", "reject"): "rejected",
    ("revision_asked", "archive"): "archived",
    ("rejected", "apply_again"): "draft",
    ("rejected", "archive"): "archived",
    ("approved", "suspend"): "suspended",
    ("suspended", "lift_suspension"): "approved",
    ("suspended", "archive"): "archived",
}
VERBS = sorted({verb for _, verb in WORKSHOP_MOVES})


@dataclass
class Workshop:
    state: str = "approved"
    kind: str = "sanggar"
    contact_name: str = "Intan"
    email: str = "a@example.org"
    phone: str = ""
    street: str = "Jl. Contoh"
    subdistrict: str = "Gerem"
    craft: str = "Ecoprint"
    closed_from: dt.date | None = None
    closed_until: dt.date | None = None


@dataclass
class Paper:
    kind: str
    state: str = "verified"
    expires_on: dt.date | None = None
    reason: str = ""


@pytest.mark.parametrize("state", sorted(rules.WORKSHOP.states))
@pytest.mark.parametrize("verb", VERBS)
def test_every_move_of_a_workshop(state: str, verb: str) -> None:
    if (state, verb) in WORKSHOP_MOVES:
        assert rules.WORKSHOP.to(state, verb) == WORKSHOP_MOVES[state, verb]
    else:
        with pytest.raises(NotAllowed):
            rules.WORKSHOP.to(state, verb)


def test_starts_and_ends() -> None:
    assert rules.WORKSHOP.start == {"draft"}
    assert rules.PAPER.start == {"submitted"}
    assert rules.BANK_ACCOUNT.start == {"proposed"}
    assert [at for at in rules.WORKSHOP.states if rules.WORKSHOP.is_final(at)] == ["archived"]
    assert set(rules.STATE_LABELS) == rules.WORKSHOP.states


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_states_fit_their_columns(machine: Machine) -> None:
    assert all(len(state) <= 16 for state in machine.states)


@pytest.mark.parametrize(
    ("before", "verb", "after"),
    [
        ("submitted", "verify", "verified"),
        ("submitted", "reject", "rejected"),
        ("verified", "reject", "rejected"),
        ("rejected", "verify", "verified"),
        ("verified", "verify", None),
        ("rejected", "reject", None),
    ],
)
def test_every_move_of_a_paper(before: str, verb: str, after: str | None) -> None:
    assert rules.PAPER.allows(before, verb) is (after is not None)
    if after:
        assert rules.PAPER.to(before, verb) == after


@pytest.mark.parametrize("verb", ["confirm", "refuse", "replace"])
@pytest.mark.parametrize("state", ["proposed", "confirmed", "refused", "replaced"])
def test_every_move_of_an_account(state: str, verb: str) -> None:
    allowed = state == "proposed" or (state, verb) == ("confirmed", "replace")
    assert rules.BANK_ACCOUNT.allows(state, verb) is allowed


def test_only_approved_and_open_workshops_sell() -> None:
    day = dt.timedelta(days=1)
    assert rules.can_sell(Workshop(), TODAY)
    for state in rules.WORKSHOP.states - {"approved"}:
        assert not rules.can_sell(Workshop(state=state), TODAY)
    closed = Workshop(closed_from=TODAY, closed_until=TODAY)
    assert not rules.can_sell(closed, TODAY)
    assert rules.can_sell(closed, TODAY + day)
    assert rules.can_sell(closed, TODAY - day)
    assert not rules.can_sell(Workshop(closed_from=TODAY), TODAY + 300 * day)


@pytest.mark.parametrize(
    ("state", "expires_on", "shown"),
    [
        ("submitted", None, "submitted"),
        ("rejected", dt.date(2020, 1, 1), "rejected"),
        ("verified", None, "verified"),
        ("verified", dt.date(2029, 1, 1), "verified"),
        ("verified", TODAY + dt.timedelta(days=183), "expiring"),
        ("verified", TODAY, "expiring"),
        ("verified", TODAY - dt.timedelta(days=1), "expired"),
    ],
)
def test_a_paper_grows_old(state: str, expires_on: dt.date | None, shown: str) -> None:
    assert rules.paper_state(Paper("pirt", state, expires_on), TODAY) == shown


def list_of(workshop: Workshop, papers: list[Paper], **facts: object) -> dict[str, rules.Item]:
    known: dict[str, object] = {"has_story": True, "bank_state": "confirmed", "today": TODAY}
    items = rules.checklist(workshop, papers, **(known | facts))  # type: ignore[arg-type]
    return {item.key: item for item in items}


def test_the_checklist_of_a_complete_workshop() -> None:
    papers = [Paper("ktp"), Paper("nib"), Paper("work_photo", "submitted")]
    items = list_of(Workshop(), papers)
    assert not rules.unmet(items.values())
    assert items["npwp"].state == "missing"
    assert not items["npwp"].is_required
    assert items["bank"].state == "verified"


def test_the_checklist_names_what_is_missing() -> None:
    bare = Workshop(contact_name="", street="", craft="")
    items = list_of(
        bare, [Paper("nib", "rejected", reason="Buram")], has_story=False, bank_state=""
    )
    lacking = {item.key for item in rules.unmet(items.values())}
    assert lacking == {"contact", "address", "craft", "story", "work_photo", "ktp", "nib"}
    assert items["nib"].reason == "Buram"
    assert items["bank"].state == "missing"


def test_food_needs_halal_and_one_licence() -> None:
    kitchen = Workshop(kind="dapur")
    base = [Paper("ktp"), Paper("nib"), Paper("work_photo", "submitted")]
    lacking = {item.key for item in rules.unmet(list_of(kitchen, base).values())}
    assert lacking == {"halal", "food_licence"}
    old = Paper("pirt", expires_on=dt.date(2020, 12, 31))
    items = list_of(kitchen, [*base, Paper("halal"), old])
    assert items["food_licence"].state == "expired"
    assert not rules.unmet(
        list_of(kitchen, [*base, Paper("halal"), old, Paper("bpom_md")]).values()
    )


def test_a_renewal_does_not_undo_the_paper_before_it() -> None:
    papers = [Paper("pirt"), Paper("pirt", "submitted"), Paper("halal", "rejected")]
    assert rules.valid_kinds(papers, TODAY) == {"pirt"}


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("3672995203710001", True),
        ("36 72 99 520371 0001", True),
        ("", True),
        ("3175012902880003", True),  # people move: other regions are fine
        ("367299520371001", False),
        ("3672997203710001", False),  # day 72
        ("3672993213710001", False),  # month 13
        ("3672994003710001", False),  # day 40
        ("3672995203710000", False),
        ("36729952037100O1", False),
    ],
)
def test_nik(number: str, good: bool) -> None:
    assert (formats.nik_doubt(number) == "") is good


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("3672995203710001", True),
        ("01.312.166.0-091.000", True),
        ("0013121660091000", True),
        ("01.312.166.1-091.000", False),
        ("12345", False),
        ("9999999999999999", False),
    ],
)
def test_npwp(number: str, good: bool) -> None:
    assert (formats.npwp_doubt(number) == "") is good


@pytest.mark.parametrize(
    ("kind", "number", "good"),
    [
        ("nib", "0000000000114", True),
        ("nib", "123", False),
        ("halal", "ID00000000000000110", True),
        ("halal", "KH-1234", False),
        ("pirt", "2063672010101-30", True),
        ("pirt", "2063672010101-20", False),  # run out in 2020
        ("pirt", "0063672010101-30", False),
        ("bpom_md", "MD 123456789012", True),
        ("bpom_md", "12", False),
        ("trademark", "anything goes", True),
    ],
)
def test_paper_numbers(kind: str, number: str, good: bool) -> None:
    assert (formats.paper_doubt(kind, number, today=TODAY) == "") is good


def test_pirt_carries_its_last_year() -> None:
    assert formats.pirt_year("2063672010101-30") == 2030
    assert formats.pirt_year("12") is None
    other = formats.paper_doubt(
        "pirt", "2063672010101-30", expires_on=dt.date(2029, 12, 31), today=TODAY
    )
    assert "differ" in other
    run_out = formats.paper_doubt("nib", "", expires_on=dt.date(2026, 1, 1), today=TODAY)
    assert "run out" in run_out


def test_phone_and_account_holder() -> None:
    assert not formats.phone_doubt("+6281200000101")
    assert not formats.phone_doubt("+62254391234")
    assert formats.phone_doubt("+33612345678")
    assert formats.phone_doubt("0812")
    assert not formats.holder_doubt("INTAN SEMUSARI", "Intan Semusari", "Rumah Daun")
    assert formats.holder_doubt("Bagas", "Intan Semusari", "Rumah Daun")
    assert not formats.holder_doubt("", "Intan")


def test_numbers_are_shown_by_their_last_four_signs() -> None:
    assert rules.masked("3672995203710001") == "••••••••••••0001"
    assert rules.masked("123") == "••••"
    assert rules.masked(None) == ""


def test_codes_come_from_the_name() -> None:
    assert rules.proposed_code("Dapur Gipang Saga", []) == "DGS"
    assert rules.proposed_code("Dapur Gipang Saga", ["DGS"]) == "DAP"
    assert rules.proposed_code("Tenun", []) == "TEN"
    assert rules.proposed_code("Tenun", ["TEN", "TUN"]) == "TE1"
    assert rules.proposed_code("한가람", []) == "W1"


def test_ready_reasons_are_there_in_every_language() -> None:
    for kind in KINDS:
        found = reasons(kind)
        assert found
        for reason in found:
            assert "{" not in reason.message("fr", "NIB").replace("{document}", "")
            assert all(reason.messages.values())
