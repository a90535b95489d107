"""The folder to carry, for real: made with pip, installed where there is no way out, and the demo passes there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NO_WAY_OUT = ["unshare", "--map-root-user", "--net"]
REACH_OUT = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"  # an address that belongs to nobody


def has_closed_networks() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NO_WAY_OUT, "true"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_closed_networks(), reason="no network name space without a way out can be made here"),
]


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as `python -m monitor.offline_bundle` makes it. Where no index can be reached, there is none."""
    folder = tmp_path_factory.mktemp("carried") / "bundle"
    command = [sys.executable, "-m", "monitor.offline_bundle", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode == 4:
        pytest.skip(f"no wheels can be downloaded here: {made.stderr.splitlines()[-1]}")
    assert made.returncode == 0, made.stderr
    return folder


def closed(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without a network, without settings of ours, and with a home that is empty."""
    environ = {"PATH": os.defpath, "HOME": str(cwd), "PYTHON": str(Path(sys.executable).resolve())}
    words = [*NO_WAY_OUT, *map(str, command)]
    return subprocess.run(words, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


def test_the_program_installs_and_passes_its_demo_without_a_network(carried: Path, tmp_path: Path) -> None:
    assert "Network is unreachable" in closed(sys.executable, "-c", REACH_OUT, cwd=tmp_path).stderr
    installed = closed("sh", carried / "install.sh", tmp_path / "venv", cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    demo = closed(tmp_path / "venv" / "bin" / "monitor", "demo", cwd=tmp_path)
    assert (demo.returncode, demo.stderr) == (0, "")
    assert "56 open findings (56 new, 0 changed, 0 resolved)" in demo.stdout
    assert (tmp_path / "monitor-demo" / "published" / "site" / "index.html").is_file()
    assert not list((tmp_path / "venv").rglob("vl_convert*")), "no JavaScript engine is installed"
