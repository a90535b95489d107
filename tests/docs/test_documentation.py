"""The documentation is true: its commands run, its output is what comes, its SQL works, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
import pytest
from asking import Monitor, TypedDemo

from monitor.cli.app import cli
from monitor.cli.commands import COMMANDS, command_named

ROOT = Path(__file__).resolve().parents[2]
RUN_DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS = [*RUN_DOCUMENTS, ROOT / "CHANGELOG.md"]
VIEWS_OF_ANALYSTS = {
    "return_status", "missed_return", "organisation", "mandatory_return", "submission", "notice", "participation",
    "request", "finding", "alert", "loaded_file", "rejected_row", "doubt", "collective_action", "job_run",
}  # fmt: skip

VIEWS = "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
COLUMNS_OF_VIEWS = """
    SELECT schema_name, view_name, column_name, c.comment
    FROM duckdb_columns() AS c
    JOIN duckdb_views() AS v USING (schema_name)
    WHERE v.view_name = c.table_name AND NOT v.internal
"""

FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<path>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
NAMED_COMMAND = re.compile(r"(?<![\w/-])(?:\S*[\\/])?monitor(?:\.exe)? ([a-z]+)((?: [^\s`|>]+)*)")
JUDGING_WORDS = re.compile(r"\b(breach|non-complian|defaulter|offend|refusing|refusal)", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A fenced block. path: the file that the reader is to save it as, in the fence's first line."""

    document: Path
    line_number: int
    language: str
    path: str | None
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line_number}"


@dataclass
class Step:
    """One command that the reader types: its words, the output shown, the exit code noted (else 0)."""

    place: str
    words: list[str]
    shown: list[str]
    code: int = 0


def blocks_of(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    return [
        Block(document, text.count("\n", 0, found.start()) + 1, found["language"], found["path"], found["text"])
        for found in FENCE.finditer(text)
    ]


def blocks(*languages: str) -> list[Block]:
    return [block for document in RUN_DOCUMENTS for block in blocks_of(document) if block.language in languages]


def steps_of(block: Block) -> list[Step]:
    """The commands of a console block. After `$ echo $?` stands the exit code of the command before."""
    steps: list[Step] = []
    awaits_code = False
    for number, line in enumerate(block.text.splitlines(), block.line_number + 1):
        place = f"{block.document.name}:{number}"
        if line == "$ echo $?":
            awaits_code = True
        elif line.startswith("$ "):
            words = shlex.split(line.removeprefix("$ "))
            assert words[0] == "monitor", f"{place}: only commands of monitor can be run by this test"
            steps.append(Step(place, words[1:], []))
        elif awaits_code:
            steps[-1].code, awaits_code = int(line), False
        else:
            steps[-1].shown.append(line.rstrip())
    return steps


def shows(shown: str, real: str) -> bool:
    """Whether a line of the documentation is this line of output; ` ...` at its end stands for the rest of it."""
    return real.startswith(shown.removesuffix(" ...")) if shown.endswith(" ...") else shown == real


def first_line_that_is_not_there(shown: list[str], real: list[str]) -> str | None:
    """The first shown line that does not come, in the order shown. A line of `...` stands for any lines."""
    left = iter(real)
    for line in shown:
        if line.strip() not in ("", "...") and not any(shows(line, candidate) for candidate in left):
            return line
    return None


def named_commands(document: Path) -> Iterator[tuple[str, list[str]]]:
    """Every command of monitor that a document names in code, with the options named beside it."""
    text = document.read_text(encoding="utf-8")
    inline = INLINE_CODE.findall(FENCE.sub("", text))
    fenced = [line for block in blocks_of(document) if block.language != "python" for line in block.text.splitlines()]
    for code in [*inline, *fenced]:
        for found in NAMED_COMMAND.finditer(code):
            yield found[1], re.findall(r"(?<!\S)-{1,2}[a-z][a-z-]*", found[2])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            document, marks=pytest.mark.slow if document.name == "operations.md" else ()
        )  # as long as all others
        for document in RUN_DOCUMENTS
    ],
    ids=lambda document: document.name,
)
def test_every_command_gives_the_output_that_is_shown(
    document: Path, monitor: Monitor, typed_demo: TypedDemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(typed_demo.folder, tmp_path / typed_demo.folder.name)
    for block in blocks_of(document):
        if block.path:
            file = tmp_path / block.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        for step in steps_of(block) if block.language == "console" else ():
            answer = typed_demo.answer if step.words == ["demo"] else monitor(*step.words)
            assert answer.code == step.code, f"{step.place}: {answer.out}{answer.err}"
            real = [line.rstrip() for line in (answer.out + answer.err).splitlines()]
            absent = first_line_that_is_not_there(step.shown, real)
            output = "\n".join(real)
            assert absent is None, f"{step.place}: not in the output, or not in this order: {absent}\n{output}"


@pytest.mark.parametrize("block", blocks("sql"), ids=str)
def test_every_query_runs_on_the_published_sample_and_finds_rows(block: Block, typed_demo: TypedDemo) -> None:
    with duckdb.connect(str(typed_demo.folder / "published" / "monitor.duckdb"), read_only=True) as database:
        assert database.execute(block.text).fetchall()


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_every_piece_of_python_runs_beside_the_published_sample(
    block: Block, typed_demo: TypedDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(typed_demo.folder)
    exec(compile(block.text, str(block), "exec"), {})


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_every_piece_of_toml_can_be_read(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_within_the_product_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    within = [link for link in links if "://" not in link]
    assert [link for link in within if not (document.parent / link).is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_only_commands_and_options_that_exist_are_named(document: Path) -> None:
    for name, options in named_commands(document):
        assert name in COMMANDS, f"there is no monitor {name}"
        known = options_of(command_named(name)) | {option for parameter in cli.params for option in parameter.opts}
        assert set(options) - known - {"-h", "--help"} == set(), f"monitor {name}"


def options_of(command: click.Command) -> set[str]:
    """The options of a command and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {option for parameter in command.params for option in parameter.opts}
    return own.union(*map(options_of, below))


@pytest.mark.parametrize("document", ["README.md", "docs/commands.md"])
def test_every_command_is_named(document: str) -> None:
    assert {name for name, _ in named_commands(ROOT / document)} == set(COMMANDS)


def test_the_readme_is_short_and_has_a_picture_that_is_small() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) < 900
    (picture,) = re.findall(r"!\[[^]]{20,}\]\(([^)]+)\)", text)
    assert (ROOT / picture).stat().st_size < 150_000


def test_the_index_leads_to_every_document() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(index.read_text(encoding="utf-8"))}
    assert set((ROOT / "docs").glob("*.md")) - {index} - linked == set()


HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK_WITHIN = re.compile(r"\]\(([^)#\s]*)#([^)]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_to_a_section_leads_to_one(document: Path) -> None:
    for file, anchor in LINK_WITHIN.findall(document.read_text(encoding="utf-8")):
        if "://" not in file:
            text = FENCE.sub("", (document.parent / file if file else document).read_text(encoding="utf-8"))
            assert anchor in {anchor_of(heading) for heading in HEADING.findall(text)}, f"{file}#{anchor}"


def anchor_of(heading: str) -> str:
    """What a heading is called in links to it, as GitHub has it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_integration_script_runs_the_test_command_of_the_readme() -> None:
    shell = [block.text for block in blocks_of(ROOT / "README.md") if block.language == "sh"]
    (command,) = [line for line in "".join(shell).splitlines() if line.endswith("-m pytest")]
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_published_views_are_those_promised_and_each_view_and_column_has_a_comment(typed_demo: TypedDemo) -> None:
    with duckdb.connect(str(typed_demo.folder / "published" / "monitor.duckdb"), read_only=True) as database:
        views = database.execute(VIEWS).fetchall()
        columns = database.execute(COLUMNS_OF_VIEWS).fetchall()
    assert {name for schema, name, _ in views if schema == "main"} >= VIEWS_OF_ANALYSTS
    assert [(schema, name) for schema, name, comment in views if not comment] == []
    assert [(schema, name, column) for schema, name, column, comment in columns if not comment] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_returns_are_spoken_of_and_nobody_is_judged(document: Path) -> None:
    assert JUDGING_WORDS.findall(document.read_text(encoding="utf-8")) == []
