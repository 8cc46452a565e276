"""What `install.py` does about the fonts of previews: helpful, and never in the way."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy import install


def test_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "FONTS", {"fonts-nobody-has": "*/nothing/here-*"})
    assert install.missing_fonts() == ["fonts-nobody-has"]


def test_without_root_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    install.install_fonts(["fonts-noto-cjk"])
    assert "apt-get install -y fonts-noto-cjk" in capsys.readouterr().out


def test_a_failed_download_does_not_stop_the_shop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(names: list[str]) -> None:
        raise subprocess.CalledProcessError(100, ["apt-get"])

    monkeypatch.setattr(install.os, "geteuid", lambda: 0)
    monkeypatch.setattr(install.shutil, "which", lambda name: str(Path("/usr/bin") / name))
    monkeypatch.setattr(install, "install_packages", refuse)
    install.install_fonts(["fonts-noto-cjk"])
    assert "could not be installed" in capsys.readouterr().out
