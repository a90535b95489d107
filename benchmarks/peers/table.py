"""The table of the peers: what each answers, as its answers show it, and what that takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.peers.tools import BY_HAND, Answered

HEADINGS = (
    *("tool", "begins with", "list", "count", "cause", "what changed", "history kept"),
    *("seconds", "CPU s", "peak MB", "CPU : SQL by hand", "first time, CPU s"),
)


def peers_table(answered: Sequence[Answered]) -> Iterator[tuple[str, ...]]:
    """One row a tool; the figures are those of the second day, when there is something to say of the last time."""
    yield HEADINGS
    by_hand = next((one.second for one in answered if one.tool.name == BY_HAND), None)
    for one in answered:
        if one.first is None or one.second is None:
            yield (one.tool.name, one.note, *[""] * (len(HEADINGS) - 2))
            continue
        ratio = f"{one.second.cpu_seconds / by_hand.cpu_seconds:.1f}" if by_hand else ""
        yield (
            one.tool.name, one.tool.begins_with, *answers(*one.answers),
            f"{one.second.seconds:.2f}", f"{one.second.cpu_seconds:.2f}", f"{one.second.peak_bytes / 1e6:,.0f}",
            ratio, f"{one.first.cpu_seconds:.2f}",
        )  # fmt: skip


def answers(before: dict[str, Any], now: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """List, count, cause, what changed and history kept, by what a tool said on two days."""
    return (
        _part(now.get("listed", 0), now["missed"]),
        f"{now['missed']:,}",
        _part(now.get("causes", 0), now["missed"]),
        _change(now),
        _part(now.get("kept", 0), before["missed"]),
    )


def _part(found: int, of_all: int) -> str:
    if found == of_all:
        return "yes"
    return f"{found:,} of {of_all:,}" if found else "no"


def _change(now: dict[str, Any]) -> str:
    if "appeared" not in now:
        return "no"
    return f"yes: {now['appeared']:,} {now.get('unit', 'rows')} came, {now['gone']:,} went"
