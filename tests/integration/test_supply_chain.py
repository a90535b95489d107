"""What the program is installed with: licences that an NHS body may use, and no known weaknesses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Unlicense|Public Domain|0BSD|Zlib"
)
REQUIRED = re.compile(r"[A-Za-z0-9._-]+")


def installed() -> dict[str, Distribution]:
    """Every distribution that the program needs when it runs, with those that they need."""
    found: dict[str, Distribution] = {}
    wanted = ["monitor"]
    while wanted:
        name = wanted.pop().lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra that is not installed
            continue
        needed = [one for one in found[name].requires or () if "extra ==" not in one]
        wanted += [match[0] for one in needed if (match := REQUIRED.match(one))]
    return found


def licence_of(package: Distribution) -> str:
    """What a distribution says of its licence: an expression, else its classifiers, else the first line of the text."""
    about = package.metadata
    named = [one for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    classifiers = [one.split(" :: ")[-1] for one in named]
    expression, text = (next(iter(about.get_all(name) or ()), "") for name in ("License-Expression", "License"))
    return str(expression or "; ".join(classifiers) or text.split("\n")[0])


def test_every_package_has_a_licence_that_is_in_the_list() -> None:
    packages = {name: licence_of(package) for name, package in installed().items() if name != "monitor"}
    assert len(packages) > 20
    assert {name: said for name, said in packages.items() if not ALLOWED.search(said)} == {}
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert [name for name in packages if f"| {name} |" not in listed] == []


@pytest.mark.skipif(shutil.which("pip-audit") is None, reason="pip-audit is not installed")
def test_no_package_has_a_known_weakness() -> None:
    command = ["pip-audit", "-r", str(ROOT / "constraints.txt"), "--no-deps", "--disable-pip", "-f", "json"]
    audited = subprocess.run(command, check=False, capture_output=True, text=True)
    packages = json.loads(audited.stdout)["dependencies"]
    if all("skip_reason" in one for one in packages):
        pytest.skip("the package index here does not say which weaknesses are known")
    assert [one["name"] for one in packages if "skip_reason" in one] == []
    assert {one["name"]: one["vulns"] for one in packages if one.get("vulns")} == {}
