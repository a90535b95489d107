"""What `monitor rebuild` says at its end, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.core.text import on_one_line
from monitor.rebuilding.rebuild import Rebuilt

MOST_NAMES = 20
WHAT_IS_LOST = {
    "finding_subject": "since when each finding was open: what is open is found anew, and told once more",
    "alert": "who was told what, and when",
    "ledger": "the ledger: a new one begins, and an old head of it fits nothing any more",
    "decision": "what people acknowledged or resolved",
    "silence": "what people silenced",
    "job_run": "which runs there were",
}


def rebuilt_lines(rebuilt: Rebuilt) -> Iterator[str]:
    """What was built, which files differ, whether the answer is the same, what became of the old store."""
    yield f"Built anew from {rebuilt.files:,} loaded files, in {rebuilt.seconds:,.1f} s"
    yield from _named("loaded before, and no longer there", rebuilt.missing)
    yield from _named("not loaded before", rebuilt.new)
    yield from _named("refused now, and not before", rebuilt.refused)
    yield from _named("other numbers of rows than before", rebuilt.read_differently)
    yield f"As of {rebuilt.as_of}: {rebuilt.expected:,} expected returns; {_comparison(rebuilt)}"
    if rebuilt.is_same and not rebuilt.is_same_evidence:
        yield "  the file and row that decided are named differently for some"
    if not rebuilt.is_replaced:
        yield f"The new store: {rebuilt.store}. Nothing else was changed; --replace puts it in place"
        return
    yield f"The new store is in place: {rebuilt.store}. Next: monitor run"
    if rebuilt.lost:
        yield "  lost with the old store:"
        yield from (f"    {words}" for table, words in WHAT_IS_LOST.items() if table in rebuilt.lost)


def _comparison(rebuilt: Rebuilt) -> str:
    if rebuilt.differing is None:
        return f"nothing to compare with, because {rebuilt.trouble}"
    if rebuilt.is_same:
        return "every status is the same as in the old store"
    return f"NOT the same as in the old store for: {', '.join(rebuilt.differing)}"


def _named(heading: str, names: Sequence[str]) -> Iterator[str]:
    for name in names[:MOST_NAMES]:
        yield f"  {heading}: {on_one_line(name)}"
    if len(names) > MOST_NAMES:
        yield f"  {heading}: and {len(names) - MOST_NAMES:,} more"
