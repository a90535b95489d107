"""Pages as HTML. Everything that came from a file is escaped by the templates."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.report.site.grid_marks import LEGEND
from monitor.report.site.pages import Page
from monitor.report.site.places import (
    ACTION,
    AREAS,
    DICTIONARY,
    METHOD,
    NETWORKS,
    OVERVIEW,
    RATES,
    RETURNS,
    SEARCH,
    root_of,
)
from monitor.report.site.status_tags import LOOKS

# The menu of every page, in its order.
MENU = (
    ("Overview", OVERVIEW), ("Returns", RETURNS), ("Areas", AREAS), ("Organisations", SEARCH),
    ("Reporting rate", RATES), ("PCNs", NETWORKS), ("Analysis", ACTION),
    ("Data dictionary", DICTIONARY), ("Method", METHOD),
)  # fmt: skip

_templates = Environment(
    loader=PackageLoader("monitor.report.site"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.globals["menu"] = MENU
_templates.globals["looks"] = LOOKS
_templates.globals["grid_legend"] = LEGEND
_templates.globals["search_page"] = SEARCH
_templates.globals["overview_page"] = OVERVIEW


def as_html(page: Page) -> str:
    """The page as HTML that needs nothing but the site's own folder."""
    root = root_of(page.path)
    return _templates.get_template(page.template).render(page=page, root=root, **page.content)
