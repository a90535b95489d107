"""Headings: how they are compared, named and matched to a format, and what is said when they match none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import accumulate, islice

from monitor.core.errors import FileRefused
from monitor.core.text import short
from monitor.sources.formats import Format
from monitor.sources.heading_text import loosely, normalised, without_footnotes

_OF_A_PATIENT = re.compile(
    r"(^|_)(patient_)?nhs_?(number|num|no)(_|$)"
    r"|^patient_?(name|surname|forename|first_?name|last_?name|id|identifier|address|postcode)$"
    r"|^(patient_?)?(date_?of_?birth|birth_?date|dob|date_?of_?death|nhsnumber|nhsno)$"
)
_NUMBER_OR_DATE = r"\W*\d[\d\s.,:/+\-TZ]*"
_CODE_OR_POSTCODE = r"[A-Za-z]\d{5,}|[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}"
_A_VALUE = re.compile(rf"{_NUMBER_OR_DATE}|{_CODE_OR_POSTCODE}|.*@.*|.{{81,}}")
# What the store calls the place and the fault of a row, and the rows themselves: no heading may take these names.
_TAKEN_BY_THE_STORE = ("row_number", "read_fault", "staged")
# The words that names of columns are made of, beside those of the formats that a file is compared with. What is made of
# other words may be a person's name or a diagnosis, and is not repeated.
_WORDS = """
    account active address area attempt attempts by category ccg close closed code codes collection comment comments
    commissioner contact contract count counts country county created date dates day deadline department description
    detail details due email end ended england expected failed failure fax file flag from full gp group health id
    icb identifier kind last level line list local location mobile month months name names national new nhs no note
    notes notice number numbers obligation ods of office old on open opened org organisation organisations
    organization outcome owner parent parking partner patients pcn per percent percentage period person phone
    position postcode practice practices primary prac provider publication quarter rate reason received record
    records ref reference region registered report reported reporting request requested return returned returns role
    row rows score sent series service sheet short site size source start started state status sub subject
    submission submissions submit submitted supplier surgery system tel telephone test text time timestamp title to
    total town trust type unique unit update updated url validation value values version week weeks when website
    year years
"""
_WORDS_OF_COLUMNS = frozenset(_WORDS.split())
LONGEST_HEADING, MOST_LETTERS_OF_HEADINGS = 60, 700
# From so many on a row is one of headings, whatever the others are.
FEWEST_HEADINGS = 3
_LEAST_LETTERS_OF_A_SLIP, _LIKENESS_OF_A_SLIP = 6, 0.84
_ODS_REPORTS = (
    "a report of the Organisation Data Service as downloaded (epraccur, epcn, epcncorepartnerdetails, ebranchs, succ)"
)


@dataclass(frozen=True)
class HeadedFormat:
    """A format that is known by its headings, whatever their order and whether in CSV, a workbook or Parquet.

    aliases:   other headings for a canonical column; of each, first the one that is published now
    signature: headings that it has besides its columns, and by which it is distinguished from similar formats
    excluded:  headings that it never has
    named_month: the column for the file's month, which its name says and not its content
    own_month: columns that spare the look at the name where the file has them all after all
    is_own:    its headings are the canonical columns themselves; they and their other names are compared loosely
    weak:      canonical column -> headings that stand for it where nothing else does
    to_add:   of a column that files often lack, what to write into it
    is_offered: whether it is named as the nearest to a file of no known format
    must_be_most: where the required columns are not headed as ours, more than they must be known, and most headings
    """

    format: Format
    aliases: Mapping[str, str] = field(default_factory=dict)
    signature: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    named_month: str | None = None
    own_month: tuple[str, ...] = ()
    is_own: bool = False
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must_be_most: bool = False
    is_offered: bool = True
    to_add: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, headings: Sequence[str]) -> list[str | None]:
        """For each of these normalised headings the canonical column that it stands for."""
        if not self.is_own:
            return [_canonical(heading, headings, self.format, self.aliases) for heading in headings]
        keys = [loosely(heading) for heading in headings]
        own = {} if self.format.column_map else {loosely(column): column for column in self.format.columns}
        found = _with_others(
            [own.get(key) for key in keys], keys, {loosely(alias): column for alias, column in self.aliases.items()}
        )
        for column, names in self.weak.items():
            free = [loosely(name) for name in names if column not in found and _free_place(loosely(name), keys, found)]
            if free:
                found[keys.index(free[0])] = column
        return found

    def matched(self, headings: Sequence[str]) -> frozenset[str]:
        """The canonical columns that these normalised headings stand for."""
        return frozenset(column for column in self.canonical(headings) if column)

    @property
    def needed(self) -> tuple[str, ...]:
        """The required columns and the signature headings."""
        return self.format.required + tuple(sorted(self.signature))

    def as_headed(self, column: str) -> str:
        """A canonical column or signature heading as the file itself has it, for messages."""
        if self.is_own:
            return column
        return next((alias for alias, name in self.aliases.items() if name == column), column).upper()

    def missing(self, headings: Sequence[str]) -> tuple[str, ...]:
        """The required columns (and signature headings) that are not among these normalised headings."""
        matched = self.matched(headings)
        columns = tuple(column for column in self.format.required if column not in matched)
        return columns + tuple(sorted(name for name in self.signature if not self.names(name, headings)))

    def fits(self, headings: Sequence[str]) -> bool:
        return (
            not self.missing(headings)
            and not any(self.names(name, headings) for name in self.excluded)
            and (not self.must_be_most or self.is_plain(headings) or self._is_most(headings))
        )

    def names(self, name: str, headings: Sequence[str]) -> bool:
        """Whether a column or heading is among these normalised headings."""
        return loosely(name) in map(loosely, headings) if self.is_own else name in headings

    def is_plain(self, headings: Sequence[str]) -> bool:
        """Whether the required columns are headed as ours, but for the code, which many files call as we do."""
        return all(self.names(name, headings) for name in self.format.required if name != "organisation_code")

    def _is_most(self, headings: Sequence[str]) -> bool:
        known = len(self.matched(headings))
        unknown = sum(map(bool, headings)) - known
        return not unknown or (known > len(self.format.required) and unknown < known)


def _with_others(found: list[str | None], keys: Sequence[str], others: Mapping[str, str]) -> list[str | None]:
    """A column's own name wins over another name of it."""
    named = [column or others.get(key) for column, key in zip(found, keys, strict=True)]
    return [column if own or column not in found else None for column, own in zip(named, found, strict=True)]


def _free_place(key: str, keys: Sequence[str], found: Sequence[str | None]) -> bool:
    return key in keys and found[keys.index(key)] is None


def first_fit(headings: Sequence[str], known: Sequence[HeadedFormat]) -> HeadedFormat | None:
    """The first of the known formats, most specific first, that these normalised headings belong to."""
    return next((headed for headed in known if headed.fits(headings)), None)


def name_columns(
    headings: Sequence[str], format_: Format, aliases: Mapping[str, str], where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column of a published file from its normalised headings, as `name_columns_of` does."""
    return name_columns_of(HeadedFormat(format_, aliases), headings, where)


def name_columns_of(
    headed: HeadedFormat, headings: Sequence[str], where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column of a file from its normalised headings.

    Returns (names in file order, those of them that are not used). A column's own name wins over an alias of it.
    Raises FileRefused where two headings stand for one column: which of the two is meant, only a person knows.
    """
    canonical, format_ = headed.canonical(headings), headed.format
    _refuse_doubled(headings, canonical, where)
    mapped = format_.column_map.own.columns if format_.column_map else ()
    taken = {*format_.columns, *mapped, *_TAKEN_BY_THE_STORE}
    names: list[str] = []
    for position, (heading, column) in enumerate(zip(headings, canonical, strict=True), start=1):
        name = column or _unused_name(heading, position, taken)
        taken.add(name)
        names.append(name)
    ignored = tuple(name for name, column in zip(names, canonical, strict=True) if column is None)
    return tuple(names), ignored


def _canonical(heading: str, headings: Sequence[str], format_: Format, aliases: Mapping[str, str]) -> str | None:
    if heading in format_.columns:
        return heading
    column = aliases.get(heading)
    return None if column is None or column in headings else column


def _unused_name(heading: str, position: int, taken: set[str]) -> str:
    safe = re.sub(r"[^a-z0-9]+", "_", heading).strip("_") or f"column_{position}"
    safe = safe if safe[0].isalpha() else f"column_{safe}"
    name, count = safe, 1
    while name in taken:
        count += 1
        name = f"{safe}_{count}"
    return name


def _refuse_doubled(headings: Sequence[str], canonical: Sequence[str | None], where: str) -> None:
    for column in dict.fromkeys(name for name in canonical if name):
        places = [place for place, name in enumerate(canonical, start=1) if name == column]
        if len(places) > 1:
            positions = " and ".join(str(place) for place in places)
            names = shown(dict.fromkeys(headings[place - 1] for place in places))
            raise FileRefused(
                where,
                f"the column {column} is there more than once (columns {positions}, headed {names})",
                "each column once",
                "delete or rename the column that is not meant, and drop the file again",
            )


def refuse_patient_columns(headings: Iterable[object], where: str) -> None:
    """Raise FileRefused if a heading names an NHS number or another mark of a patient."""
    for position, heading in enumerate(headings, start=1):
        if _names_patients(normalised(heading)):
            raise FileRefused(
                where,
                f"holds patient-level data (by the heading of column {position}); nothing of it was kept",
                "counts and dates of organisations, never data about a patient",
                "remove the file from the inbox, and treat it as your information governance rules say",
            )


def _names_patients(heading: str) -> bool:
    return bool(_OF_A_PATIENT.search(re.sub(r"[^a-z0-9]+", "_", heading).strip("_")))


def unknown_format(candidates: Sequence[Sequence[object]], known: Sequence[HeadedFormat], where: str) -> FileRefused:
    """The refusal of a file that is of no known format.

    candidates: the heading row of the file, or of each sheet of a workbook
    Names the nearest format and what it lacks. Values are not repeated: a first row that looks like data is not shown.
    """
    nearest, headings = _nearest(candidates, known)
    for row in candidates:
        names = [normalised(heading) for heading in row]
        unsure = _unsure(names, known)
        if unsure and not (nearest and len(nearest.matched(names)) > len(unsure.matched(names))):
            return _not_surely(unsure, row, known, where)
    advice = "compare the headings with docs/formats.md, put them right and drop the file again"
    if nearest is None:
        own = dict.fromkeys(headed.format.name for headed in known if headed.is_own)
        return FileRefused(
            where,
            f"is of no known format. {found_columns(headings, known)}",
            f"one of: {', '.join(own)}; {_ODS_REPORTS}; or another published NHS file that docs/formats.md names",
            advice,
        )
    missing = nearest.missing([normalised(heading) for heading in headings])
    lacks = f"lacks {_as_headed(nearest, missing)}"
    needed = _as_headed(nearest, nearest.format.required or nearest.needed)
    found = found_columns(headings, known)
    return FileRefused(
        where,
        f"is of no known format; the nearest is {nearest.format.name}, for which it {lacks}. {found}",
        f"{nearest.format.name} with the columns {needed}",
        _column_to_add(nearest, missing) or advice,
    )


def _column_to_add(headed: HeadedFormat, missing: Sequence[str]) -> str:
    """What to do where one column is all that a file lacks, and it is known what belongs into it."""
    if len(missing) != 1 or missing[0] not in headed.to_add:
        return ""
    return f"add a column {missing[0]} that says {headed.to_add[missing[0]]}, and drop the file again"


def _unsure(headings: Sequence[str], known: Sequence[HeadedFormat]) -> HeadedFormat | None:
    """The format that has all it needs here by common names, among too many headings that it does not know."""
    for headed in known:
        is_excluded = any(headed.names(name, headings) for name in headed.excluded)
        if headed.must_be_most and not headed.missing(headings) and not is_excluded:
            return headed
    return None


def _not_surely(headed: HeadedFormat, row: Sequence[object], known: Sequence[HeadedFormat], where: str) -> FileRefused:
    needed, found = " and ".join(headed.format.required), found_columns(row, known)
    return FileRefused(
        where,
        f"may be a file of {headed.format.name}, but most of its other columns are not known. {found}",
        f"{headed.format.name} with columns that are called {needed}",
        "if that is what it is, call these columns so and drop it again; docs/formats.md has the other columns",
    )


def _as_headed(headed: HeadedFormat, columns: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(headed.as_headed, columns)))


def _nearest(
    candidates: Sequence[Sequence[object]], known: Sequence[HeadedFormat]
) -> tuple[HeadedFormat | None, Sequence[object]]:
    best: tuple[float, int] = (0.0, 0)
    nearest: HeadedFormat | None = None
    found: Sequence[object] = max(candidates, key=lambda row: sum(bool(cell) for cell in row), default=())
    for headings in candidates:
        names = [normalised(heading) for heading in headings]
        for headed in (one for one in known if one.is_offered):
            missing = headed.missing(names)
            share = 1 - len(missing) / len(headed.needed)
            score = (share, len(headed.matched(names)))
            if score > best and missing:
                best, nearest, found = score, headed, headings
    return nearest, found


def found_columns(headings: Sequence[object], known: Sequence[HeadedFormat] = ()) -> str:
    """A sentence that lists the headings found, unless they look like values rather than headings.

    known: the formats to compare with. What reads like no name of a column is counted and not repeated: it may be a
    value, and so about a person. Where hardly any reads like one, none is repeated.
    """
    filled = [text for text in (_cleaned(str(heading)) for heading in headings if heading is not None) if text]
    if not filled:
        return "It has no headings"
    named = like_headings(filled, known)
    if any(_A_VALUE.fullmatch(text) for text in filled) or len(named) < min(FEWEST_HEADINGS, len(filled) / 2):
        return f"Its first row looks like data, not like headings ({len(filled)} values)"
    others = len(filled) - len(named)
    return f"Columns found: {shown(named)}" + (f" and {others} that may be values" if others else "")


def like_headings(texts: Iterable[str], known: Sequence[HeadedFormat] = ()) -> list[str]:
    """Those of the texts that read like names of columns: made of words that such names are made of, or nearly."""
    words = _WORDS_OF_COLUMNS.union(*(_words_of(headed) for headed in known))
    return [text for text in texts if all(_is_among(word, words) for word in _words_in(text) or [""])]


def _words_of(headed: HeadedFormat) -> frozenset[str]:
    names = (*headed.format.columns, *headed.aliases, *headed.signature)
    return frozenset(word for name in names for word in _words_in(name))


def _words_in(text: str) -> list[str]:
    """The words of a heading in lower case, also where capitals alone divide them: PracticeCode."""
    divided = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", without_footnotes(text))
    return [word.lower() for word in re.split(r"[^\w]+|_", divided) if word]


def _is_among(word: str, words: frozenset[str]) -> bool:
    """Whether it is one of these words, or a slip of one: a misspelt heading is the one that a person must see."""
    if word in words or (word.isdecimal() and len(word) == 1):
        return True
    is_long = len(word) >= _LEAST_LETTERS_OF_A_SLIP and word.isalpha()
    return is_long and bool(get_close_matches(word, words, 1, _LIKENESS_OF_A_SLIP))


def shown(headings: Iterable[object], most: int = 40) -> str:
    """Headings for a message: without control characters, not more than `most` of them, nor than some lines hold."""
    texts = [short(_cleaned(str(heading)), LONGEST_HEADING) for heading in headings]
    lengths = accumulate(len(text) + 2 for text in texts)
    fitting = sum(length <= MOST_LETTERS_OF_HEADINGS for length in islice(lengths, most))
    return ", ".join(texts[:fitting]) + (f" and {len(texts) - fitting} more" if len(texts) > fitting else "")


def _cleaned(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\ufeff]+", " ", text).strip()
