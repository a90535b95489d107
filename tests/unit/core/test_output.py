"""What reaches a terminal: no control character of a file, and no more than a screen."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli.progress import Talk
from monitor.core.tables import FORMATS, write_rows
from monitor.sources.headings import shown

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\rA81001"
CONTROLS = [chr(code) for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"]


@pytest.mark.parametrize("how", FORMATS)
def test_no_control_character_is_printed_with_rows(how: str) -> None:
    out = io.StringIO()
    write_rows(["name", HOSTILE], [[HOSTILE, 1]], how, out)
    assert [one for one in CONTROLS if one in out.getvalue()] == []


def test_no_control_character_is_said_on_stderr() -> None:
    stream = io.StringIO()
    Talk(stream).say(f"monitor: {HOSTILE}\nsecond line")
    assert [one for one in CONTROLS if one in stream.getvalue()] == []
    assert stream.getvalue().endswith("\nsecond line\n")


@pytest.mark.parametrize("message", ["word " * 5_000, "line\n" * 5_000], ids=["words", "lines"])
def test_no_message_is_longer_than_a_screen(message: str) -> None:
    stream = io.StringIO()
    Talk(stream).say(f"begins {message} ends")
    said = stream.getvalue()
    assert (len(said) <= 1_920, said.count("\n") <= 24) == (True, True)
    assert (said[:6], said.rstrip()[-4:]) == ("begins", "ends")


def test_headings_of_a_message_are_not_longer_than_some_lines() -> None:
    assert len(shown(f"heading of a very wide file, number {place}" for place in range(800))) < 800


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_what_is_written_is_readable_by_owner_and_group_only(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    subprocess.run([sys.executable, "-m", "monitor", "init", folder], check=True, capture_output=True)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))]
    assert [mode for mode in modes if mode & 0o027] == []
