"""Where each page of the site lies. Pure. What letters link to as well is named in core/page_names."""

from __future__ import annotations

from datetime import date

from monitor.core.page_names import area_page, name_for, organisation_page, period_page, return_page, suffix

__all__ = ["area_page", "name_for", "organisation_page", "period_page", "return_page"]

OVERVIEW = "index.html"
SEARCH = "search.html"
METHOD = "method.html"
DICTIONARY = "dictionary.html"
RETURNS = "returns/index.html"
AREAS = "areas/index.html"
ACTION = "action.html"
RATES = "rates.html"
NETWORKS = "networks.html"


def rate_page(return_code: str, slot_start: date) -> str:
    """The reporting rate of one period of a return, by area."""
    return f"returns/{name_for(return_code)}/rate-{slot_start}.html"


def action_page(return_code: str, number: int) -> str:
    """A return before, during and after a period of collective action, the first of which is number 1."""
    return f"returns/{name_for(return_code)}/action-{number}.html"


def heat_page(kind: str, code: str, return_code: str, part: int = 1) -> str:
    """The organisations of an area, period by period, for one return."""
    return f"areas/{kind}/{name_for(code)}/{name_for(return_code)}{suffix(part)}.html"


def root_of(page: str) -> str:
    """The way from a page up to the site's folder: "", "../", ..."""
    return "../" * page.count("/")
