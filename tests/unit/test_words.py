"""Texts for people are plain English: these words stand in no message, help text, letter, view comment or document."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.cli.commands import COMMANDS, command_named

ROOT = Path(__file__).resolve().parents[2]

# What reads like a translation, or blames. `expectations` and `error` are no such words.
NOT_FOR_PEOPLE = re.compile(
    r"\b(told|whoever|matters?|goes on|mend(s|ed|ing)?|spoken of|taken for|of which nobody|anew|none that"
    r"|to remember|until now|no (proof|judgement)|by much"
    r"|says? so|tells? of|of before|of now|supplier stands between|accus\w+|breach\w*"
    r"|refusal\w*|defaulter\w*|offend\w*|non-complian\w*)\b",
    re.IGNORECASE,
)
HISTORY = ("decisions.md",)  # dated paragraphs that stay as they were written
COMMENT_OF_A_VIEW = re.compile(r"COMMENT ON (?:VIEW|COLUMN|MACRO) \S+ IS '((?:[^']|'')*)'")


def python_files() -> list[Path]:
    return sorted((ROOT / "monitor").rglob("*.py"))


def literals(text: str) -> Iterator[str]:
    """The string literals of a module that hold more than one word, without docstrings."""
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def texts() -> Iterator[tuple[str, str]]:
    """Every text for people, with where it stands."""
    for file in python_files():
        yield from ((str(file.relative_to(ROOT)), literal) for literal in literals(file.read_text(encoding="utf-8")))
    for file in sorted((ROOT / "monitor").rglob("*.sql")):
        for comment in COMMENT_OF_A_VIEW.findall(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(ROOT)), comment
    for pattern in ("monitor/**/*.j2", "monitor/config/*.toml", "docs/*.md", "README.md"):
        for file in sorted(ROOT.glob(pattern)):
            if file.name not in HISTORY:
                yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
    for where, command in commands():
        yield where, command.help or ""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and what stands below it, by the words that are typed."""
    for name in COMMANDS:
        command = command_named(name)
        yield f"monitor {name}", command
        if isinstance(command, click.Group):
            yield from ((f"monitor {name} {part}", below) for part, below in command.commands.items())


def test_texts_for_people_are_plain_english() -> None:
    found = [
        f"{where}: ...{text[max(0, word.start() - 40) : word.end() + 30]!r}"
        for where, text in texts()
        for word in NOT_FOR_PEOPLE.finditer(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", ["nobody is told of it", "None that we know of", "mended", "whoever is not in it"])
def test_the_list_knows_the_words_that_it_is_for(text: str) -> None:
    assert NOT_FOR_PEOPLE.search(text)
