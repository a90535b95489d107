"""The folder to carry: which wheels are in it for which machine; nothing else, and nothing altered, is installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from monitor.core.errors import ConfigurationError, EnvironmentFault, UsageError
from monitor.core.resources import CONSTRAINTS
from monitor.offline_bundle.bundle import HASHES, make_bundle
from monitor.offline_bundle.wheels import Target, gather, pins_of

LINUX = Target("linux", "3.11", {"sys_platform": "linux", "python_version": "3.11"})
WINDOWS = Target("windows", "3.11", {"sys_platform": "win32", "python_version": "3.11"}, ("--platform", "win_amd64"))
# Of an index: by name and version, what a package asks for. `binary` has a wheel for each system.
INDEX: Mapping[str, Iterable[str]] = {
    "click==8": ["colorama; sys_platform == 'win32'"],
    "binary==2": ["deep>=1"],
    "deep==1": ["click>=7", "old; python_version < '3'"],
    "colorama==0.4": [],
    "teams==3": ["deep[more]"],
    "rare==5": [],
}
PINS = {"click": "8", "binary": "2", "deep": "1", "colorama": "0.4", "teams": "3", "rare": "5", "unused": "9"}


def make_wheel(folder: Path, name: str, version: str, needs: Iterable[str], platform: str = "any") -> Path:
    path = folder / f"{name}-{version}-py3-none-{platform}.whl"
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        f"Platform: {platform}",
        *(f"Requires-Dist: {one}" for one in needs),
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/METADATA"), "\n".join(lines) + "\n")
    return path


@dataclass
class Index:
    """What takes the place of pip: it writes the wheels that are asked for, and remembers what was asked."""

    index: Mapping[str, Iterable[str]] = field(default_factory=lambda: INDEX)
    asked: list[str] = field(default_factory=list)

    def fetch(self, requirements: Iterable[str], target: Target, folder: Path) -> None:
        for requirement in requirements:
            self.asked.append(requirement)
            if requirement not in self.index:
                raise EnvironmentFault("pip download", f"no matching distribution found for {requirement}")
            name, _, version = requirement.partition("==")
            platform = {"linux": "manylinux_2_28_x86_64", "windows": "win_amd64"}[target.name]
            needs = self.index[requirement]
            make_wheel(folder, name, version, needs, platform if name == "binary" else "any")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    needs = ["click>=8", "binary", "teams; extra == 'channels'"]
    return make_wheel(tmp_path, "monitor", "0.4.0", needs)


def names(wheels: Iterable[Path]) -> list[str]:
    return sorted(wheel.name.partition("-")[0] for wheel in wheels)


@pytest.mark.parametrize(
    ("target", "extras", "expected"),
    [
        (LINUX, (), ["binary", "click", "deep", "monitor"]),
        (WINDOWS, (), ["binary", "click", "colorama", "deep", "monitor"]),
        (LINUX, ("channels",), ["binary", "click", "deep", "monitor", "teams"]),
    ],
    ids=["linux", "windows", "with an extra"],
)
def test_what_is_needed_on_a_machine_is_there_and_nothing_else(
    own: Path, target: Target, extras: tuple[str, ...], expected: list[str]
) -> None:
    index = Index()
    assert names(gather(own, extras, PINS, target, index.fetch)) == expected
    assert len(index.asked) == len(set(index.asked)) == len(expected) - 1, "each is downloaded once"


@pytest.mark.parametrize("extras", [(), ("channels",)])
def test_an_extra_that_is_asked_for_deep_down_is_there_too(own: Path, extras: tuple[str, ...]) -> None:
    index = Index({**INDEX, "deep==1": ["rare; extra == 'more'"]})
    assert ("rare" in names(gather(own, extras, PINS, LINUX, index.fetch))) == bool(extras)


@pytest.mark.parametrize(
    ("pins", "found"),
    [
        ({**PINS, "click": "7"}, "pins click 7. Expected: what monitor-0.4.0-py3-none-any.whl takes: >=8"),
        ({name: version for name, version in PINS.items() if name != "deep"}, "pins no version of deep"),
    ],
    ids=["at another version", "not at all"],
)
def test_what_is_not_pinned_as_it_is_needed_is_said(own: Path, pins: dict[str, str], found: str) -> None:
    with pytest.raises(ConfigurationError, match=found):
        gather(own, (), pins, LINUX, Index().fetch)


def test_a_folder_holds_hashes_of_all_and_a_script_for_each_system(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    make_bundle(folder, own, (), PINS, [LINUX, WINDOWS], Index().fetch)
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {line.split("  ")[1] for line in (folder / HASHES).read_text().splitlines()} == there - {HASHES}
    assert {"install.sh", "install.cmd", "README.txt", "python-version.txt"} < there
    linux, windows = ((folder / f"requirements-{name}.txt").read_text().splitlines() for name in ("linux", "windows"))
    assert [line.split(" --hash=sha256:")[0] for line in linux] == [
        "binary==2",
        "click==8",
        "deep==1",
        "monitor==0.4.0",
    ]
    assert len(windows) == 5
    assert linux[0] != windows[0], "a wheel of its own"
    assert set(linux[1:]) < set(windows)


def test_a_folder_is_there_whole_or_not_at_all(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    with pytest.raises(EnvironmentFault, match="no matching distribution"):
        make_bundle(folder, own, (), PINS, [LINUX], Index({}).fetch)
    assert sorted(file.name for file in tmp_path.iterdir()) == [own.name]
    folder.mkdir()
    with pytest.raises(UsageError, match="already exists"):
        make_bundle(folder, own, (), PINS, [LINUX], Index().fetch)


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
@pytest.mark.parametrize(
    ("file", "said"),
    [("wheels/click-8-py3-none-any.whl", "a file is not as it was"), ("python-version.txt", "a file is not as it was")],
)
def test_what_was_altered_on_the_way_is_not_installed(own: Path, tmp_path: Path, file: str, said: str) -> None:
    folder = tmp_path / "carried"
    make_bundle(folder, own, (), PINS, [LINUX], Index().fetch)
    (folder / file).write_bytes((folder / file).read_bytes() + b" ")
    ended = subprocess.run(["sh", folder / "install.sh"], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert not (folder / "venv").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_another_python_is_turned_away(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    make_bundle(folder, own, (), PINS, [Target("linux", "3.99", LINUX.environment)], Index().fetch)
    command = ["env", f"PYTHON={sys.executable}", "sh", str(folder / "install.sh")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "the wheels in this folder are for Python 3.99" in ended.stderr


def test_the_shipped_constraints_pin_every_package(tmp_path: Path) -> None:
    assert pins_of(CONSTRAINTS)["great-expectations"]
    (tmp_path / "constraints.txt").write_text("click>=8\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="name==version"):
        pins_of(tmp_path / "constraints.txt")
