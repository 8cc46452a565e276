"""The test client: fetches like a browser, checks every page it gets, fills in forms."""

from __future__ import annotations

import contextvars
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.globals import _cv_app
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from storefront.kernel import settings
from storefront.kernel.db import db
from tests.rig import pages


class PageClient(FlaskClient):
    """Adds three things to Flask's client.

    * Each request runs outside the test's own app context, as it would on a server, so that
      nothing (locale, session, `g`) leaks from the test into the page or back.
    * Every HTML answer below 500 is checked; see `tests.rig.pages`.
    * `submit` sends a form of a page with all its hidden fields, as a browser would.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base.setdefault("HTTP_SEC_FETCH_SITE", "same-origin")
        self.last: TestResponse | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As Flask's, in a context of its own; raises AssertionError for a faulty page."""
        _let_go_of_the_database()
        response = contextvars.copy_context().run(self._outside, *args, **kwargs)
        self.last = response
        _let_go_of_the_database()
        if response.mimetype == "text/html" and response.status_code < 500 and response.data:
            found = pages.problems(response.get_data(as_text=True))
            assert not found, f"{response.request.url}:\n  " + "\n  ".join(found)
        return response

    def _outside(self, *args: Any, **kwargs: Any) -> TestResponse:
        _cv_app.set(None)  # type: ignore[arg-type]
        return super().open(*args, **kwargs)

    def submit(
        self,
        page: TestResponse,
        fields: dict[str, Any] | None = None,
        *,
        form: str | None = None,
        button: str | None = None,
        follow: bool = False,
    ) -> TestResponse:
        """Send one form of `page` with `fields` changed; a value of None leaves the field out.

        `form` is its id or a part of its action (needed where a page has several), `button` the
        name, `name=value` or label of the button pressed (else the first one).
        """
        element = find_form(page, form)
        root, _ = pages.parse(page.get_data(as_text=True))
        values = form_values(root, element, button)
        for name, value in (fields or {}).items():
            assert name in values.keys_known, f"the form has no field {name!r}: {values.keys_known}"
            values.data.poplist(name)
            for single in value if isinstance(value, list) else [value]:
                if single is not None:
                    values.data.add(name, single)
        target = urljoin(page.request.url, values.action or page.request.url)
        path = urlsplit(target)
        address = path.path + (f"?{path.query}" if path.query else "")
        if (element.get("method") or "get").lower() == "get":
            return self.get(path.path, query_string=values.data, follow_redirects=follow)
        return self.post(
            address,
            data=values.data,
            follow_redirects=follow,
            headers={"Referer": page.request.url},
        )


class FormValues:
    """What a form would send now, which names it knows, and where it goes."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.data: MultiDict[str, Any] = MultiDict()
        self.keys_known: set[str] = set()


def find_form(page: TestResponse, wanted: str | None) -> Element:
    """The form of a page by id or by a part of its action; AssertionError if not exactly one."""
    root, _ = pages.parse(page.get_data(as_text=True))
    forms = list(root.iter("form"))
    if wanted is None:
        # The header's search and language forms do not count: the page's own form is in main.
        chosen = [form for main in root.iter("main") for form in main.iter("form")] or forms
    else:
        chosen = [form for form in forms if form.get("id") == wanted] or [
            form for form in forms if wanted in (form.get("action") or "")
        ]
    listed = [(form.get("id"), form.get("action")) for form in forms]
    assert len(chosen) == 1, f"{page.request.url}: form {wanted!r} is not one of {listed}"
    return chosen[0]


def form_values(root: Element, form: Element, button: str | None) -> FormValues:
    """Read a form's present values, and those of controls bound to it from elsewhere."""
    values = FormValues(form.get("action") or "")
    bound = [e for e in root.iter() if form.get("id") and e.get("form") == form.get("id")]
    pressed = False
    for element in [*form.iter(), *bound]:
        name = element.get("name")
        kind = element.get("type", "submit" if element.tag == "button" else "text")
        if element.tag in {"button", "input"} and kind == "submit":
            if not pressed and _is_button(element, button):
                pressed = True
                values.action = element.get("formaction") or values.action
                if name:
                    values.data.add(name, element.get("value", ""))
        elif name and element.tag in {"input", "select", "textarea"}:
            values.keys_known.add(name)
            if element.get("disabled") is None:
                for value in _present(element, kind):
                    values.data.add(name, value)
    assert pressed or button is None, f"the form has no button {button!r}"
    return values


def _is_button(element: Element, wanted: str | None) -> bool:
    if wanted is None:
        return True
    name, value = element.get("name") or "", element.get("value") or ""
    return wanted in {name, f"{name}={value}", pages.text(element), value}


def _present(element: Element, kind: str) -> list[str]:
    if element.tag == "textarea":
        return ["".join(element.itertext()).removeprefix("\n")]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and element.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", pages.text(option)) for option in chosen]
    if kind in {"checkbox", "radio"}:
        return [element.get("value", "on")] if element.get("checked") is not None else []
    if kind in {"file", "button", "reset", "image"}:
        return []
    return [element.get("value", "")]


def _let_go_of_the_database() -> None:
    """End the test's own read transaction, so that it sees what a request wrote and blocks none."""
    try:
        session = db.session()
    except RuntimeError:  # no app context: the test did not ask for `database`
        return
    assert not (session.new or session.dirty or session.deleted), (
        "rows were changed but not committed: wrap the preparation in `with transaction():`"
    )
    session.rollback()
    settings.forget()
