"""A page of 24 cards with facets, made by Jinja from what is in memory: no database. Frozen.

As much text as the shop's category page, through the same kinds of macros, in a Flask app that
does nothing else. It is not compressed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, render_template, request

app = Flask(__name__)
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

CARDS = 24
PLANTS = ("Teak", "Ketapang", "Castor", "Eucalyptus", "Kersen", "Guava", "Mango", "Mahogany")
THINGS = ("Silk scarf", "Tote bag", "Table runner", "Cushion cover", "Wallet", "Wall hanging")
MAKERS = ("Sanggar Daun Kencana", "Pawon Kedelai Arunika", "Saung Bandeng Tirtanala")
PLACES = ("Cibeber", "Pulomerak", "Jombang", "Grogol")
COLOURS = ("#8A5A2E", "#96302C", "#C9A86A", "#475229")
WIDTHS = (640, 960)
FACETS = {
    "technique": ("Ecoprint, pounded", "Ecoprint, steamed", "Batik tulis", "Batik cap", "Tenun"),
    "material": ("Silk", "Cotton", "Rayon", "Leather", "Bamboo", "Wool"),
    "plant": PLANTS,
    "ready": ("Ready to ship", "Made to order", "One of a kind"),
}
SHELVES = ("Ecoprint scarves", "Bags", "For the table", "To wear", "For the wall", "To eat")


class Card(NamedTuple):
    """What a card shows."""

    url: str
    name: str
    number: int
    maker: str
    place: str
    minor: int
    alt: str
    picture: str
    colours: tuple[str, ...]
    flag: str


class Box(NamedTuple):
    """One line of a facet."""

    name: str
    key: str
    count: int


def cards() -> list[Card]:
    """The same 24 at each call, made anew as rows from a database would be."""
    return [
        Card(
            url=f"/en/products/{PLANTS[at % 8].lower()}-leaf-piece-{at}",
            name=f"{THINGS[at % 6]} with {PLANTS[at % 8].lower()} leaves",
            number=1000 + at,
            maker=MAKERS[at % 3],
            place=PLACES[at % 4],
            minor=1500 + 325 * at,
            alt=f"{THINGS[at % 6]} printed with {PLANTS[at % 8].lower()} leaves, folded once.",
            picture=f"m{at:02}hfz28hag92",
            colours=COLOURS[: 2 + at % 3],
            flag=("", "Made to order", "", "One of a kind")[at % 4],
        )
        for at in range(CARDS)
    ]


def facets() -> list[tuple[str, list[Box]]]:
    """Every facet with how many pieces each of its lines would leave."""
    return [
        (
            name,
            [Box(line, line.lower().replace(" ", "-"), 3 + at * 7) for at, line in enumerate(of)],
        )
        for name, of in FACETS.items()
    ]


@app.template_global()
def price(minor: int) -> str:
    """As `US$15.00`."""
    return f"US${minor / 100:,.2f}"


@app.template_global()
def srcset(picture: str) -> str:
    """All widths of a picture."""
    return ", ".join(f"/media/{picture}/{width}.webp {width}w" for width in WIDTHS)


@app.get("/")
def page() -> str:
    """The page."""
    facts: dict[str, Any] = {
        "cards": cards(),
        "facets": facets(),
        "shelves": SHELVES,
        "number": int(request.args.get("page", "1")),
        "total": 1184,
    }
    return render_template("cards.html", **facts)
