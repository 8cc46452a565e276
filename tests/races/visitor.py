"""A visitor of the real server: keeps cookies, fills in forms, and clicks twice if told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx

from tests.rig import pages
from tests.rig.client import form_values

T = TypeVar("T")


class Visitor:
    """One browser. `lang` is what it asks for."""

    def __init__(self, url: str, lang: str = "en", session: str = "") -> None:
        self.lang = lang
        self._http = httpx.Client(
            base_url=url,
            timeout=60,
            headers={"Sec-Fetch-Site": "same-origin", "Origin": url, "Accept-Language": lang},
            cookies={"session": session} if session else None,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str) -> httpx.Response:
        """A page, behind all redirects."""
        return self._http.get(path, follow_redirects=True)

    def filled(
        self, page: httpx.Response, wanted: str, fields: dict[str, Any], button: str | None = None
    ) -> httpx.Request:
        """The request a form of the page would send; `wanted` is its id or part of its action.
        Fields the form does not have are left out."""
        root, _ = pages.parse(page.text)
        forms = [
            form
            for form in root.iter("form")
            if form.get("id") == wanted or wanted in (form.get("action") or "")
        ]
        assert len(forms) == 1, f"{page.url}: {len(forms)} forms {wanted!r}"
        values = form_values(root, forms[0], button)
        data = {name: values.data.getlist(name) for name in values.data}
        data |= {name: [value] for name, value in fields.items() if name in values.keys_known}
        target = urljoin(str(page.url), values.action or str(page.url))
        return self.posted(target, data)

    def posted(self, target: str, data: dict[str, Any]) -> httpx.Request:
        """A plain form sent by POST."""
        return self._http.build_request("POST", target, data=data)

    def send(self, request: httpx.Request, *, follow: bool = True) -> httpx.Response:
        """Send it; the page that follows."""
        return self._http.send(request, follow_redirects=follow)

    def click_twice(self, request: httpx.Request) -> list[httpx.Response]:
        """The same form twice at the same moment; the answers before any redirect."""
        return together([lambda: self.send(request, follow=False)] * 2)


def together(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Do all tasks at the same moment, each in a thread; their results in order."""
    gate, results = threading.Barrier(len(tasks)), list[Any]([None] * len(tasks))

    def run(at: int) -> None:
        gate.wait()
        try:
            results[at] = tasks[at]()
        except (httpx.HTTPError, AssertionError) as error:  # told below, not lost in a thread
            results[at] = error

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    failed = [result for result in results if isinstance(result, BaseException)]
    assert not failed, failed
    return results
