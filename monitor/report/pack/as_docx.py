"""A pack as Word documents: templates filled in. That of the letter is the one shipped, or one of the ICB's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError

from monitor.core.errors import ConfigurationError
from monitor.core.text import plain
from monitor.report.pack.as_html import environment
from monitor.report.pack.blocks import Pack

SHIPPED = Path(__file__).with_name("templates") / "pack_template.docx"
OF_ANNEX = SHIPPED.with_name("annex_template.docx")
# All that a letter says. The widths of columns, block.shares, are for looks.
PLACEHOLDERS = (
    "pack.addressee", "pack.dated", "pack.subject", "pack.title", "pack.as_of", "pack.lead", "pack.sections",
    "section.title", "section.blocks", "block.text", "block.lead", "block.items", "block.label", "block.caption",
    "block.columns", "block.rows",
)  # fmt: skip
FILLED_IN = ("document.main+xml", "header+xml", "footer+xml")
SHARES = re.compile(r"\((\d+, )+\d+\)")


class Template(DocxTemplate):
    """A Word document with placeholders, in the words of Jinja."""

    def fix_tables(self, xml: str) -> Any:
        """Leave nothing to docxtpl's reader, which passes over what is no XML: text would be lost without a word."""
        parse_xml(xml)
        return super().fix_tables(xml)

    def missing(self) -> list[str]:
        """The placeholders that are in no part of it."""
        text = "".join(self.patch_xml(part) for part in self._parts())
        return [name for name in PLACEHOLDERS if name not in text]

    def _parts(self) -> Iterator[str]:
        for part in self.get_docx().part.package.iter_parts():
            if part.content_type.endswith(FILLED_IN):
                yield part.blob.decode("utf-8")


def as_docx(pack: Pack, at: datetime, own: Path | None = None) -> bytes:
    """The document. at: when it was made, for its properties. own: the template of letters instead of ours.

    An annex is always as shipped. Raises ConfigurationError where that one cannot be read or filled in.
    """
    if pack.mark or own is None:
        return _filled_in(OF_ANNEX if pack.mark else SHIPPED, pack, at)
    try:
        return _filled_in(own, pack, at)
    except Exception as error:  # whatever an expression in somebody's template may raise
        raise ConfigurationError(
            str(own), f"cannot be used as the template of packs: {_found(error)}",
            f"a Word document (.docx) with the placeholders of {SHIPPED}",
            "start again from a copy of that one, changed in Word; or remove yours (and template of [pack])",
        ) from error  # fmt: skip


def _filled_in(file: Path, pack: Pack, at: datetime) -> bytes:
    template = Template(BytesIO(file.read_bytes()))
    if file != OF_ANNEX and (missing := template.missing()):
        raise TemplateError(f"it does not hold {', '.join(missing)}")
    template.render({"pack": pack}, environment)
    document = template.docx  # not get_docx(), which begins anew
    for table in document.element.body.iter(qn("w:tbl")):
        _share_out(table, document._block_width)
    _set_properties(document.core_properties, f"{pack.title}: {pack.subject}, {pack.as_of}", at)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _share_out(table: Any, width: int) -> None:
    """Give columns the shares of the width that stand in the table's alternative text, and empty that."""
    for alternative in table.tblPr.findall(qn("w:tblDescription")):
        text = alternative.get(qn("w:val"))
        if SHARES.fullmatch(text):
            table.tblPr.remove(alternative)
            widths = [round(width * int(share) / 100) for share in re.findall(r"\d+", text)]
            for column, its_width in zip(table.tblGrid.gridCol_lst, widths, strict=False):
                column.w = its_width
            for row in table.tr_lst:
                for cell, its_width in zip(row.tc_lst, widths, strict=False):
                    cell.width = its_width


def _set_properties(properties: Any, title: str, at: datetime) -> None:
    """What Word shows of a document without opening it; nobody's name, the template's author's neither."""
    properties.title, properties.language = plain(title), "en-GB"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = at.replace(tzinfo=None)


def _found(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError) and error.source:
        paragraph = re.sub("<[^>]+>", "", error.source.splitlines()[error.lineno - 1])
        return f"{error.message} At: {paragraph}"
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}, {error}"
