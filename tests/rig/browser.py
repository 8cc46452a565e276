"""Chromium as Debian ships it, driven by playwright, quiet towards the network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

_QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
Tab = Page


def find_chromium() -> str:
    """The path of the browser; RuntimeError in one line when it is not installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    return path


class Chromium:
    """One browser process; every test opens its own window in it."""

    def __init__(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=find_chromium(), args=_QUIET
        )

    @contextmanager
    def window(self, base_url: str, **options: Any) -> Iterator[Page]:
        """A window with no history; raises AssertionError for what its console complains of.

        `options` are playwright's for a context (`viewport`, `locale`, `java_script_enabled`).
        Add the beginning of a complaint to `page.expected_complaints` if a test provokes it.
        """
        context: BrowserContext = self._browser.new_context(base_url=base_url, **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        complaints: list[str] = []
        expected: list[str] = []
        page.expected_complaints = expected  # type: ignore[attr-defined]

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(f"{message.text} ({message.location.get('url')})")

        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        try:
            yield page
        finally:
            context.close()
        surprises = [c for c in complaints if not any(c.startswith(start) for start in expected)]
        assert not surprises, "the browser complained:\n  " + "\n  ".join(surprises)

    def close(self) -> None:
        """End the browser and its driver."""
        self._browser.close()
        self._playwright.stop()


def axe(page: Page) -> None:
    """Raises AssertionError with every accessibility fault axe finds on the page as it stands."""
    results = Axe().run(page)
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: "
        + "; ".join(str(node["target"]) for node in violation["nodes"][:5])
        for violation in results.response["violations"]
    ]
    assert not found, f"{page.url}:\n  " + "\n  ".join(found)
