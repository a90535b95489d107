"""What must hold of any world: the order of files, files that come again, and one receipt more."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import openpyxl
import product
import pytest
import twin
import worlds

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NOON = time(12, 0)
EARLY, LATE = date(2024, 9, 20), date(2024, 10, 20)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Store]:
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def world_and_day(seed: int) -> tuple[twin.World, date]:
    world, as_of = worlds.world_and_day(seed)
    return product.without_early_notices(product.for_the_product(world)), as_of


def files_of(world: twin.World, folder: Path) -> list[Path]:
    """The world as files, its submissions in three logs."""
    parts = [replace(world, submissions=[])]
    parts += [twin.World(submissions=world.submissions[first::3]) for first in range(3)]
    return [path for number, part in enumerate(parts) for path in product.write_files(part, folder / str(number))]


@pytest.mark.one_in(12)
@pytest.mark.parametrize("seed", range(12))
def test_the_order_in_which_files_are_loaded_does_not_matter(seed: int, store: product.Store, tmp_path: Path) -> None:
    world, as_of = world_and_day(seed)
    paths = files_of(world, tmp_path)
    store.load(paths)
    answer = store.answer(world, as_of)
    store.load(Random(seed).sample(paths, len(paths)))
    assert store.answer(world, as_of) == answer


@pytest.mark.slow
@pytest.mark.one_in(4)
@pytest.mark.parametrize("seed", range(20, 24))
def test_the_same_files_and_the_same_rows_again_change_nothing(seed: int, store: product.Store, tmp_path: Path) -> None:
    world, as_of = world_and_day(seed)
    paths = product.write_files(world, tmp_path / "first")
    store.load(paths)
    answer = store.answer(world, as_of)
    assert store.load_more(paths) == []
    assert store.load_more([copied(path) for path in paths]) == []
    for file in store.load_more([with_other_bytes(path) for path in paths]):
        assert (file.state, file.counts.duplicate) == ("loaded", file.counts.in_file)
    assert store.answer(world, as_of) == answer


def told(*due_on: date) -> twin.World:
    """One request, told again with each of these dates."""
    requests = [twin.Request("R1", "Z90001", "information_request", date(2024, 9, 10), day) for day in due_on]
    return twin.World(organisations=[twin.Organisation("Z90001")], requests=requests)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("notifications", [(EARLY, LATE), (LATE, EARLY), (EARLY, LATE, EARLY), (EARLY, EARLY, LATE)])
def test_a_file_that_corrects_itself_says_its_last_word_however_often_it_is_saved(
    notifications: tuple[date, ...], store: product.Store, tmp_path: Path
) -> None:
    world = told(*notifications)
    paths = product.write_files(world, tmp_path)
    store.put(twin.World())
    for files in (paths, [with_other_bytes(path) for path in paths]):
        store.load_more(files)
        (row,) = [row for row in store.answer(world, date(2024, 9, 10)) if row.request_id]
        assert row.due_on == notifications[-1]


def copied(path: Path) -> Path:
    return Path(shutil.copy(path, path.with_stem(f"{path.stem}_copied")))


def with_other_bytes(path: Path) -> Path:
    """The same rows: a CSV file with a byte order mark, a workbook saved once more."""
    other = path.with_stem(f"{path.stem}_again")
    if path.suffix == ".csv":
        other.write_bytes(BYTE_ORDER_MARK + path.read_bytes())
        return other
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes")
    book.save(other)
    return other


@pytest.mark.one_in(20)
@pytest.mark.parametrize("seed", range(100, 140))
def test_one_receipt_more_never_makes_anything_of_that_period_missing(seed: int, store: product.Store) -> None:
    world, as_of = world_with_answers(seed)
    store.put(world)
    before = store.answer(world, as_of)
    receipt = a_receipt(Random(seed), before, as_of)
    store.add(twin.World(submissions=[receipt]))
    after = store.answer(world, as_of)
    assert {key_of(row) for row in after} == {key_of(row) for row in before}
    assert missed(after, receipt) <= missed(before, receipt)
    assert [row.status for row in after if answers(receipt, row) and row.status in twin.MISSED] == []


def world_with_answers(seed: int) -> tuple[twin.World, date]:
    """The seed's world, or one after it in which anything is expected on the day."""
    world, as_of = world_and_day(seed)
    while not twin.expected_and_status(world, as_of):
        seed += 1000
        world, as_of = world_and_day(seed)
    return world, as_of


def a_receipt(dice: Random, rows: list[twin.Row], as_of: date) -> twin.Submission:
    """For any row, but for a missed one if there is one; on any day from the period's first to the day asked about."""
    row = dice.choice([row for row in rows if row.status in twin.MISSED] or rows)
    sent_on = row.period_start + timedelta(days=dice.randint(0, (as_of - row.period_start).days))
    submitted_at = datetime.combine(sent_on, NOON, twin.LONDON)
    request_id = dice.choice((row.request_id, None))
    return twin.Submission(
        row.organisation_code, row.return_code, row.period_start, submitted_at, "accepted", request_id
    )


def key_of(row: twin.Row) -> tuple:
    return row.organisation_code, row.return_code, row.period_start, row.request_id


def missed(rows: list[twin.Row], receipt: twin.Submission) -> set[tuple]:
    """The missed rows of the receipt's organisation, return and period."""
    return {key_of(row) for row in rows if is_of_period(receipt, row) and row.status in twin.MISSED}


def is_of_period(receipt: twin.Submission, row: twin.Row) -> bool:
    key = (receipt.organisation_code, receipt.return_code, receipt.period_start)
    return (row.organisation_code, row.return_code, row.period_start) == key


def answers(receipt: twin.Submission, row: twin.Row) -> bool:
    """Whether the row is the receipt's: of several requests on one day, the one that it names, or all of them."""
    return is_of_period(receipt, row) and receipt.request_id in (None, row.request_id)
