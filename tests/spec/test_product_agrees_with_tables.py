"""The product answers every rule table as a reader of the rules signed it off: from dropped files to rows."""

from pathlib import Path

import notation
import product
import pytest
import twin
import worlds

HERE = Path(__file__).parent
CASES = notation.read_cases(HERE / "status.txt") + notation.read_cases(HERE / "causes.txt")


WITH_SETTINGS_OR_RETURNS = [
    case for case in CASES if case.world.settings != twin.Settings() or case.world.returns != list(twin.RETURNS)
]


def title_of(case: notation.Case) -> str:
    return case.title


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with product.empty_store(tmp_path_factory.mktemp("store")) as store:
        yield store


@pytest.mark.parametrize("case", CASES, ids=title_of)
def test_the_product_answers_the_case_as_signed_off(case, store, tmp_path):
    store.load(product.write_files(case.world, tmp_path))
    for question in case.questions:
        rows = store.answer(case.world, question.as_of)
        notation.check(question, rows)
        assert rows == twin.expected_and_status(case.world, question.as_of)


@pytest.mark.parametrize("case", WITH_SETTINGS_OR_RETURNS[::4], ids=title_of)
def test_a_whole_workspace_answers_the_case_as_signed_off(case, tmp_path):
    setting = product.in_files(case.world, tmp_path)
    for question in case.questions:
        rows = product.answer_of_workspace(setting, question.as_of)
        notation.check(question, rows)
        assert rows == twin.expected_and_status(case.world, question.as_of)


@pytest.mark.parametrize("seed", range(20))
def test_a_world_written_in_the_notation_is_read_back_as_it_was(seed, tmp_path):
    world, as_of = worlds.world_and_day(seed)
    table = tmp_path / "table.txt"
    rows = [notation.line_of_row(row) for row in twin.expected_and_status(world, as_of)]
    table.write_text("\n".join(["== A case", *notation.lines_of_world(world), f"as of {as_of}", *rows]), encoding="utf-8")
    (case,) = notation.read_cases(table)
    returns = [return_ for return_ in case.world.returns if return_.return_code in codes_of_returns(world)]
    assert sorted(map(str, returns)) == sorted(map(str, world.returns))
    assert worlds.without(case.world, lambda fact: isinstance(fact, twin.Return)) == worlds.without(
        world, lambda fact: isinstance(fact, twin.Return)
    )
    notation.check(case.questions[0], twin.expected_and_status(world, as_of))


def codes_of_returns(world: twin.World) -> set[str]:
    return {return_.return_code for return_ in world.returns}
