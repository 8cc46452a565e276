"""The size drawing keeps proportions and stays inside its field."""

from __future__ import annotations

import pytest

from storefront.catalogue.drawing import PERSON_MM, dimensions, size_drawing


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
        (900, 900, 2000),
    ],
)
def test_a_drawing_fits(sides: tuple[int, int, int]) -> None:
    drawing = size_drawing(*sides)
    assert drawing is not None
    assert drawing.top >= 40
    assert drawing.left + drawing.width <= 345
    assert drawing.person * 396 <= 401
    assert drawing.paper[1] <= 401


def test_proportions_hold() -> None:
    scarf = size_drawing(2000, 550, 0)
    assert scarf is not None
    assert scarf.height / scarf.width == pytest.approx(2000 / 550, rel=0.01)
    assert scarf.height / (scarf.person * 396) == pytest.approx(2000 / PERSON_MM, rel=0.01)
    assert (scarf.across, scarf.upwards) == ("55", "200")
    wallet = size_drawing(110, 95, 0)
    assert wallet is not None and wallet.person == 0
    assert wallet.height / wallet.paper[1] == pytest.approx(110 / 297, rel=0.02)


def test_one_side_is_no_drawing() -> None:
    assert size_drawing(450, 0, 0) is None


def test_dimensions_are_written_in_centimetres() -> None:
    assert dimensions(2000, 550, 0) == "200 × 55 cm"
    assert dimensions(135, 95, 20) == "13.5 × 9.5 × 2 cm"
    assert dimensions(0, 0, 0) == ""
