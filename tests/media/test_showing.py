"""Which copies a page offers the browser, and what the macro makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g, render_template_string

from storefront.kernel.translated import Text
from storefront.media.showing import PictureView, place_of

ROOT = Path(__file__).resolve().parents[2]
VIEW = PictureView("p" * 12, "AbCd-fGh_jKl", 2000, 2500, (320, 640, 960, 1600), "#102f80")
DEMO = replace(VIEW, width=1200, height=1500, widths=(1200,), state="processing")


@pytest.mark.parametrize(
    ("sizes", "place"),
    [
        ("72px", "thumb"),
        ("4rem", "thumb"),
        ("106px", "thumb"),
        ("38rem", "card"),
        ("(min-width: 60rem) 25vw, 46vw", "card"),
        ("(min-width: 60rem) 55vw, 88vw", "page"),
        ("100vw", "page"),
    ],
)
def test_the_place_follows_from_sizes(sizes: str, place: str) -> None:
    assert place_of(sizes) == place


def test_a_card_is_short_and_has_something_for_old_browsers() -> None:
    offer = VIEW.offer("46vw")
    assert offer.src == "/media/AbCd-fGh_jKl/640.jpg" and offer.avif_media == ""
    assert offer.webp == "/media/AbCd-fGh_jKl/640.webp"
    assert re.findall(r"(\d+)\.avif \1w", offer.avif) == ["640", "960"]


def test_a_large_picture_is_not_cut_to_what_exists_as_avif() -> None:
    offer = VIEW.offer("100vw")
    assert re.findall(r"(\d+)\.webp", offer.webp) == ["640", "960", "1600"]
    assert offer.avif_media == "(max-width: 60rem)"
    assert replace(VIEW, widths=(320, 640, 960)).offer("100vw").avif_media == ""
    small = replace(VIEW, widths=(320, 500)).offer("46vw")
    assert small.avif == "" and small.webp.count("w,") == 1, "no AVIF of small ones"


def test_until_it_is_whole_only_what_exists_is_offered() -> None:
    for sizes in ("72px", "46vw", "100vw"):
        offer = DEMO.offer(sizes)
        assert offer.src == "/media/AbCd-fGh_jKl/1200.webp" and not offer.webp and not offer.avif
        assert offer.srcset == "", "the only copy needs no choice"
    assert VIEW.url(1000) == "/media/AbCd-fGh_jKl/1600.webp"
    assert VIEW.url(5000, "avif") == "/media/AbCd-fGh_jKl/960.avif"
    assert replace(VIEW, widths=(300,)).url(640, "avif").endswith("/300.webp")


def printed(app: Flask, call: str, view: PictureView, alt: object = "") -> str:
    with app.test_request_context("/en/"):
        g.lang = "en"
        head = '{% from "components/picture.html" import picture, preload with context %}'
        return render_template_string(head + "{{ " + call + " }}", view=view, alt=alt).strip()


@pytest.mark.engines("sqlite")  # no row is read
def test_what_is_printed(app: Flask) -> None:
    card = printed(app, "picture(view, alt, '46vw')", VIEW, Text("Syal <biru>", "id"))
    assert 'loading="lazy"' in card and "fetchpriority" not in card
    assert 'width="2000" height="2500" alt="Syal &lt;biru&gt;" lang="id"' in card
    assert card.count("sizes=") == 1 and "style=" not in card
    assert len(card) < 480, "24 of them stand in one page"
    first = printed(app, "picture(view, alt, '100vw', eager=true)", VIEW, Text("A scarf", "en"))
    assert 'fetchpriority="high"' in first and "loading=" not in first and "lang=" not in first
    thumb = printed(app, "picture(view, '', '72px')", VIEW)
    assert "320.webp" in thumb and "avif" not in thumb and "sizes=" not in thumb
    assert "<source" not in printed(app, "picture(view, '', '72px')", DEMO)
    assert "<svg" in printed(app, "picture(none, 'A scarf')", VIEW)


@pytest.mark.engines("sqlite")
def test_the_preload_names_what_the_page_will_load(app: Flask) -> None:
    links = printed(app, "preload(view, '100vw')", VIEW)
    assert links.count("<link") == 2, "AVIF for narrow windows, WebP for wide ones"
    assert 'media="(max-width: 60rem)"' in links and 'media="not all and (max' in links
    assert printed(app, "preload(view, '46vw')", VIEW).count("<link") == 1
    assert "1200.webp" in printed(app, "preload(view, '46vw')", DEMO)
    assert printed(app, "preload(none)", VIEW) == ""


def test_the_tone_is_near_the_colour() -> None:
    """The style sheet turns the three letters back into a colour at most 16 steps away."""
    sheet = (ROOT / "static" / "css" / "pictures.css").read_text()
    steps = dict(re.findall(r'\[data-tone\*="(\w)"\] \{ --[rgb]: (\d+); \}', sheet))
    assert len(steps) == 24
    for colour in ("#102f80", "#000000", "#ffffff", "#a8927c"):
        tone = replace(VIEW, colour=colour).tone
        shown = [int(steps[letter]) for letter in tone]
        wanted = bytes.fromhex(colour[1:])
        assert all(abs(a - b) <= 16 for a, b in zip(shown, wanted, strict=True)), colour
    assert replace(VIEW, colour="").tone == ""
