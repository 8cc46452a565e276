"""How a picture is shown: which of its copies a page offers the browser, by the place it gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from storefront.media.rules import AVIF_WIDTHS, has_copy

# Up to this width of the window a large picture is offered as AVIF: copies wider than 960 px, which
# dense desktop screens show, are made as WebP only.
AVIF_BELOW: Final = "(max-width: 60rem)"
DENSEST: Final = 3  # device pixels to a CSS pixel on the phones buyers hold
ROOT_PX: Final = 16
TONES: Final = "abcdefgh", "ijklmnop", "qrstuvwx"  # eight steps each of red, green and blue


class Offer(NamedTuple):
    """What stands in a picture's `<source>` and `<img>`; an empty text leaves that one out."""

    src: str
    srcset: str
    webp: str
    avif: str
    avif_media: str


@dataclass(frozen=True)
class PictureView:
    """A picture for a template: its name, shape (px), widths there are, and colour."""

    public_id: str
    name: str
    width: int
    height: int
    widths: tuple[int, ...]
    colour: str
    state: str = "ready"

    @property
    def is_whole(self) -> bool:
        return self.state == "ready"

    @property
    def tone(self) -> str:
        """The colour rounded to three letters, for the style sheet's `data-tone`; '' without."""
        if not re.fullmatch(r"#[0-9a-f]{6}", self.colour):
            return ""
        parts = bytes.fromhex(self.colour[1:])
        return "".join(letters[part // 32] for letters, part in zip(TONES, parts, strict=True))

    def url(self, width: int = 960, ending: str = "webp") -> str:
        """The smallest copy at least that wide, or the widest there is; as WebP where the wanted
        format was not made."""
        having = [at for at in self.widths if has_copy(at, ending, self.widths, self.is_whole)]
        if not having:
            having, ending = list(self.widths), "webp"
        fitting = [at for at in having if at >= width]
        return self._address(min(fitting) if fitting else max(having), ending)

    def offer(self, sizes: str) -> Offer:
        """The copies worth offering where `sizes` (as in HTML) says how wide it is shown."""
        place = place_of(sizes)
        src = self.url({"thumb": 320, "card": 640, "page": 960}[place], "jpg")
        if not self.is_whole:
            several = self._srcset(self.widths, "webp") if len(self.widths) > 1 else ""
            return Offer(src, several, "", "", "")
        if place == "thumb":
            return Offer(src, "", self.url(320), "", "")
        avif = [at for at in self.widths if at in AVIF_WIDTHS]
        if place == "card" and avif:
            # One WebP for the few browsers without AVIF: 24 cards stand in one page.
            return Offer(src, "", self.url(640), self._srcset(avif, "avif"), "")
        webp = list(self.widths)[-3:]
        is_cut = bool(avif) and webp[-1] > avif[-1]
        return Offer(
            src,
            "",
            self._srcset(webp, "webp"),
            self._srcset(avif, "avif"),
            AVIF_BELOW if is_cut else "",
        )

    def opening(self, sizes: str) -> Markup:
        """The picture's markup up to its alternative text; made once per place."""
        known = self._openings.get(sizes)
        if known is None:
            known = self._openings[sizes] = self._opening(sizes)
        return known

    @cached_property
    def _openings(self) -> dict[str, Markup]:
        return {}

    def _opening(self, sizes: str) -> Markup:
        at = self.offer(sizes)
        parts = [Markup("<picture>")]
        if at.avif:
            media = Markup(' media="{}"').format(at.avif_media) if at.avif_media else ""
            parts.append(Markup('<source type="image/avif"{}').format(media))
            parts.append(Markup(' srcset="{}" sizes="{}">').format(at.avif, sizes))
        if at.webp:
            parts.append(Markup('<source type="image/webp" srcset="{}"').format(at.webp))
            parts.append(_sizes(sizes if " " in at.webp else "") + Markup(">"))
        parts.append(Markup('<img src="{}"').format(at.src))
        if at.srcset:
            parts.append(Markup(' srcset="{}"').format(at.srcset) + _sizes(sizes))
        if self.tone:
            parts.append(Markup(' data-tone="{}"').format(self.tone))
        parts.append(Markup(' width="{}" height="{}"').format(self.width, self.height))
        return Markup("").join(parts)

    def _srcset(self, widths: list[int] | tuple[int, ...], ending: str) -> str:
        return ", ".join(f"{self._address(width, ending)} {width}w" for width in sorted(widths))

    def _address(self, width: int, ending: str) -> str:
        return f"/media/{self.name}/{width}.{ending}"


def _sizes(sizes: str) -> Markup:
    return Markup(' sizes="{}"').format(sizes) if sizes else Markup("")


def place_of(sizes: str) -> str:
    """What kind of place a `sizes` describes: thumb (a fixed width for which the smallest copy is
    enough on the densest phone), page (more than 60 % of a phone's width), or card."""
    fixed = re.fullmatch(r"([\d.]+)(px|rem)", sizes.strip())
    if fixed:
        pixels = float(fixed[1]) * (ROOT_PX if fixed[2] == "rem" else 1)
        return "thumb" if pixels * DENSEST <= 320 else "card"
    last = re.search(r"([\d.]+)vw\s*$", sizes)
    return "page" if last and float(last[1]) > 60 else "card"
