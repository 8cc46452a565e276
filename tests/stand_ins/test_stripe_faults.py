"""Faults, idempotency and held answers of the Stripe stand-in, seen through the real SDK."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from tests.stand_ins.stripe import StripeStandIn
from tests.stand_ins.test_stripe import asked

pytest_plugins = ("tests.stand_ins.fixtures",)
CREATE = "POST /v1/checkout/sessions"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the SDK repeat calls after 10 ms instead of half a second."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)


def create(stand_in: StripeStandIn, key: str | None = None, **client: Any) -> str:
    """Opens a session and returns its id."""
    options: Any = {"idempotency_key": key} if key else None
    return stand_in.client(**client).v1.checkout.sessions.create(asked(), options).id


def test_a_repeated_key_has_one_effect(stripe_stand_in: StripeStandIn) -> None:
    first = create(stripe_stand_in, "order-1")
    assert create(stripe_stand_in, "order-1") == first
    assert len(stripe_stand_in.sessions) == 1
    assert [call.replayed for call in stripe_stand_in.calls] == [False, True]
    assert stripe_stand_in.calls[0].headers["Idempotency-Key"] == "order-1"
    stripe_stand_in.keys.forget()
    assert create(stripe_stand_in, "order-1") != first


def test_a_key_belongs_to_one_call(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    create(stripe_stand_in, "order-1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        client.v1.checkout.sessions.create(asked(unit_amount=99), {"idempotency_key": "order-1"})
    assert caught.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.refunds.create({"charge": "ch_1"}, {"idempotency_key": "order-1"})


def test_a_malformed_call_leaves_its_key_free(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    wrong: Any = asked(locale="kr")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(wrong, {"idempotency_key": "order-1"})
    assert create(stripe_stand_in, "order-1")


def test_a_key_in_use_is_a_conflict(stripe_stand_in: StripeStandIn) -> None:
    with ThreadPoolExecutor(1) as pool, stripe_stand_in.hold_next(applied=False) as hold:
        first = pool.submit(create, stripe_stand_in, "order-1")
        hold.wait_arrived()
        with pytest.raises(stripe.APIError) as caught:
            create(stripe_stand_in, "order-1")
        assert caught.value.http_status == 409
        assert not stripe_stand_in.sessions
        hold.release()
        made = first.result(5)
        assert create(stripe_stand_in, "order-1") == made


def test_a_held_answer_is_late_but_the_session_stands(stripe_stand_in: StripeStandIn) -> None:
    with ThreadPoolExecutor(1) as pool, stripe_stand_in.hold_next(CREATE) as hold:
        late = pool.submit(create, stripe_stand_in, "order-1")
        hold.wait_arrived()
        assert len(stripe_stand_in.sessions) == 1
        assert not late.done()
        assert create(stripe_stand_in, "order-1") in stripe_stand_in.sessions
        hold.release()
        assert late.result(5) in stripe_stand_in.sessions
    assert len(stripe_stand_in.sessions) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (401, stripe.AuthenticationError),
        (402, stripe.CardError),
        (403, stripe.PermissionError),
        (409, stripe.APIError),
        (429, stripe.RateLimitError),
        (500, stripe.APIError),
        (503, stripe.APIError),
        ("reset", stripe.APIConnectionError),
    ],
)
def test_a_fault_strikes_once_and_does_nothing(
    stripe_stand_in: StripeStandIn, kind: str | int, error: type[stripe.StripeError]
) -> None:
    stripe_stand_in.faults.add(kind, match=CREATE)
    stripe_stand_in.client().v1.checkout.sessions.list()
    with pytest.raises(error) as caught:
        create(stripe_stand_in, "order-1")
    assert caught.value.http_status == (kind if isinstance(kind, int) else None)
    assert not stripe_stand_in.sessions
    assert create(stripe_stand_in, "order-1")


@pytest.mark.parametrize("kind", [409, 500, "reset"])
def test_the_sdk_repeats_with_the_same_key(stripe_stand_in: StripeStandIn, kind: str | int) -> None:
    stripe_stand_in.faults.add(kind, times=2)
    create(stripe_stand_in, max_network_retries=2)
    assert len(stripe_stand_in.sessions) == 1
    assert len({call.key for call in stripe_stand_in.calls}) == 1
    assert len(stripe_stand_in.calls) == 3


@pytest.mark.parametrize("kind", [500, "reset"])
def test_a_lost_answer_is_found_by_its_key(stripe_stand_in: StripeStandIn, kind: str | int) -> None:
    stripe_stand_in.faults.add(kind, applied=True)
    with pytest.raises(stripe.StripeError):
        create(stripe_stand_in, "order-1")
    (made,) = stripe_stand_in.sessions
    assert create(stripe_stand_in, "order-1") == made


def test_a_stored_500_replays(stripe_stand_in: StripeStandIn) -> None:
    stripe_stand_in.faults.add(500, applied=True, stored=True)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            create(stripe_stand_in, "order-1", max_network_retries=2)
        assert caught.value.http_status == 500
    assert len(stripe_stand_in.sessions) == 1
    assert stripe_stand_in.calls[0].status == 500


@pytest.mark.parametrize("applied", [False, True])
def test_a_hanging_call_times_out(stripe_stand_in: StripeStandIn, applied: bool) -> None:
    stripe_stand_in.faults.add("timeout", seconds=5, applied=applied)
    start = time.monotonic()
    with pytest.raises(stripe.APIConnectionError) as caught:
        create(stripe_stand_in, "order-1", timeout=0.2)
    assert caught.value.should_retry
    assert time.monotonic() - start < 2
    assert len(stripe_stand_in.sessions) == int(applied)
    create(stripe_stand_in, "order-1")
    assert len(stripe_stand_in.sessions) == 1


def test_the_rate_limit(stripe_stand_in: StripeStandIn) -> None:
    stripe_stand_in.faults.rate_limit = 3
    for _ in range(3):
        create(stripe_stand_in)
    with pytest.raises(stripe.RateLimitError):
        create(stripe_stand_in)
    stripe_stand_in.client().v1.refunds.list()


def test_unknown_faults_are_refused(stripe_stand_in: StripeStandIn) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        stripe_stand_in.faults.add(418)


def test_many_at_once_leave_one_state(stripe_stand_in: StripeStandIn) -> None:
    session = create(stripe_stand_in)
    page = f"{stripe_stand_in.url}/pay/{session}"
    start = threading.Barrier(8)

    def press(_: int) -> int:
        start.wait()
        return httpx.post(page, data={"do": "pay"}, trust_env=False).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(press, range(8)))
    assert statuses == [303] + [409] * 7
    assert len(stripe_stand_in.charges) == 1


def test_the_control_calls(stripe_stand_in: StripeStandIn) -> None:
    session = create(stripe_stand_in)
    base = f"{stripe_stand_in.url}/_control"
    with httpx.Client(trust_env=False) as control:
        assert control.get(base).json()["stand_in"] == "stripe"
        assert control.post(f"{base}/faults", json={"kind": 402}).json()["kind"] == "402"
        with pytest.raises(stripe.CardError):
            create(stripe_stand_in)
        assert control.get(f"{base}/faults").json() == []
        assert control.post(f"{base}/faults", json={"kind": "x"}).status_code == 400
        paid = control.post(f"{base}/sessions/{session}/pay").json()
        assert paid["payment_status"] == "paid"
        assert control.post(f"{base}/sessions/{session}/pay").status_code == 400
        assert control.post(f"{base}/settings", json={"refund_mode": "pending"}).is_success
        refund = control.post(f"{base}/sessions/{session}/refund").json()
        assert refund["status"] == "pending"
        settled = control.post(f"{base}/refunds/{refund['id']}/settle").json()
        assert settled["status"] == "succeeded"
        assert [call["fault"] for call in control.get(f"{base}/calls").json()] == [None, "402"]
        assert control.post(f"{base}/settings", json={"colour": "red"}).status_code == 400
        control.post(f"{base}/reset")
    assert not stripe_stand_in.sessions
    assert not stripe_stand_in.calls


def test_the_command_refuses_production() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.stand_ins.stripe", "--port", "0"],
        cwd=Path(__file__).parents[2],
        env={"SHOP_ENV": "production"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert "production" in done.stderr


def test_the_command_serves_on_loopback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stand_ins.stripe", "--secret", "whsec_x"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split()[2]
            assert url.startswith("http://127.0.0.1:")
            client = stripe.StripeClient("sk_test_x", base_addresses={"api": url})
            assert client.v1.checkout.sessions.create(asked()).status == "open"
        finally:
            process.terminate()
            assert process.wait(10) == 0
