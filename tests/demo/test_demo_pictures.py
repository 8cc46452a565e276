"""The demo's pictures: all there, light enough, the same each time, and no burden for the shop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storefront.demo import content, pictures
from storefront.demo.content import MASTERS
from storefront.demo.pictures import cloth, ink, surfaces
from storefront.demo.pictures.leaves import leaf

MOST_BYTES = 16 * 1024 * 1024


def test_every_piece_has_three_and_every_workshop_a_cover() -> None:
    for entry in content.workshops():
        assert pictures.cover_of(entry["workshop"]["code"]).exists(), entry["workshop"]["code"]
        for piece in entry["product"]:
            assert len(pictures.masters_of(piece["sku"])) == 3, piece["sku"]


def test_they_are_the_right_size_and_light_enough() -> None:
    total = 0
    for path in MASTERS.glob("*.webp"):
        with Image.open(path) as picture:
            assert picture.size in ((960, 1200), pictures.COVER), path.name
        total += path.stat().st_size
    assert total <= MOST_BYTES


def test_the_first_picture_has_the_colour_of_the_piece() -> None:
    """The middle of the picture shows one of the piece's own dyes."""
    for piece in content.pieces():
        if not piece["plants"]:
            continue
        with Image.open(pictures.masters_of(piece["sku"])[0]) as picture:
            middle = picture.convert("RGB").crop((330, 420, 630, 900)).resize((24, 32))
        seen = np.asarray(middle, np.float32).reshape(-1, 3)
        own = [[int(dye[at : at + 2], 16) for at in (1, 3, 5)] for dye in piece["dyes"]]
        nearest = min(float(np.abs(seen - np.array(dye)).sum(1).min()) for dye in own)
        assert nearest < 90, (piece["sku"], nearest)


def test_the_same_seed_gives_the_same_cloth_and_another_another() -> None:
    def printed(seed: int) -> bytes:
        made = cloth.Cloth(120, 150, seed)
        made.dye("#17304F")
        made.leaf("teak", 60, 75, 90, 0.3, cloth.Print("#CDBB86", "#9A9468", resist=0.9))
        return bytes(made.threads().tobytes())

    assert printed(1) == printed(1) != printed(2)


@pytest.mark.parametrize("plant", surfaces.PRINTING)
def test_every_printing_plant_has_a_leaf(plant: str) -> None:
    mask, veins = leaf(plant, 160, 0.2, np.random.default_rng(1))
    assert 0.05 < float(mask.mean()) < 0.8 and float(veins.max()) > 0.3


def test_overlapping_dyes_add_up() -> None:
    one = np.exp(-ink.absorbed("#7B3038"))
    both = np.exp(-2 * ink.absorbed("#7B3038"))
    assert np.allclose(both, one**2, atol=1e-5)


def test_the_shop_runs_without_what_draws() -> None:
    code = "import sys; import storefront.app, storefront.demo; print('numpy' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert out.stdout.strip() == "False", out.stderr
