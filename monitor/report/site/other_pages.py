"""The pages that explain: search, method, data dictionary; and the scripts that hold data. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from monitor.config.settings import Settings
from monitor.core.vocabulary import CAUSES_OF_MISSED, Status
from monitor.publish.dictionary import EXAMPLES, JOINS, KEYS, rank
from monitor.report.site.pages import HOME, Link, Page, instant, short
from monitor.report.site.places import DICTIONARY, METHOD, SEARCH, organisation_page
from monitor.report.site.published_rows import Edition, Row
from monitor.report.site.status_tags import TAGS
from monitor.returns.periods import day_label

BASES = (
    ("statute", "the regulations name the day or the number of days"),
    ("agreed", "the parties have agreed it"),
    ("notified", "a notice or guidance of the body that collects the data names it"),
    ("convention", "the usual day of publication or of collection; no text names it as a duty"),
)


def search_page() -> Page:
    """Where an organisation is searched for."""
    return Page(SEARCH, "search.html.j2", "Organisations", (HOME,))


def method_page(settings: Settings, actions: Sequence[Row], others: Sequence[Link]) -> Page:
    """How status and cause are worked out, what cannot be known, and how to have a mistake put right."""
    causes = settings.causes
    content: dict[str, Any] = {
        "rules": [(TAGS[status], status.why) for status in Status],
        "causes": [(cause.words, cause.why) for cause in CAUSES_OF_MISSED],
        "bases": BASES, "least": causes.supplier_min_organisations, "share": f"{causes.supplier_min_share:.0%}",
        "monitor_from": day_label(settings.monitor_from), "actions": [_action(row) for row in actions],
        "icbs": ", ".join(settings.icbs or ()), "others": others,
        "write_to": settings.mail.sender if settings.mail and settings.mail.host else "",
    }  # fmt: skip
    return Page(METHOD, "method.html.j2", "How this is worked out", (HOME,), content)


def _action(row: Row) -> str:
    ends = f"to {day_label(row['end_on'])}" if row["end_on"] else "and open"
    return f"{short(row['name'])}: from {day_label(row['start_on'])} {ends}"


def dictionary_page(rows: Sequence[Row]) -> Page:
    """Every view of the published database, those first that people ask first: columns, keys, joins, examples."""
    found = [
        {
            "name": name, "comment": columns[0]["view_comment"], "columns": columns, "key": KEYS.get(name, ()),
            "joins": [join for join in JOINS if join.view == name],
        }
        for name, columns in ((name, list(group)) for name, group in groupby(rows, itemgetter("view_name")))
    ]  # fmt: skip
    views = sorted(found, key=lambda view: rank(str(view["name"])))
    return Page(DICTIONARY, "dictionary.html.j2", "Data dictionary", (HOME,), {"views": views, "examples": EXAMPLES})


def organisations_script(organisations: Sequence[Row]) -> str:
    """The list that is searched, as a script: pages opened from a folder may load scripts, but fetch nothing."""
    found = [
        [
            row["organisation_code"], short(row["organisation_name"] or ""), row["icb_now"] or "",
            row["sub_icb_code"] or "", row["pcn_code"] or "", _own_page(row["organisation_code"]),
        ]
        for row in organisations
    ]  # fmt: skip
    lines = ",\n".join(_as_json(one) for one in found)
    return f"window.monitorOrganisations = [\n{lines}\n];\n"


def _own_page(code: str) -> str:
    """The page, where its name does not follow from the code."""
    page = organisation_page(code)
    return "" if page == f"organisations/{code}.html" else page


def edition_script(edition: Edition | None, of: str) -> str:
    """Which edition these pages are of: the one place that differs with every check. of: what they were made from."""
    said: Mapping[str, str] = {"of": of}
    if edition:
        said = {
            "on": edition.as_of.isoformat(),
            "asOf": day_label(edition.as_of),
            "checkedAt": instant(edition.checked_at),
            "of": of,
        }
    return f"window.monitorEdition = {_as_json(said)};\n"


def _as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
