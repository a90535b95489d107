"""A pack as a Word document: real headings, tables whose heading comes again on each page, in British English."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell, _Row

from monitor.core.text import plain
from monitor.report.pack.blocks import Block, Bullets, Facts, FillIn, Inset, Pack, Section, Table, Text

BLUE, GREY = RGBColor(0x00, 0x5E, 0xB8), RGBColor(0x4C, 0x62, 0x72)
FONT = "Arial"
SIZES = {"Normal": 11, "Title": 22, "Heading 1": 16, "Heading 2": 13, "Caption": 10, "List Bullet": 11}
WIDTH_OF_TEXT = Mm(174)
SHARES_OF_FACTS = (28, 42, 30)
SMALL = Pt(9)
LINE = "_" * 40


def as_docx(pack: Pack, at: datetime) -> bytes:
    """The document. at: when it was made, for its properties."""
    document = Document()
    _set_up(document, pack, at)
    document.add_paragraph(plain(pack.subject)).runs[0].font.color.rgb = GREY
    document.add_paragraph(plain(pack.title), style="Title")
    document.add_paragraph(f"As of {plain(pack.as_of)}").runs[0].font.color.rgb = GREY
    _add(document, pack.lead)
    for section in pack.sections:
        _add_section(document, section, 1)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _add_section(document: Any, section: Section, level: int) -> None:
    document.add_heading(plain(section.title), level)
    for block in section.blocks:
        _add(document, block)
    for below in section.sections:
        _add_section(document, below, level + 1)


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Text):
        document.add_paragraph(plain(block.text))
    elif isinstance(block, Inset):
        for line in block.lines:
            _with_bar(document.add_paragraph(plain(line)))
    elif isinstance(block, Bullets):
        lead = document.add_paragraph(plain(block.lead))
        lead.runs[0].bold, lead.paragraph_format.keep_with_next = True, True
        for item in block.items:
            document.add_paragraph(plain(item), style="List Bullet")
    elif isinstance(block, FillIn):
        document.add_paragraph(f"{plain(block.label)}: {LINE}")
    elif isinstance(block, Facts):
        _add_facts(document, block)
    else:
        _add_table(document, block)


def _add_facts(document: Any, facts: Facts) -> None:
    """Names, values and, where there are any, the places that they are from."""
    has_places = any(place for _, _, place in facts.rows)
    headings = ("Subject", "What it is", "File and row") if has_places else ("Subject", "What it is")
    shares = SHARES_OF_FACTS if has_places else (SHARES_OF_FACTS[0], sum(SHARES_OF_FACTS[1:]))
    _add_rows(document, headings, [row[: len(headings)] for row in facts.rows], shares)


def _add_table(document: Any, table: Table) -> None:
    caption = document.add_paragraph(plain(table.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    _add_rows(document, table.columns, table.rows, table.shares)


def _add_rows(document: Any, columns: Any, rows: Any, shares: tuple[int, ...]) -> None:
    table = document.add_table(rows=1 + len(rows), cols=len(columns))
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = round(WIDTH_OF_TEXT * share / 100)
    for number, (row, values) in enumerate(zip(table.rows, (columns, *rows), strict=True)):
        _stay_on_one_page(row, is_heading=number == 0)
        for cell, value, share in zip(row.cells, values, shares, strict=True):
            cell.width = round(WIDTH_OF_TEXT * share / 100)
            _fill(cell, value, is_heading=number == 0)
    document.add_paragraph().paragraph_format.space_after = Pt(4)


def _fill(cell: _Cell, value: str, is_heading: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(plain(value))
    run.font.size, run.bold = SMALL, is_heading
    _element(cell._tc.get_or_add_tcPr(), "w:tcBorders", w_bottom=("single", "8" if is_heading else "4", "AEB7BD"))


def _stay_on_one_page(row: _Row, is_heading: bool) -> None:
    """A row is never torn apart; the heading comes again on each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_heading:
        properties.append(OxmlElement("w:tblHeader"))


def _with_bar(paragraph: Any) -> None:
    """The blue bar of an inset."""
    _element(paragraph._p.get_or_add_pPr(), "w:pBdr", w_left=("single", "36", "005EB8", "8"))
    paragraph.paragraph_format.left_indent = Mm(4)


def _element(parent: Any, name: str, **borders: tuple[str, ...]) -> None:
    element = OxmlElement(name)
    for side, values in borders.items():
        border = OxmlElement(side.replace("_", ":"))
        for attribute, value in zip(("w:val", "w:sz", "w:color", "w:space"), values, strict=False):
            border.set(qn(attribute), value)
        element.append(border)
    parent.append(element)


def _set_up(document: Any, pack: Pack, at: datetime) -> None:
    properties = document.core_properties
    properties.title = plain(f"{pack.title}: {pack.subject}, {pack.as_of}")
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.language = "en-GB"
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(18)
    for name, size in SIZES.items():
        _set_style(document.styles[name], size)
    _set_language(document)
    _number_pages(page.footer.paragraphs[0], plain(pack.subject))


def _set_style(style: Any, size: int) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), FONT)
    if style.name.startswith(("Heading", "Title")):
        style.font.color.rgb, style.font.bold = BLUE, True
    elif style.name == "Caption":
        style.font.color.rgb, style.font.bold = RGBColor(0x21, 0x2B, 0x32), True


def _set_language(document: Any) -> None:
    """British English for every text, so that a screen reader speaks and Word spells accordingly."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), "en-GB")


def _number_pages(paragraph: Any, subject: str) -> None:
    """The footer: whose pack, page of pages."""
    paragraph.add_run(f"{subject}, page ").font.size = SMALL
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ").font.size = SMALL
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, instruction: str) -> None:
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        run.font.size = SMALL
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)
