"""Process settings: typed, defaulted, and strict in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigurationError, Settings
from storefront.app import create_app

SECRET = "s" * 32
GOOD = {
    "SHOP_ENV": "production",
    "SECRET_KEY": SECRET,
    "ENCRYPTION_KEY": f"{SECRET}, {SECRET}x",
    "ALLOWED_HOSTS": "shop.example, www.shop.example",
    "DATABASE_URL": "postgresql://shop@db/shop",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_a,whsec_b",
}


def test_a_good_production_starts() -> None:
    settings = Settings.from_env(GOOD)
    assert settings.faults() == []
    assert settings.database_url == "postgresql+psycopg://shop@db/shop"
    assert settings.allowed_hosts == ["shop.example", "www.shop.example"]
    assert settings.webhook_secrets == ["whsec_a", "whsec_b"]
    assert len(settings.encryption_keys) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ENCRYPTION_KEY": ""}, "ENCRYPTION_KEY"),
        ({"ENCRYPTION_KEY": f"{SECRET},short"}, "ENCRYPTION_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "ALLOW_SQLITE"),
        ({"STRIPE_SECRET_KEY": ""}, "rehearsal"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEV_PAGES": "yes"}, "DEV_PAGES"),
    ],
)
def test_production_refuses_in_one_line_per_fault(change: dict[str, str], told: str) -> None:
    faults = Settings.from_env(GOOD | change).faults()
    assert len(faults) == 1
    assert told in faults[0]
    with pytest.raises(ConfigurationError, match=told):
        create_app(Settings.from_env(GOOD | change))


def test_sqlite_in_production_by_explicit_wish(tmp_path: Path) -> None:
    change = {"DATABASE_URL": "", "ALLOW_SQLITE": "1", "DATA_DIR": str(tmp_path)}
    assert Settings.from_env(GOOD | change).faults() == []


def test_values_of_a_wrong_type_are_all_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_env({"PORT": "x", "DEBUG": "maybe", "SHOP_ENV": "staging"})
    assert [line.split()[0] for line in refused.value.faults] == ["SHOP_ENV", "PORT", "DEBUG"]


def test_development_makes_up_secrets_once(tmp_path: Path) -> None:
    first = Settings.from_env({"DATA_DIR": str(tmp_path)})
    again = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert len(first.SECRET_KEY) >= 32
    assert first.SECRET_KEY == again.SECRET_KEY != first.ENCRYPTION_KEY
    assert (tmp_path / "secret_key.txt").stat().st_mode & 0o077 == 0
    assert first.DEV_PAGES
    assert first.faults() == []
    assert first.base_url == "http://127.0.0.1:8000"
    assert first.media_url == str(tmp_path / "media")
    assert first.name_lines == ["Sentra Kriya", "Cilegon"]
