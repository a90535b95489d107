"""The product and its naive twin say the same of every expected return of many small worlds.

Worlds come from seeds, so that a failure comes back. Of the first world on which the two differ, the smallest part on
which they still do is shown in the notation of the rule tables.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import notation
import product
import pytest
import twin
import untidy
import worlds

FEW, FEW_UNTIDY, FEW_WITH_SHORT_FEEDS = 5, 5, 4
SOME, A_LONG_BLOCK = 60, 250

Make = Callable[[int], tuple[twin.World, date]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Store]:
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def test_the_product_and_its_twin_give_the_same_answers(store: product.Store) -> None:
    check_seeds(store, range(FEW))


@pytest.mark.slow
def test_the_product_and_its_twin_give_the_same_answers_in_some_worlds(store: product.Store) -> None:
    check_seeds(store, range(FEW, SOME))


@pytest.mark.campaign
@pytest.mark.parametrize("first_seed", range(1000, 3000, A_LONG_BLOCK))
def test_the_product_and_its_twin_give_the_same_answers_in_thousands_of_worlds(
    first_seed: int, store: product.Store
) -> None:
    check_seeds(store, range(first_seed, first_seed + A_LONG_BLOCK))


@pytest.mark.slow
def test_they_agree_on_files_as_people_write_them(store: product.Store, tmp_path: Path) -> None:
    check_untidy(store, range(FEW_UNTIDY), tmp_path)


@pytest.mark.slow
def test_they_agree_on_some_worlds_as_people_write_them(store: product.Store, tmp_path: Path) -> None:
    check_untidy(store, range(FEW_UNTIDY, SOME), tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("first_seed", range(1000, 3000, A_LONG_BLOCK))
def test_they_agree_on_thousands_of_worlds_as_people_write_them(
    first_seed: int, store: product.Store, tmp_path: Path
) -> None:
    check_untidy(store, range(first_seed, first_seed + A_LONG_BLOCK), tmp_path)


def test_they_agree_on_which_feeds_look_short(store: product.Store) -> None:
    check_seeds(store, range(FEW_WITH_SHORT_FEEDS), worlds.world_with_short_feeds)


@pytest.mark.slow
def test_they_agree_on_which_feeds_look_short_in_some_worlds(store: product.Store) -> None:
    check_seeds(store, range(FEW_WITH_SHORT_FEEDS, SOME), worlds.world_with_short_feeds)


@pytest.mark.campaign
@pytest.mark.parametrize("first_seed", range(1000, 1500, A_LONG_BLOCK))
def test_they_agree_on_which_feeds_look_short_in_hundreds_of_worlds(first_seed: int, store: product.Store) -> None:
    check_seeds(store, range(first_seed, first_seed + A_LONG_BLOCK), worlds.world_with_short_feeds)


def test_half_of_those_worlds_have_a_feed_that_looks_short() -> None:
    of_worlds = [twin.expected_and_status(*worlds.world_with_short_feeds(seed)) for seed in range(FEW_WITH_SHORT_FEEDS)]
    with_short = sum(any(row.cause == "source_incomplete" for row in rows) for rows in of_worlds)
    assert with_short == FEW_WITH_SHORT_FEEDS // 2


def test_worlds_without_a_submission_or_without_anything_are_answered_too(store: product.Store) -> None:
    bare = twin.World(organisations=[twin.Organisation("Z90001"), twin.Organisation("RZ1", "trust")])
    assert not differs(store, twin.World(), date(2025, 1, 1))
    assert not differs(store, bare, date(2025, 1, 1))


def check_seeds(store: product.Store, seeds: range, make: Make = worlds.world_and_day) -> None:
    for seed in seeds:
        world, as_of = make(seed)
        world = product.for_the_product(world)
        if differs(store, world, as_of):
            pytest.fail(f"seed {seed}\n{difference(store, world, as_of)}", pytrace=False)


def check_untidy(store: product.Store, seeds: range, folder: Path) -> None:
    """Days, instants, codes and headings in many ways. A notice that would shorten is rejected, and holds in doubt.

    So does one of a return without a due date whose day lies before the period; it is left out here.
    """
    for seed in seeds:
        world, as_of = worlds.world_and_day(seed)
        world = product.without_early_notices(product.for_the_product(world))
        world = replace(world, rejected_rows=[], dormant=frozenset())
        world = replace(world, organisations=[replace(row, left_out=()) for row in world.organisations])
        store.clear()
        store.load_more(untidy.write_files(world, folder / str(seed), Random(seed)))
        rejected = store.connection.execute("SELECT DISTINCT column_name FROM data.rejected_row").fetchall()
        assert rejected in ([], [("new_due_on",)]), f"seed {seed}"
        assert store.connection.execute("FROM data.rejected_value").fetchall() == [], f"seed {seed}"
        unread = {name for (name,) in store.connection.execute("SELECT notice_id FROM data.doubtful_row").fetchall()}
        read = replace(world, rejected_rows=[in_doubt(one) for one in world.notices if one.notice_id in unread])
        assert store.answer(world, as_of) == twin.expected_and_status(read, as_of), f"seed {seed}"


def in_doubt(notice: twin.Notice) -> twin.RejectedRow:
    code = notice.scope_value if notice.scope == "organisation" else None
    days = (notice.from_on, notice.to_on)
    return twin.RejectedRow(code, notice.return_code, notice.period_start, None, *days)


def differs(store: product.Store, world: twin.World, as_of: date) -> bool:
    store.put(world)
    return store.answer(world, as_of) != twin.expected_and_status(world, as_of)


def difference(store: product.Store, world: twin.World, as_of: date) -> str:
    """The smallest part of the world on which the two differ, and what each of them says."""
    small = worlds.smallest(world, lambda candidate: differs(store, candidate, as_of))
    store.put(small)
    of_product, of_twin = store.answer(small, as_of), twin.expected_and_status(small, as_of)
    lines = [*notation.lines_of_world(small), f"as of {as_of}"]
    lines += ["# the twin alone says", *(notation.line_of_row(row) for row in of_twin if row not in of_product)]
    lines += ["# the product alone says", *(notation.line_of_row(row) for row in of_product if row not in of_twin)]
    return "\n".join(lines)
