"""The notebook is true: its cells run in order beside the demo, and give what it shows.

After a change: `MONITOR_NOTEBOOK=write pytest -n 0 tests/docs/test_notebook.py` writes what comes into the notebook.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asking import TypedDemo

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "from_python.ipynb"
MOST_SHOWN = 3_000


def shown_by(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Run one cell as Jupyter does; gives the outputs that it would show, as plain text."""
    tree = ast.parse(source)
    end = tree.body[-1]
    last = ast.Expression(end.value) if isinstance(end, ast.Expr) else None
    if last:
        tree.body.pop()
    with redirect_stdout(StringIO()) as printed:
        exec(compile(tree, "<cell>", "exec"), names)
        value = eval(compile(last, "<cell>", "eval"), names) if last else None  # noqa: S307  cells of ours
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": lines(repr(value))}
        outputs.append({"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"})
    return outputs


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def code_cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code")


def test_every_cell_runs_and_gives_what_is_shown(
    typed_demo: TypedDemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "monitor-demo").symlink_to(typed_demo.folder, target_is_directory=True)
    notebook, names = json.loads(NOTEBOOK.read_text(encoding="utf-8")), {"__name__": "__main__"}
    for cell in code_cells(notebook):
        outputs = shown_by("".join(cell["source"]), names)
        if os.environ.get("MONITOR_NOTEBOOK") == "write":
            cell["outputs"] = outputs
        assert cell["outputs"] == outputs, "".join(cell["source"])
        assert len(json.dumps(outputs)) < MOST_SHOWN
    if os.environ.get("MONITOR_NOTEBOOK") == "write":
        NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert (tmp_path / "missed.xlsx").stat().st_size > 0


def test_it_is_a_notebook_of_format_4() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    needed = {"code": {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}}
    for cell in notebook["cells"]:
        assert set(cell) == needed.get(cell["cell_type"], {"cell_type", "id", "metadata", "source"})
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
