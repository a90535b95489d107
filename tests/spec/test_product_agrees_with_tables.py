"""The product answers every rule table as a reader of the rules signed it off: from dropped files to rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import notation
import product
import pytest
import twin
import worlds

HERE = Path(__file__).parent
CASES = notation.read_cases(HERE / "status.txt") + notation.read_cases(HERE / "causes.txt")


OF_FILES = [case for case in CASES if product.is_of_files(case.world)]
WITH_SETTINGS_OR_RETURNS = [
    case for case in CASES if case.world.settings != twin.Settings() or case.world.returns != list(twin.RETURNS)
]


def title(case: notation.Case) -> str:
    return case.title


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Store]:
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def check_answer(question: notation.Question, rows: list[twin.Row], world: twin.World) -> None:
    notation.check(question, rows)
    assert rows == twin.expected_and_status(world, question.as_of)


@pytest.mark.one_in(18)
@pytest.mark.parametrize("case", CASES, ids=title)
def test_the_product_answers_the_case_as_signed_off(case: notation.Case, store: product.Store) -> None:
    store.put(case.world)
    for question in case.questions:
        check_answer(question, store.answer(case.world, question.as_of), case.world)


@pytest.mark.one_in(len(OF_FILES))
@pytest.mark.parametrize("case", OF_FILES, ids=title)
def test_the_product_answers_the_case_from_dropped_files(
    case: notation.Case, store: product.Store, tmp_path: Path
) -> None:
    store.load(product.write_files(case.world, tmp_path))
    for question in case.questions:
        check_answer(question, store.answer(case.world, question.as_of), case.world)


@pytest.mark.one_in(len(CASES))
@pytest.mark.parametrize("case", WITH_SETTINGS_OR_RETURNS[::4], ids=title)
def test_a_whole_workspace_answers_the_case_as_signed_off(case: notation.Case, tmp_path: Path) -> None:
    context = product.in_files(case.world, tmp_path)
    for question in case.questions:
        check_answer(question, product.answer_of_workspace(context, question.as_of), case.world)


@pytest.mark.parametrize("seed", range(4))
def test_a_world_written_in_the_notation_is_read_back_as_it_was(seed: int, tmp_path: Path) -> None:
    world, as_of = worlds.world_and_day(seed)
    rows = twin.expected_and_status(world, as_of)
    lines = ["== A case", *notation.lines_of_world(world), f"as of {as_of}", *map(notation.line_of_row, rows)]
    (tmp_path / "table.txt").write_text("\n".join(lines), encoding="utf-8")
    (case,) = notation.read_cases(tmp_path / "table.txt")
    codes = {return_.return_code for return_ in world.returns}
    returns = [return_ for return_ in case.world.returns if return_.return_code in codes]
    assert sorted(returns, key=str) == sorted(world.returns, key=str)
    assert replace(case.world, returns=[]) == replace(world, returns=[])
    notation.check(case.questions[0], rows)
