"""What is measured of the report site over England. Steps of benchmarks.steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def publish(folder: str) -> dict[str, int]:
    """Publish what was checked, without pages."""
    from benchmarks.workspaces import context_of
    from monitor import pipeline
    from monitor.store.sessions import writing

    context = context_of(folder)
    with writing(context, "a benchmark") as connection:
        pipeline.publish_news(context, connection)
    return {"rows": 1}


def site(folder: str, anew: str = "") -> dict[str, int]:
    """Bring the site up to what is published, as a run does; or, anew, as `monitor report` does."""
    from benchmarks.workspaces import context_of
    from monitor import pipeline

    context = context_of(folder)
    built = pipeline.report(context) if anew else pipeline.report_news(context)
    if built.fault:
        raise RuntimeError(built.fault)
    sizes = [file.stat().st_size for file in built.folder.rglob("*") if file.is_file()]
    return {"rows": len(sizes), "written": built.written, "bytes": sum(sizes), "largest": max(sizes)}


def pages_by_pandas(folder: str) -> dict[str, int]:
    """Baseline: a page for each organisation by DataFrame.to_html, with its rows of return_status and nothing else."""
    import duckdb

    target = Path(folder) / "pandas"
    target.mkdir()
    with duckdb.connect(str(Path(folder) / "published" / "monitor.duckdb"), read_only=True) as copy:
        frame = copy.execute("FROM return_status ORDER BY organisation_code, return_code, period_start").df()
    sizes = []
    for code, rows in frame.groupby("organisation_code"):
        file = target / f"{code}.html"
        rows.to_html(file, index=False)
        sizes.append(file.stat().st_size)
    return {"rows": len(sizes), "written": len(sizes), "bytes": sum(sizes), "largest": max(sizes)}


def site_table(told: dict[str, dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """The rows of the table: what was built, files, files written, size of all, size of the largest."""
    yield ("what", "files", "written", "MB", "largest page, KB")
    for what, said in told.items():
        sizes = f"{said['bytes'] / 1e6:,.0f}", f"{said['largest'] / 1e3:,.0f}"
        yield (what, f"{said['rows']:,}", f"{said['written']:,}", *sizes)
