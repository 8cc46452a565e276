"""Runs the stand-in by itself: `python -m tests.stand_ins.stripe --port 4242 ...`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from .server import DEFAULT_SECRET, StripeStandIn


def main() -> int:
    """Serves until interrupted; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.stand_ins.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback, 0 for any free one")
    parser.add_argument("--webhook-url", help="where the shop takes Stripe's events")
    parser.add_argument("--secret", default=DEFAULT_SECRET, help="signing secret, whsec_...")
    given = parser.parse_args()
    try:
        stand_in = StripeStandIn(given.webhook_url, secret=given.secret, port=given.port).start()
    except (RuntimeError, OSError) as error:
        print(f"stripe stand-in: {error}", file=sys.stderr)
        return 1
    print(f"Stripe stand-in: {stand_in.url} (no money moves; Ctrl-C stops it)", flush=True)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(1):
        stand_in.advance(0)
    stand_in.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
