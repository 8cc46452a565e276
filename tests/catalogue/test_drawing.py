"""The size drawing keeps proportions, stays inside its field and picks what to stand beside."""

from __future__ import annotations

import pytest

from storefront.catalogue.drawing import SHAPES, THINGS, dimensions, size_drawing

PERSON_MM = THINGS["person"][0][1]


@pytest.mark.parametrize("shelf", ["", *SHAPES])
@pytest.mark.parametrize(
    "sides",
    [
        (2000, 550, 0),
        (3000, 1150, 0),
        (450, 450, 0),
        (110, 80, 0),
        (380, 120, 300),
        (5000, 300, 0),
        (40, 30, 20),
        (60, 20, 0),
        (900, 900, 2000),
    ],
)
def test_a_drawing_fits(sides: tuple[int, int, int], shelf: str) -> None:
    drawing = size_drawing(*sides, shelf=shelf)
    assert drawing is not None
    assert drawing.top - drawing.crown >= 40 or shelf == "bags"
    assert drawing.left - drawing.reach >= 200
    assert drawing.left + drawing.width + drawing.reach <= 335
    assert drawing.thing_height <= 401
    assert drawing.thing_width <= 125
    assert "nan" not in drawing.outline and drawing.outline.endswith("z")


@pytest.mark.parametrize(
    ("sides", "thing"),
    [
        ((2000, 550, 0), "person"),
        ((600, 600, 200), "person"),
        ((450, 450, 0), "paper"),
        ((380, 400, 100), "paper"),
        ((110, 90, 0), "hand"),
        ((60, 20, 0), "card"),
    ],
)
def test_a_piece_stands_beside_something_of_its_size(
    sides: tuple[int, int, int], thing: str
) -> None:
    drawing = size_drawing(*sides)
    assert drawing is not None and drawing.thing == thing


def test_proportions_hold() -> None:
    scarf = size_drawing(2000, 550, 0)
    assert scarf is not None
    assert scarf.height / scarf.width == pytest.approx(2000 / 550, rel=0.01)
    assert scarf.height / scarf.thing_height == pytest.approx(2000 / PERSON_MM, rel=0.01)
    assert (scarf.across, scarf.upwards) == ("55", "200")
    wallet = size_drawing(110, 95, 0)
    assert wallet is not None
    assert wallet.height / wallet.thing_height == pytest.approx(110 / 180, rel=0.02)


def test_one_side_is_no_drawing() -> None:
    assert size_drawing(450, 0, 0) is None


def test_dimensions_are_written_in_centimetres() -> None:
    assert dimensions(2000, 550, 0) == "200 × 55 cm"
    assert dimensions(135, 95, 20) == "13.5 × 9.5 × 2 cm"
    assert dimensions(0, 0, 0) == ""
