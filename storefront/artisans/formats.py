"""What official numbers look like. A doubt warns beside the field and never blocks: people decide.

Each check answers an English sentence to be translated, or '' when nothing looks odd. Empty
values raise no doubt.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.id import npwp as npwp_format

from storefront.kernel.translated import N_

_WOMEN: Final = 40  # added to the day of birth in a woman's number
_MOBILE: Final = re.compile(r"\+628\d{8,11}")
_CILEGON_PHONE: Final = re.compile(r"\+62254\d{5,8}")


def plain_number(typed: str) -> str:
    """A number without the spaces, dots and dashes people write into it; letters in capitals."""
    return re.sub(r"[\s.\-/]", "", typed).upper()


def nik_doubt(typed: str) -> str:
    """Identity number: 16 digits, a possible birthday, a serial that is not 0000."""
    number = plain_number(typed)
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{16}", number):
        return N_("A NIK has 16 digits. Please compare it with the card.")
    day, month = int(number[6:8]), int(number[8:10])
    day = day - _WOMEN if day > _WOMEN else day
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return N_("The birthday inside this NIK looks wrong. Please compare it with the card.")
    if number.endswith("0000"):
        return N_("A NIK does not end with 0000. Please compare it with the card.")
    return ""


def npwp_doubt(typed: str) -> str:
    """Tax number: 16 digits (a person's NIK, or 0 and the old number) or the old 15."""
    number = plain_number(typed)
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{15,16}", number):
        return N_("An NPWP has 16 digits, an old one 15. Please check it.")
    if len(number) == 16 and not number.startswith("0"):
        return nik_doubt(number) and N_("This NPWP is neither a NIK nor 0 with an old number.")
    try:
        npwp_format.validate(number[-15:])
    except ValidationError:
        return N_("The check digit of this NPWP does not fit. Please check it.")
    return ""


def nib_doubt(typed: str) -> str:
    """Business number: 13 digits."""
    return _shape(typed, r"[0-9]{13}", N_("An NIB has 13 digits. Please check it in OSS."))


def kbli_doubt(typed: str) -> str:
    """Class of business: 5 digits."""
    return _shape(typed, r"[0-9]{5}", N_("A KBLI code has 5 digits."))


def phone_doubt(number: str) -> str:
    """A number in E.164 that is neither an Indonesian mobile nor a Cilegon line."""
    if not number or _MOBILE.fullmatch(number) or _CILEGON_PHONE.fullmatch(number):
        return ""
    return N_("This does not look like an Indonesian phone number, such as 0812 3456 7890.")


def holder_doubt(holder: str, *names: str) -> str:
    """The bank account should be in the applicant's or the workshop's name."""
    wanted = _words(holder)
    if not wanted or not any(names) or any(_words(name) & wanted for name in names):
        return ""
    return N_("The account is in another name than the contact and the workshop.")


def pirt_year(typed: str) -> int | None:
    """The year a P-IRT number runs out, from its last two digits; None when it has none."""
    number = plain_number(typed)
    return 2000 + int(number[-2:]) if re.fullmatch(r"[0-9]{15}", number) else None


def paper_doubt(kind: str, typed: str, *, expires_on: dt.date | None = None, today: dt.date) -> str:
    """What looks odd about a paper's number or its date."""
    check = _PAPERS.get(kind)
    doubt = check(typed) if check else ""
    if not doubt and kind == "pirt":
        year = pirt_year(typed)
        if year is not None and year < today.year:
            doubt = N_("By its number this licence has run out.")
        elif year is not None and expires_on is not None and expires_on.year != year:
            doubt = N_("The year in this number and the expiry date differ.")
    if not doubt and expires_on is not None and expires_on < today:
        doubt = N_("This paper has run out.")
    return doubt


def _halal(typed: str) -> str:
    return _shape(
        typed,
        r"ID[0-9]{17}",
        N_("A halal number of BPJPH is ID and 17 digits; a KH or fatwa number is not enough."),
    )


def _pirt(typed: str) -> str:
    return _shape(
        typed,
        r"[1-8][0-9]{14}",
        N_("A P-IRT number has 15 digits, the last two being the year it runs out."),
    )


def _md(typed: str) -> str:
    return _shape(typed, r"MD[0-9]{12}", N_("A BPOM number is mostly MD and 12 digits."))


def _shape(typed: str, pattern: str, doubt: str) -> str:
    number = plain_number(typed)
    return doubt if number and not re.fullmatch(pattern, number) else ""


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2}


_PAPERS: Final[dict[str, Callable[[str], str]]] = {
    "ktp": nik_doubt,
    "npwp": npwp_doubt,
    "nib": nib_doubt,
    "halal": _halal,
    "pirt": _pirt,
    "bpom_md": _md,
}
