"""The two files of a pack: both hold the same, whatever it holds; the Word document's template may be one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from asking import NOW
from docx.oxml.ns import qn
from hostile import NAMES
from packs import all_texts, letter, made, text_of_docx, text_of_html

from monitor.core.errors import ConfigurationError, EnvironmentFault
from monitor.core.text import plain
from monitor.report.pack.as_docx import SHIPPED, as_docx
from monitor.report.pack.as_html import as_html
from monitor.report.pack.blocks import Pack
from monitor.report.pack.pack_files import FOR_THE_ICB, write_pack

DAY = date(2025, 11, 30)
Own = Callable[[Callable], Path]


@pytest.fixture(scope="module")
def annex() -> Pack:
    return made()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return letter()


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """A template of one's own: the one shipped, changed."""

    def make(change: Callable) -> Path:
        document = docx.Document(str(SHIPPED))
        change(document)
        document.save(str(tmp_path / "pack_template.docx"))
        return tmp_path / "pack_template.docx"

    return make


def changing(found: str, instead: str) -> Callable:
    """A change of the one paragraph, in the body, that is this text."""

    def change(document: Any) -> None:
        (paragraph,) = [one for one in document.element.body.iter(qn("w:t")) if one.text == found]
        paragraph.text = instead

    return change


@pytest.mark.parametrize("name", ["Hill Street Surgery", *NAMES.values()])
@pytest.mark.parametrize("document", [letter, made])
def test_both_documents_hold_every_text_and_no_name_breaks_out(document: Callable[..., Pack], name: str) -> None:
    pack = document(name=name, detail=name)
    page, content = as_html(pack), as_docx(pack, NOW)
    in_page, in_word = text_of_html(page), text_of_docx(content)
    assert [text for text in all_texts(pack) if text not in in_page or text not in in_word] == []
    assert "\u202e" not in page + in_word
    assert "<script" not in page
    footer = docx.Document(BytesIO(content)).sections[0].footer.paragraphs[0].text
    assert footer == f"{plain(pack.subject)}, page  of "


def test_what_no_document_may_hold_is_shown_as_a_mark() -> None:
    pack = made(name="A\x00B\x0b\tC\ufffe\n{%p endfor %}")
    assert "A\ufffdB  C\ufffd {%p endfor %} (Z98001)" in text_of_docx(as_docx(pack, NOW))


def test_the_word_document_has_headings_repeated_table_headings_language_and_nobody_s_name(annex: Pack) -> None:
    document = docx.Document(BytesIO(as_docx(annex, NOW)))
    styled = [(p.style.name if p.style else "", p.text) for p in document.paragraphs]
    headings = [(style, text) for style, text in styled if str(style).startswith("Heading")]
    assert headings[:3] == [
        ("Heading 1", "At a glance"),
        ("Heading 1", "Returns that the letter asks about"),
        ("Heading 2", "GP appointments data (GPAD)"),
    ]
    for table in document.tables:
        first, *others = (row._tr.find(qn("w:trPr")) for row in table.rows)
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:cantSplit")) is not None for row in (first, *others))
        assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(document._block_width, rel=0.001)
    assert [round(cell.width / document._block_width, 2) for cell in document.tables[1].rows[1].cells] == [
        0.14, 0.24, 0.11, 0.13, 0.11, 0.27,
    ]  # fmt: skip
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert [lang.get(qn("w:val")) for lang in defaults.iter(qn("w:lang"))] == ["en-GB"]
    properties = document.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.title == f"{annex.title}: Hill Street Surgery (Z98001), 30 November 2025"


def test_the_same_pack_gives_the_same_document(pack: Pack) -> None:
    first, second = (ZipFile(BytesIO(as_docx(pack, NOW))) for _ in range(2))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }


def test_a_template_of_one_s_own_gives_letterhead_and_looks_to_the_same_texts(pack: Pack, own: Own) -> None:
    def change(document: Any) -> None:
        document.core_properties.author = "A. Person"
        document.sections[0].header.paragraphs[0].text = "Northmoor ICB, to {{ pack.subject }}"
        document.sections[0].left_margin *= 2
        (title,) = [one for one in document.paragraphs if one.text == "{{ pack.title }}"]
        title.runs[0].text = "{{ pack."  # as Word cuts up what was typed with a break
        title.add_run("title }}").bold = True

    made_so = as_docx(pack, NOW, own(change))
    document = docx.Document(BytesIO(made_so))
    assert document.sections[0].header.paragraphs[0].text == "Northmoor ICB, to Hill Street Surgery (Z98001)"
    in_word = text_of_docx(made_so)
    assert [text for text in all_texts(pack) if text not in in_word] == []
    assert document.core_properties.author == ""
    for table in document.tables:
        assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(document._block_width, rel=0.001)


def without_placeholders(document: Any) -> None:
    for element in list(document.element.body)[:-1]:
        document.element.body.remove(element)
    document.add_paragraph("{{ pack.subject }} and {{ pack.title }}")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            without_placeholders,
            "it does not hold pack.addressee, pack.dated, pack.as_of, pack.lead, pack.sections, section.title",
        ),
        (changing("{{ block.text }}", "text"), "it does not hold block.text."),
        (changing("{{ column }}", "{{ colum }}"), "'colum' is undefined"),
        (changing("{{ column }}", "{{ block.names }}"), "has no attribute 'names'"),
        (changing("{{ column }}", "{{ column + 1 }}"), "TypeError, "),
        (changing("{%tr endfor %}", "{%tr endfr %}"), r"unknown tag 'endfr'.*At: {{ cell }}{% endfor %}{% endfr %}\."),
        (changing("{{ pack.title }}", "{{ pack.title"), "At: {{ pack.title"),
        (changing("{%tr endfor %}", "{% endfor %}"), "XMLSyntaxError, "),
        (changing("{{ column }}", "{{ column.__class__ }}"), "access to attribute '__class__' .* is unsafe"),
    ],
)
def test_what_is_wrong_with_a_template_is_reported(pack: Pack, own: Own, change: Callable, found: str) -> None:
    template = own(change)
    with pytest.raises(ConfigurationError) as told:
        as_docx(pack, NOW, template)
    assert re.search(found, told.value.message)
    assert told.value.message.startswith(f"{template}: cannot be used as the template of packs: ")
    assert f"Expected: a Word document (.docx) with the placeholders of {SHIPPED}. What to do:" in told.value.message


def test_an_annex_is_marked_and_never_made_from_a_template_of_one_s_own(annex: Pack, own: Own) -> None:
    template = own(without_placeholders)
    document = docx.Document(BytesIO(as_docx(annex, NOW, template)))
    assert document.paragraphs[0].text == annex.mark
    assert document.sections[0].header.paragraphs[0].text.startswith("For the ICB only.")
    assert annex.mark in text_of_html(as_html(annex))


def test_a_template_that_is_not_there_is_reported(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none.docx: cannot be used .*: there is no such file"):
        as_docx(pack, NOW, tmp_path / "none.docx")


def test_no_file_is_written_where_the_template_is_no_word_document(pack: Pack, annex: Pack, tmp_path: Path) -> None:
    template, folder = tmp_path / "pack_template.docx", tmp_path / "packs"
    template.write_text("Dear practice,\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="BadZipFile, File is not a zip file"):
        write_pack(pack, annex, "Z98001", DAY, folder, "both", NOW, template)
    assert not folder.exists()
    page, beside = write_pack(pack, annex, "Z98001", DAY, folder, "html", NOW, template)
    assert page == folder / "pack-Z98001-2025-11-30.html"
    assert beside == folder / FOR_THE_ICB / "annex-Z98001-2025-11-30.html"


def test_a_document_that_someone_has_open_is_reported(pack: Pack, annex: Pack, tmp_path: Path) -> None:
    def in_use(file: Path, _content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    with pytest.raises(EnvironmentFault, match="someone has it open"):
        write_pack(pack, annex, "Z98001", DAY, tmp_path, "both", NOW, None, write=in_use)
    assert list(tmp_path.iterdir()) == []
