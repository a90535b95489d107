"""A disk that is full when a stage of a run begins is reported in one message; the next run gives the same answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from asking import Show

PROGRAM = Path(__file__).parents[1] / "full_disk.py"
# A file system of its own, in name spaces of its own: needs no rights on the machine.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=100m none "$1" && exec "$2" "$3" "$1" "$4" $5'


def on_a_small_disk(folder: Path, stages: str, kilobytes_left: str) -> list[str]:
    (folder / "disk").mkdir()
    program = [str(folder / "disk"), sys.executable, str(PROGRAM), stages, kilobytes_left]
    return ["unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, "sh", *program]


def may_mount(folder: Path) -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    folder.mkdir()
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.mark.proof
@pytest.mark.parametrize(
    ("stages", "kilobytes_left"),
    [
        pytest.param("publishing", "0", marks=pytest.mark.slow),
        pytest.param("all", "0", marks=pytest.mark.slow),
        pytest.param("all", "64 256 1024", marks=pytest.mark.slow),
    ],
)
def test_a_disk_that_is_full_at_any_stage_loses_nothing(
    tmp_path: Path, show: Show, stages: str, kilobytes_left: str
) -> None:
    if not may_mount(tmp_path / "probe"):
        pytest.skip("this machine lets nobody mount a file system of their own (unshare -rm mount -t tmpfs)")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        on_a_small_disk(tmp_path, stages, kilobytes_left), capture_output=True, text=True, env=environ, timeout=600
    )
    assert ended.returncode == 0, ended.stderr
    undisturbed, *tried = map(json.loads, ended.stdout.splitlines())
    show(
        "A disk that is full when a stage begins",
        ("stage", "KB left", "exit code", "copy opens", "next run", "the same answer", "alerts lost", "doubled"),
        [
            (
                one["stage"], one["left"], one["code"], one["is_open"], one["after"]["code"],
                one["after"]["state"] == undisturbed["state"],
                len(set(undisturbed["notified"]) - set(one["after"]["notified"])),
                len(one["after"]["notified"]) - len(set(one["after"]["notified"])),
            )
            for one in tried
        ],
    )  # fmt: skip
    assert undisturbed["code"] == 0
    for one in tried:
        assert one["code"] in (0, 4), one
        if one["code"] == 4:
            assert one["said"].count("check disk space") == 1, one
            assert one["said"].startswith(str(tmp_path / "disk")), one  # the file that could not be written
        assert "Traceback" not in one["said"]
        assert one["is_open"]
        assert one["after"] == undisturbed
    assert {one["code"] for one in tried if one["left"] == 0} <= {4}
