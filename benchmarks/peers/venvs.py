"""The venvs of the peers that the product does not bring, from benchmarks/peers.txt."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

PINNED = Path(__file__).parent.with_name("peers.txt")
HEADING = "# venv:"


class NotInstalled(Exception):
    """What pip could not install, and its last word."""


def pinned(text: str) -> dict[str, list[str]]:
    """The packages of each venv, by the headings between them."""
    packages: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in text.splitlines():
        if line.startswith(HEADING):
            name = line.removeprefix(HEADING).split()[0]
        elif line and not line.startswith("#"):
            packages[name].append(line)
    return dict(packages)


def python_of(name: str, folder: Path) -> Path:
    """The interpreter of a venv, which is made where there is none. Raises NotInstalled."""
    venv = folder / name
    python = venv / "bin" / "python"
    if not (venv / "complete").is_file():
        packages = pinned(PINNED.read_text(encoding="utf-8"))[name]
        _ran([sys.executable, "-m", "venv", "--clear", str(venv)], packages)
        _ran([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], packages)
        (venv / "complete").touch()
    return python


def _ran(command: list[str], packages: list[str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        last = (ran.stderr or ran.stdout).strip().splitlines()[-1:]
        raise NotInstalled(f"not installed ({', '.join(packages)}): {' '.join(last)}")
