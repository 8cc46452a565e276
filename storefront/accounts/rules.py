"""Plain rules of accounts: identifiers, passwords, lifetimes of sessions, roles."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from typing import Final

COUNCIL_ROLES: Final = ("curator", "finance", "translator", "admin")

COUNCIL_IDLE: Final = dt.timedelta(minutes=30)
COUNCIL_LONGEST: Final = dt.timedelta(hours=12)
LONGEST: Final = dt.timedelta(days=30)
SEEN_EVERY: Final = dt.timedelta(minutes=5)

MOST_ATTEMPTS: Final = 5  # wrong guesses at a code to type
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 128

# What people reach for when twelve letters are asked; read without spaces, digits and marks.
_COMMON: Final = frozenset(
    """
    password passwort passw administrator iloveyou qwerty qwertyuiop qwertyuiopasdfghjkl
    asdfghjkl zxcvbnm qazwsxedc letmein welcome sunshine princess football monkey dragon
    trustno abcdefghijkl abcdefghijklm abcdefghijklmnop superman starwars whatever
    katasandi katakunci rahasia sayangku bismillah indonesia indonesiaraya akucintakamu
    kamusayang sayangsayang anakbaik gantipassword gantikatasandi passwordku
    motdepasse azerty azertyuiop bonjour jetaime soleil
    dkssud dkssudgktpdy tkfkdgo tkfkdgody qlalfqjsgh qlalfqjsghqlalfqjsgh
    """.split()
)
# Names everybody here would think of first; the shop's own name is added by the caller.
_LOCAL: Final = frozenset(
    """
    cilegon kotacilegon cilegonbanten banten merak krakatau krakatausteel anyer serang ciwandan
    dekranasda dekranasdacilegon sentrakriya sentrakriyacilegon kriya kriyacilegon batik ecoprint
    """.split()
)

_DEVICES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def normal_email(typed: str) -> str:
    """The address as it is stored and compared: NFC, no spaces around, lower case."""
    return unicodedata.normalize("NFC", typed).strip().lower()


def password_fault(password: str, names: tuple[str, ...] = ()) -> str:
    """Why a password is refused: "short", "long", "common", or "" when it is good.

    `names` are the shop's and the person's own names and addresses, which do not count as secret.
    """
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    letters = _letters(password)
    own = {_letters(part) for name in names for part in (name, name.partition("@")[0])}
    known = _COMMON | _LOCAL | {name for name in own if len(name) > 3}
    if len(set(password)) < 5 or not _without_repeats(letters) or letters in known:
        return "common"
    rest = letters
    for name in sorted(known, key=len, reverse=True):
        rest = rest.replace(name, "")
    return "common" if letters and len(rest) < 3 and len(password) < 24 else ""


def token_hash(token: str) -> str:
    """What stands in a session's row for the token in the cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_end(created_at: dt.datetime, *, is_council: bool) -> dt.datetime:
    """When a session ends whatever happens in it."""
    return created_at + (COUNCIL_LONGEST if is_council else LONGEST)


def is_alive(
    created_at: dt.datetime, seen_at: dt.datetime, moment: dt.datetime, *, is_council: bool
) -> bool:
    """Whether a session still counts; the council's also ends after half an hour of quiet."""
    if moment >= session_end(created_at, is_council=is_council):
        return False
    return not is_council or moment < seen_at + COUNCIL_IDLE


def device_name(user_agent: str) -> str:
    """Browser and system in words a person recognises: "Firefox, Android". Empty when unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _DEVICES if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def _letters(text: str) -> str:
    # Digits and marks put around a word make it longer, not harder to guess.
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalpha())


def _without_repeats(letters: str) -> str:
    """Empty when the letters are one short piece over and over, or there are none."""
    if not letters:
        return ""
    return "" if re.fullmatch(r"(.{1,4}?)\1{2,}.{0,3}", letters) else letters
