"""Which fonts are on this machine: the shop's own choice first, then what can stand in."""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
# (file name, number of the face in it), best first.
SERIF = (
    ("P052-Roman.otf", 0),
    ("NotoSerif-Regular.ttf", 0),
    ("LiberationSerif-Regular.ttf", 0),
    ("DejaVuSerif.ttf", 0),
)
SANS = (
    ("NotoSans-Regular.ttf", 0),
    ("LiberationSans-Regular.ttf", 0),
    ("NotoSansCJK-Regular.ttc", 1),
    ("DejaVuSans.ttf", 0),
)
# The second face of the collections is the Korean one.
HANGUL_BOLD = (("NotoSansCJK-Bold.ttc", 1), ("NotoSansKR-Bold.otf", 0), ("NanumGothicBold.ttf", 0))
HANGUL = (("NotoSansCJK-Regular.ttc", 1), ("NotoSansKR-Regular.otf", 0), ("NanumGothic.ttf", 0))
STACKS = {"serif": SERIF, "sans": SANS, "hangul-bold": HANGUL_BOLD, "hangul": HANGUL}


def font(stack: str, size: int) -> ImageFont.FreeTypeFont | None:
    """The best present font of a stack at a size in px; None where the machine has none."""
    found = _found(stack)
    return _loaded(*found, size) if found else None


def can_write(text: str, stack: str) -> bool:
    """Whether the stack's font has a sign for every letter: boxes are worse than no picture."""
    face = font(stack, 20)
    if face is None:
        return False
    nothing = bytes(face.getmask("\U0010fffe"))
    return all(at.isspace() or bytes(face.getmask(at)) != nothing for at in set(text))


@functools.cache
def _found(stack: str) -> tuple[str, int] | None:
    for name, number in STACKS[stack]:
        for folder in FOLDERS:
            path = next(iter(sorted(folder.rglob(name))), None) if folder.is_dir() else None
            if path is not None:
                return str(path), number
    return None


@functools.lru_cache(maxsize=64)
def _loaded(path: str, number: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, index=number)
