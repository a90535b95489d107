"""The look of the pages: what they take from NHS.UK frontend is there, and none of it asks for anything elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "monitor" / "report" / "site"
LIBRARY = SITE / "assets" / "nhsuk.css"
CLASS = re.compile(r"nhsuk-[a-z]+(?:(?:-|__|--)[a-z]+)*(?:-[0-9]+)?")


def used() -> set[str]:
    files = [
        *SITE.glob("templates/*.j2"),
        SITE / "assets" / "site.js",
        SITE / "assets" / "site.css",
        *SITE.glob("*.py"),
    ]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return {name for name in CLASS.findall(text) if name != "nhsuk-frontend"}


def test_every_class_of_the_library_that_the_pages_name_is_in_it() -> None:
    there = set(CLASS.findall(LIBRARY.read_text(encoding="utf-8")))
    assert len(used()) > 40
    assert used() - there == set()


def test_the_styles_ask_for_no_font_and_for_nothing_of_another_host() -> None:
    for name in ("nhsuk.css", "site.css"):
        css = (SITE / "assets" / name).read_text(encoding="utf-8")
        assert [one for one in re.findall(r"url\(.{12}", css) if not one.startswith('url("data:im')] == []
        assert re.findall(r"@font-face|@import|https?://", css) == []


def test_the_library_says_its_version_and_licence_and_is_in_the_list_of_licences() -> None:
    pinned = json.loads((ROOT / ".ci" / "nhsuk" / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    head = LIBRARY.read_text(encoding="utf-8").partition("*/")[0]
    assert f"NHS.UK frontend {pinned['nhsuk-frontend']}" in head
    assert "Permission is hereby granted, free of charge" in head
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert f"| nhsuk-frontend | {pinned['nhsuk-frontend']} | MIT |" in listed
