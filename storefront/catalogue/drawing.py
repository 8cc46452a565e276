"""The size drawing: a piece to scale beside a person or a sheet of paper. Plain arithmetic."""

from __future__ import annotations

from typing import NamedTuple

PERSON_MM = 1650
PAPER_MM = (210, 297)
# The drawing's floor and height, in its own units (400 by 500).
FLOOR, HIGHEST = 450, 400
# From here on a piece is seen better beside a person than beside a sheet of paper.
BESIDE_PERSON = 600


class SizeDrawing(NamedTuple):
    """Where things stand in a 400 by 500 field; `person` is the factor of the figure or 0."""

    width: float
    height: float
    left: float
    top: float
    person: float
    paper: tuple[float, float]
    across: str
    upwards: str


def size_drawing(length_mm: int, width_mm: int, height_mm: int) -> SizeDrawing | None:
    """The drawing of a piece as it hangs or stands; None without two dimensions."""
    sides = sorted(side for side in (length_mm, width_mm, height_mm) if side > 0)
    if len(sides) < 2:
        return None
    # Flat cloth hangs by its long side. A bag or a cushion shows its face; a basket stands.
    tall, wide = sides[-1], sides[-2]
    if height_mm and 2 * height_mm < sides[1]:
        tall, wide = width_mm, length_mm
    elif height_mm:
        tall, wide = height_mm, length_mm
    beside_person = max(tall, wide) >= BESIDE_PERSON
    if beside_person:
        scale = min(HIGHEST / max(tall, PERSON_MM), 140 / wide)
    else:
        scale = min(HIGHEST * 0.7 / max(tall, PAPER_MM[1]), 130 / max(wide, PAPER_MM[0]))
    return SizeDrawing(
        width=round(wide * scale, 1),
        height=round(tall * scale, 1),
        left=200,
        top=round(FLOOR - tall * scale, 1),
        person=round(PERSON_MM * scale / 396, 3) if beside_person else 0,
        paper=(0, 0)
        if beside_person
        else (round(PAPER_MM[0] * scale, 1), round(PAPER_MM[1] * scale, 1)),
        across=centimetres(wide),
        upwards=centimetres(tall),
    )


def centimetres(millimetres: int) -> str:
    """2000 as 200, 135 as 13.5."""
    whole, rest = divmod(millimetres, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def dimensions(length_mm: int, width_mm: int, height_mm: int) -> str:
    """Length × width × height in cm, without those that were not measured."""
    sides = [centimetres(side) for side in (length_mm, width_mm, height_mm) if side > 0]
    return f"{' × '.join(sides)} cm" if sides else ""
