"""A pack as one page of HTML that needs nothing from elsewhere. Everything is escaped; nothing on it runs."""

from __future__ import annotations

from typing import Any

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from monitor.core.text import plain
from monitor.report.pack.blocks import Pack


def as_html(pack: Pack) -> str:
    """The page."""
    return environment.get_template("pack.html.j2").render(pack=pack)


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# For the template of the Word document as well, which may be somebody else's: it reads the pack, and nothing beside it.
environment = ImmutableSandboxedEnvironment(
    loader=PackageLoader("monitor.report.pack"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_plain,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.tests["of"] = lambda block, kind: type(block).__name__ == kind
