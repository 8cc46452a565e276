"""The eight districts (kecamatan) of Cilegon and a schematic map of them: straight lines between
shared corners, drawn by hand for this shop. It tells neighbours, not distances."""

from __future__ import annotations

from typing import Final, NamedTuple

# Corners in a field of 400 by 440, north up; the coast runs down the left side.
_CORNERS: Final = {
    "north": (150, 14),
    "north_east": (238, 40),
    "merak_west": (96, 62),
    "merak_south": (104, 128),
    "merak_east": (226, 118),
    "grogol_west": (92, 178),
    "grogol_south": (118, 214),
    "grogol_east": (212, 196),
    "purwakarta_north": (306, 96),
    "purwakarta_east": (326, 176),
    "jombang_east": (368, 236),
    "jombang_south": (326, 292),
    "centre": (222, 250),
    "cilegon_south": (272, 350),
    "citangkil_west": (72, 262),
    "citangkil_south": (182, 330),
    "ciwandan_west": (30, 330),
    "ciwandan_south": (44, 424),
    "ciwandan_east": (160, 420),
    "cibeber_south": (330, 420),
    "cibeber_east": (384, 330),
}
_AROUND: Final = {
    "Pulomerak": ("north", "north_east", "merak_east", "merak_south", "merak_west"),
    "Grogol": ("merak_south", "merak_east", "grogol_east", "grogol_south", "grogol_west"),
    "Purwakarta": ("merak_east", "purwakarta_north", "purwakarta_east", "grogol_east"),
    "Jombang": ("grogol_east", "purwakarta_east", "jombang_east", "jombang_south", "centre"),
    "Citangkil": ("grogol_south", "grogol_east", "centre", "citangkil_south", "citangkil_west"),
    "Cilegon": ("centre", "jombang_south", "cilegon_south", "ciwandan_east", "citangkil_south"),
    "Cibeber": ("jombang_south", "jombang_east", "cibeber_east", "cibeber_south", "cilegon_south"),
    "Ciwandan": (
        *("citangkil_west", "citangkil_south", "ciwandan_east"),
        *("ciwandan_south", "ciwandan_west"),
    ),
}
_LABELS: Final = {
    "Pulomerak": (166, 72),
    "Grogol": (150, 158),
    "Purwakarta": (268, 146),
    "Jombang": (290, 228),
    "Citangkil": (144, 262),
    "Cilegon": (242, 310),
    "Cibeber": (334, 344),
    "Ciwandan": (104, 362),
}
_COAST: Final = (
    *("north", "merak_west", "merak_south", "grogol_west", "grogol_south", "citangkil_west"),
    *("ciwandan_west", "ciwandan_south"),
)

DISTRICTS: Final = tuple(sorted(_AROUND))


class Shape(NamedTuple):
    """A district's outline and where its name stands."""

    path: str
    at: tuple[int, int]


class DistrictMap(NamedTuple):
    """Outlines by district, the coast line, and where the sea's name stands."""

    districts: dict[str, Shape]
    coast: str
    sea: tuple[int, int]


def _path(corners: tuple[str, ...], *, closed: bool) -> str:
    points = "L".join(f"{x} {y}" for x, y in (_CORNERS[name] for name in corners))
    return f"M{points}{'z' if closed else ''}"


MAP: Final = DistrictMap(
    {name: Shape(_path(around, closed=True), _LABELS[name]) for name, around in _AROUND.items()},
    _path(_COAST, closed=False),
    (8, 150),
)
