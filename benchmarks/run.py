"""Choose cases, run them, print one table."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cases import CASES, MB, Line, Options
from benchmarks.tables import markdown

HEADINGS = ("case", "what", "rows", "seconds", "CPU s", "rows/s", "peak MB", "allowed", "met")


def main(arguments: Sequence[str]) -> int:
    """0: everything measured took no more than it may; 1: something took more."""
    asked = _parser().parse_args(arguments)
    folder = asked.dir or Path(tempfile.mkdtemp(prefix="monitor-benchmarks-"))
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    try:
        for name in asked.names or CASES:
            print(f"{name} ...", flush=True)
            lines += CASES[name](Options(folder.resolve(), asked.scale, asked.repeat))
    finally:
        if asked.dir is None:
            shutil.rmtree(folder)
    print(markdown([HEADINGS, *map(_cells, lines)]))
    for line in lines:
        if line.table:
            print(f"\n{line.case}\n\n{markdown(line.table)}")
    return int(any(_is_met(line) is False for line in lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *CASES], help=f"of: {', '.join(CASES)} (all)")
    parser.add_argument("--dir", type=Path, help="an empty folder for the data, which are kept (a temporary one)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, such as 0.1 (1)")
    parser.add_argument("--repeat", type=int, default=1, help="measure so often and take the quickest (1)")
    return parser


def _cells(line: Line) -> tuple[str, ...]:
    measured = line.measured
    if measured is None:
        return (line.case, line.what, "", "", "", "", "", "", line.note)
    per_second = f"{line.rows / measured.seconds:,.0f}" if line.rows else ""
    met = {None: "", True: "yes", False: "no"}[_is_met(line)]
    return (
        line.case, line.what, f"{line.rows:,}", f"{measured.seconds:.2f}",
        f"{measured.cpu_seconds:.2f}", per_second,
        f"{measured.peak_bytes / MB:,.0f}", _allowed(line), met,
    )  # fmt: skip


def _allowed(line: Line) -> str:
    seconds = f"{line.seconds_allowed:.1f} s" if line.seconds_allowed else ""
    memory = f"{line.bytes_allowed / MB:,.0f} MB" if line.bytes_allowed else ""
    return ", ".join(part for part in (seconds, memory) if part)


def _is_met(line: Line) -> bool | None:
    """None where nothing is asked."""
    if line.measured is None or (line.seconds_allowed is None and line.bytes_allowed is None):
        return None
    in_time = line.seconds_allowed is None or line.measured.seconds <= line.seconds_allowed
    return in_time and (line.bytes_allowed is None or line.measured.peak_bytes <= line.bytes_allowed)
