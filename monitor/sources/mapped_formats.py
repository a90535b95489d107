"""Exports that a column map of monitor.toml describes, recognised by their headings like every other file."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.errors import FileRefused
from monitor.sources import own_formats
from monitor.sources.column_map import ColumnMap
from monitor.sources.formats import Format
from monitor.sources.heading_text import normalised
from monitor.sources.headings import HeadedFormat


def column_as_written(column: str) -> str:
    """What the file's own text for a canonical column is called. No heading can: compared ones hold no spaces."""
    return f"{column} as written"


def with_column_maps(known: Sequence[HeadedFormat], column_maps: Sequence[ColumnMap]) -> tuple[HeadedFormat, ...]:
    """The known formats and those of the maps: published, then mapped (most columns first), then people's own."""
    mapped = sorted(map(_headed, column_maps), key=lambda headed: -len(headed.signature))
    published = [headed for headed in known if headed not in own_formats.HEADED]
    own = [headed for headed in known if headed in own_formats.HEADED]
    return (*published, *mapped, *own)


def refuse_rivals(fitting: HeadedFormat, headings: Sequence[str], known: Sequence[HeadedFormat], where: str) -> None:
    """Raise FileRefused where the map that fits is not the only one of its size that does."""
    if fitting.format.column_map is None:
        return
    rivals = [
        headed.format.name
        for headed in known
        if headed.format.column_map and len(headed.signature) == len(fitting.signature) and headed.fits(headings)
    ]
    if len(rivals) > 1:
        raise FileRefused(
            where,
            f"{len(rivals)} column maps of monitor.toml fit it equally: {' and '.join(map(repr, rivals))}",
            "one map with the most columns",
            "in monitor.toml, give the one that is meant a heading more that only this file has, or take the other out",
        )


def _headed(column_map: ColumnMap) -> HeadedFormat:
    """The file's own texts keep names of their own; the store makes the canonical columns out of them."""
    of_heading = {normalised(heading): column_as_written(column) for heading, column in column_map.columns.items()}
    format_ = Format(
        name=column_map.name,
        table=column_map.own.table,
        columns=tuple(of_heading.values()),
        required=(),
        column_map=column_map,
    )
    return HeadedFormat(format_, of_heading, signature=frozenset(of_heading), is_own=True)
