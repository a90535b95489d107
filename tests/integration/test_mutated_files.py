"""Every published format with cells, rows and columns changed at random: a clear refusal or the right answer.

Never a crash, never a silent loss: every row is accounted for, and what a file says of the practices that were not
touched stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from layouts.samples import SAMPLES
from memory_store import MemoryStore
from mutated import Loader, changes, faults, original


def run(sample: Callable[[Path], Path], store: MemoryStore, examples: int) -> None:
    loader = Loader(store.connection, store.folder)
    (loader.folder / "base").mkdir()
    of = original(loader, sample(loader.folder / "base"))

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(changes())
    def each(done: list[Any]) -> None:
        assert faults(loader, of, done) == []

    each()


@pytest.mark.one_in(6)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_changed_file_is_refused_clearly_or_read_rightly(store: MemoryStore, name: str) -> None:
    run(SAMPLES[name], store, examples=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_thirty_changed_files_of_each_kind_are_refused_clearly_or_read_rightly(store: MemoryStore, name: str) -> None:
    run(SAMPLES[name], store, examples=30)


@pytest.mark.campaign
@pytest.mark.parametrize("name", SAMPLES)
def test_five_hundred_changed_files_of_each_kind_are_refused_clearly_or_read_rightly(
    store: MemoryStore, name: str
) -> None:
    run(SAMPLES[name], store, examples=500)
