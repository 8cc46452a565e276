"""The darkroom: decodes one picture and writes copies of it, as a process of its own.

It is started for every single picture with the picture on its standard input and what is wanted
as its argument; nothing of the shop is imported, no setting or secret is in its environment, and
its memory and CPU time are limited. Whatever a hostile or broken file does to a decoder ends here.
It answers one line of JSON.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import warnings
from collections import Counter
from typing import Any

from PIL import Image, ImageCms, ImageOps

MEGABYTE = 1024 * 1024
MASTER = "master.jpg"  # seen by nobody: written quickly instead of small
SETTINGS: dict[str, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "progressive": True, "optimize": True},
    "webp": {"format": "WEBP", "method": 4},
    # One thread: the shop's own requests need the other cores.
    "avif": {"format": "AVIF", "speed": 8, "max_threads": 1},
}


def develop(data: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
    """Decode a picture and write its copies into the present folder.

    `wanted`: `formats` (Pillow's names of the decoders that may be tried), `most_pixels`, and
    `copies`, a list of {name, width and height at most in px, quality}; a copy is never larger
    than the picture. Answers {width, height, colour, sizes: {name: width}} of the upright picture,
    as large as the largest copy, or {fault: 'broken' | 'too_large'}.
    """
    try:
        picture = _upright(data, wanted["formats"], wanted["most_pixels"], _box(wanted["copies"]))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return {"fault": "too_large"}
    except (OSError, SyntaxError, ValueError, EOFError):
        return {"fault": "broken"}
    sizes, larger = {}, picture
    for copy in sorted(wanted["copies"], key=lambda at: -int(at["width"])):
        # From the last copy where that is much larger still: the same to the eye, in less time.
        source = larger if larger.width >= 2 * copy["width"] else picture
        larger = _within(source, copy["width"], copy["height"])
        ending = copy["name"].rpartition(".")[2]
        how = {"format": "JPEG"} if copy["name"] == MASTER else SETTINGS[ending]
        larger.save(copy["name"], quality=copy["quality"], **how)
        sizes[copy["name"]] = larger.width
    return {
        "width": picture.width,
        "height": picture.height,
        "colour": dominant(picture),
        "sizes": sizes,
    }


def dominant(picture: Image.Image) -> str:
    """The colour most of the picture has, as #rrggbb."""
    small = picture.convert("RGB").resize((48, 48), Image.Resampling.BOX)
    few = small.quantize(8, Image.Quantize.MEDIANCUT)
    palette = few.getpalette() or [0, 0, 0]
    place = Counter(few.tobytes()).most_common(1)[0][0]
    return f"#{bytes(palette[3 * place : 3 * place + 3]).hex()}"


def _box(copies: list[dict[str, Any]]) -> tuple[int, int]:
    return max(copy["width"] for copy in copies), max(copy["height"] for copy in copies)


def _upright(
    data: bytes, formats: list[str], most_pixels: int, box: tuple[int, int]
) -> Image.Image:
    """The picture as it is meant to be seen: turned, in sRGB, on white, without any metadata; no
    larger than `box`, and made so before anything else is done to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture: Image.Image = Image.open(io.BytesIO(data), formats=formats)
        if picture.width * picture.height > most_pixels:
            raise Image.DecompressionBombError()
        if picture.format == "JPEG":
            picture.draft(picture.mode, (max(box), max(box)))  # decoded at a half if that is enough
        picture.load()
    plain = _in_eight_bits(picture)
    turned = ImageOps.exif_transpose(plain) or plain
    info = turned.info
    smaller = _within(turned, *box)
    smaller.info.update(info)
    seen = _in_srgb(_on_white(smaller))
    clean = Image.new("RGB", seen.size)
    clean.paste(seen)  # a new picture knows nothing of the old one's metadata
    return clean


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """A picture that can be scaled: colours instead of a palette, and grey of 16 bits brought
    down; a plain conversion would cut off all that is not black."""
    if picture.mode in ("P", "1"):
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if not picture.mode.startswith("I"):
        return picture
    scaled = picture.convert("I").point(lambda value: value * (1 / 256))
    return scaled.convert("L")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    whole = ground.convert("RGB")
    whole.info["icc_profile"] = picture.info.get("icc_profile")
    return whole


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            found = None  # a profile nobody can read changes no colours
        picture = found or picture
    return picture.convert("RGB")


def _within(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The picture scaled down to fit; itself where it fits already."""
    scale = min(1.0, width / picture.width, height / picture.height)
    if scale == 1.0:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _limit(wanted: dict[str, Any]) -> None:
    seconds, memory = wanted["seconds"], wanted["megabytes"] * MEGABYTE
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MEGABYTE, 64 * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(wanted["nice"])


if __name__ == "__main__":
    wish = json.loads(sys.argv[1])
    _limit(wish)
    print(json.dumps(develop(sys.stdin.buffer.read(), wish)))  # noqa: T201 - the answer
