"""NHS numbers as people and programs write them: made up, of the range that is used for tests."""

from __future__ import annotations

from collections.abc import Callable

from inbox import nhs_numbers

NUMBERS = nhs_numbers(40)


def parts(number: str, *lengths: int) -> list[str]:
    """The number cut into parts of these lengths."""
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    return [number[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def by(separator: str, *lengths: int) -> Callable[[str], str]:
    return lambda number: separator.join(parts(number, *(lengths or (3, 3, 4))))


def within(text: str) -> Callable[[str], str]:
    """The text with the number in it: as ten digits, or three, three and four behind single spaces."""
    return lambda number: text.replace("3 3 4", by(" ")(number)).replace("#", number)


def in_digits_from(zero: int) -> Callable[[str], str]:
    return lambda number: "".join(chr(zero + int(digit)) for digit in number)


# What stands between the digits, by the name that Unicode or people give it.
SEPARATORS = {
    "space": " ", "two spaces": "  ", "tab": "\t", "line end": "\n", "no-break space": "\u00a0", "en space": "\u2002",
    "em space": "\u2003", "figure space": "\u2007", "punctuation space": "\u2008", "thin space": "\u2009",
    "hair space": "\u200a", "narrow no-break space": "\u202f", "ideographic space": "\u3000",
    "mathematical space": "\u205f", "zero-width space": "\u200b", "zero-width joiner": "\u200d",
    "word joiner": "\u2060", "byte order mark": "\ufeff", "soft hyphen": "\u00ad", "left-to-right mark": "\u200e",
    "hyphen-minus": "-", "two hyphens": "--", "hyphen": "\u2010", "non-breaking hyphen": "\u2011",
    "figure dash": "\u2012", "en dash": "\u2013", "em dash": "\u2014", "horizontal bar": "\u2015", "minus": "\u2212",
    "small hyphen": "\ufe63", "full-width hyphen": "\uff0d", "spaced hyphen": " - ", "spaced en dash": " \u2013 ",
    "full stop": ".", "comma": ",", "underscore": "_", "slash": "/", "backslash": "\\", "colon": ":", "apostrophe": "'",
    "middle dot": "\u00b7", "bullet": "\u2022", "plus": "+", "asterisk": "*", "tilde": "~", "equals": "=", "hash": "#",
    "fraction slash": "\u2044", "brackets": ") (",
}  # fmt: skip
SHAPES: dict[str, Callable[[str], str]] = {
    **{f"3 3 4 by {name}": by(separator) for name, separator in SEPARATORS.items()},
    "ten digits": within("#"),
    "a space after each digit": by(" ", *[1] * 10),
    "a hyphen after each digit": by("-", *[1] * 10),
    "3 3 2 2": by(" ", 3, 3, 2, 2),
    "5 5": by(" ", 5, 5),
    "2 2 2 2 2": by(" ", 2, 2, 2, 2, 2),
    "4 3 3": by(" ", 4, 3, 3),
    "6 4": by("-", 6, 4),
    "9 1": by("-", 9, 1),
    "thousands commas": by(",", 1, 3, 3, 3),
    "thousands spaces": by("\u202f", 1, 3, 3, 3),
    "a decimal": within("#.0"),
    "two decimals": within("#.00"),
    "spreadsheet notation": lambda number: f"{number[0]}.{number[1:]}E9",
    "spreadsheet notation with sign": lambda number: f"{number[0]}.{number[1:]}E+09",
    "full-width digits": in_digits_from(0xFF10),
    "Arabic digits": in_digits_from(0x660),
    "Persian digits": in_digits_from(0x6F0),
    "Devanagari digits": in_digits_from(0x966),
    "bold digits": in_digits_from(0x1D7CE),
    "subscript digits": in_digits_from(0x2080),
    "keycaps": lambda number: "".join(digit + "\ufe0f\u20e3" for digit in number),
    "a name behind": within("#ASHDOWN"),
    "a name before": within("ASHDOWN#"),
    "letters around": within("P#X"),
    "NHS before": within("NHS#"),
    "a word and colon before": within("NHS no.: 3 3 4"),
    "an underscore and number behind": within("#_1"),
    "a number and hyphen before": within("12-#"),
    "a slash and number behind": within("#/2"),
    "a date before": within("2025-03-01 #"),
    "a British date before": within("01/03/2025 3 3 4"),
    "a date and time before": within("2025-03-01 10:15, 3 3 4"),
    "a date of birth joined behind": within("#19500131"),
    "a date of birth joined before": within("19500131#"),
    "a date of birth behind": within("#-1950-01-31"),
    "an accent behind": within("#\u00e9"),
    "quotes": within('"#"'),
    "round brackets": within("(#)"),
    "square brackets": within("[3 3 4]"),
    "after another number": within("ref 1234567890 patient #"),
    "after a telephone number": within("0161 496 0000, 3 3 4"),
    "in a sentence": within("seen by Dr X, #, today"),
    "in a sentence, spaced": within("seen by Dr X (3 3 4) today"),
    "in a path": within("/letters/#/scan.pdf"),
    "in a mail address": within("p#@example.org"),
    "in a list": within("#;1;2"),
    "in JSON": within('{"nhs":"#"}'),
    "in XML": within("<n>#</n>"),
    "with a leading apostrophe": within("'#"),
    "with a percent sign": within("100% #"),
    "a barcode's stars": within("*#*"),
    "a hash sign": within("##"[:1]),
}  # fmt: skip
