"""Make the virtual environment and keep it as the requirement files say.

`install.py run` installs what the shop needs; `install.py tools` also what its tests need,
Debian packages included. Nothing is done when nothing changed. Only the standard library.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
# What previews are written with. A shop without them shows its own picture instead.
FONTS = {"fonts-urw-base35": "*/urw-base35/P052-*", "fonts-noto-cjk": "*/noto/NotoSansCJK-*"}
FILES = {"run": ["requirements.txt"], "tools": ["requirements.txt", "requirements-dev.txt"]}


def missing_packages(purpose: str) -> list[str]:
    """The Debian packages this machine lacks for the purpose."""
    present = {"python3-venv": find_spec("ensurepip") is not None}
    if purpose == "tools":
        present |= {
            "postgresql": any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
            "chromium": shutil.which("chromium") is not None,
        }
    return [name for name, found in present.items() if not found]


def missing_fonts() -> list[str]:
    """The Debian packages of fonts this machine lacks."""
    shelf = Path("/usr/share/fonts")
    return [name for name, files in FONTS.items() if not any(shelf.glob(files))]


def install_fonts(names: list[str]) -> None:
    """Through apt when we are root. The shop runs without them, so nothing here stops it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"For preview pictures, as root: apt-get install -y {' '.join(names)}", flush=True)
        return
    try:
        install_packages(names)
    except subprocess.CalledProcessError:
        print("The fonts could not be installed; previews show the shop's picture.", flush=True)


def install_packages(names: list[str]) -> None:
    """Through apt when we are root; otherwise one line saying what to do."""
    line = f"apt-get install -y --no-install-recommends {' '.join(names)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"These system packages are missing; as root run: {line}")
    print(f"Installing {', '.join(names)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update -qq", line.replace("-y", "-y -qq")):
        subprocess.run(command.split(), check=True, env=quiet, stdout=subprocess.DEVNULL)


def install_requirements(purpose: str) -> None:
    """pip, unless the files are the ones installed last time."""
    files = [ROOT / name for name in FILES[purpose]]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = VENV / f"installed-{purpose}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not (VENV / "bin" / "pip").exists():
        print("Making .venv", flush=True)
        venv.create(VENV, with_pip=True, clear=True)
    print(f"Installing {', '.join(path.name for path in files)}", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-qq"]
    pip += ["--no-cache-dir", "install", "--root-user-action=ignore"]
    subprocess.run([*pip, "-r", str(files[-1])], check=True)
    stamp.write_text(wanted)


def main(purpose: str) -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} (PYTHON=…).")
    try:
        missing = missing_packages(purpose)
        if missing:
            install_packages(missing)
        if fonts := missing_fonts():
            install_fonts(fonts)
        install_requirements(purpose)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Could not install what is needed: {' '.join(error.cmd)} failed.")


if __name__ == "__main__":
    main(sys.argv[1])
