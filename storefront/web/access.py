"""Who may open what: one declared rule per route and method; without a rule nobody may.

Rules:
    public                 everybody
    signed_in              any account
    studio                 members of a workshop; `studio:owner,stock` asks for one of the rights
    council                any council role, second factor passed; `council:finance,curator` asks
                           for one of the roles, which an admin always has
    signature              webhooks: the view itself proves the sender
    development            only outside production with DEV_PAGES on
Whether a thing belongs to the visitor is asked by the view's query, which answers 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Request, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from werkzeug.routing import BuildError

from storefront.web.addresses import path_of, safe_path

COUNCIL_ROLES = frozenset({"curator", "finance", "translator", "admin"})
_BARE_RULES = {"public", "signed_in", "studio", "council", "signature", "development"}
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

View = TypeVar("View", bound=Callable[..., Any])

login_manager = LoginManager()
login_manager.session_protection = None  # sessions are rows of ours, not Flask's cookie


@login_manager.request_loader  # type: ignore[untyped-decorator]
def _no_user(request: Request) -> None:
    """Until accounts registers how a request's user is found."""


@dataclass(frozen=True)
class Principal:
    """The person behind the request, as far as pages need to know."""

    user_id: int
    public_id: str
    name: str
    lang: str
    roles: frozenset[str] = frozenset()
    artisan_id: int | None = None
    artisan_rights: frozenset[str] = frozenset()
    second_factor: bool = False
    session_id: str = ""

    @property
    def is_council(self) -> bool:
        return bool(self.roles & COUNCIL_ROLES)


def _nobody() -> Principal | None:
    return None


_load: Callable[[], Principal | None] = _nobody


def set_principal_loader(loader: Callable[[], Principal | None]) -> Callable[[], Principal | None]:
    """Accounts registers how a request's person is found. Usable as a decorator."""
    global _load
    _load = loader
    return loader


def principal() -> Principal | None:
    """The signed-in person, loaded at the first question of a request.

    Raises RuntimeError inside a public page: its bytes must be the same for everybody.
    """
    if g.get("page_is_public"):
        raise RuntimeError("a public page may not depend on who is signed in")
    if "principal" not in g:
        g.principal = _load()
    person: Principal | None = g.principal
    return person


def signed_in() -> Principal:
    """The person, in views whose rule guarantees one. Aborts with 401 elsewhere."""
    person = principal()
    if person is None:
        abort(401)
    return person


def access(rule: str | None = None, **by_method: str) -> Callable[[View], View]:
    """Declare the rule of a view, for all methods or one each: `access(GET=…, POST=…)`.

    Raises ValueError at import for a rule that does not exist.
    """
    rules = {"*": rule} if rule else {name.upper(): value for name, value in by_method.items()}
    for value in rules.values():
        _check_rule(value)

    def declare(view: View) -> View:
        view.__access__ = rules  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(endpoint: str, method: str) -> str | None:
    """The declared rule of an endpoint for a method; None when nobody declared one."""
    view = current_app.view_functions.get(endpoint)
    rules: dict[str, str] = getattr(view, "__access__", {})
    if method in {"HEAD", "OPTIONS"}:
        method = "GET" if "GET" in rules else next(iter(rules), "GET")
    return rules.get(method) or rules.get("*")


def allows(rule: str, person: Principal | None) -> bool:
    """Whether the rule lets this person in (the second factor aside)."""
    kind, _, wanted = rule.partition(":")
    names = set(filter(None, wanted.split(",")))
    if kind in {"public", "signature"}:
        return True
    if kind == "development":
        return bool(current_app.config["SETTINGS"].DEV_PAGES)
    if person is None:
        return False
    if kind == "signed_in":
        return True
    if kind == "studio":
        return person.artisan_id is not None and (not names or bool(names & person.artisan_rights))
    return bool(person.roles & ((names | {"admin"}) if names else COUNCIL_ROLES))


def is_private(rule: str) -> bool:
    """Whether pages under this rule belong to somebody and carry a form token."""
    return rule.partition(":")[0] in {"signed_in", "studio", "council"}


def init_access(app: Flask) -> None:
    # Its context processor would look for a person on every page, public ones too.
    login_manager.init_app(app, add_context_processor=False)
    app.before_request(_enforce)


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such page: the error pages answer
        return None
    rule = rule_of(request.endpoint, request.method)
    if rule is None:
        current_app.logger.error("no access rule: %s %s", request.method, request.endpoint)
        abort(403)
    if rule == "development" and not allows(rule, None):
        abort(404)
    if not is_private(rule):
        return None
    person = principal()
    if person is None:
        return _send("accounts.sign_in", 401)
    if not allows(rule, person):
        abort(403)
    if rule.startswith("council") and not person.second_factor:
        return _send("accounts.second_factor", 403)
    return None


def _send(endpoint: str, otherwise: int) -> ResponseReturnValue:
    """To the page that lifts the obstacle, and from there back to where the visitor was."""
    here = request.full_path.rstrip("?")
    if request.method in _UNSAFE:
        here = safe_path(path_of(request.referrer)) or "/"
    try:
        return redirect(url_for(endpoint, next=here), 303)
    except BuildError:
        abort(otherwise)


def _check_rule(rule: str) -> None:
    kind, colon, names = rule.partition(":")
    good = kind in _BARE_RULES and (not colon or (kind in {"studio", "council"} and names))
    if kind == "council" and not set(filter(None, names.split(","))) <= COUNCIL_ROLES:
        good = False
    if not good:
        raise ValueError(f"no such access rule: {rule!r}")
