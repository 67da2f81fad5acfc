"""What was typed, as its writer saw it: without invisible characters, and one key to compare and search by.

Everything that comes in passes `clean` once: forms and addresses in `unions.middleware.CleanText`, JSON in `arrears.api.parsing`,
cells of workbooks in `unions.common.xlsx_cells.plain`. Names, numbers and searches are compared by `search_key`.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable

from django.http import QueryDict

# Format characters (Unicode Cf), fillers that print as nothing, and variation selectors.
_UNSEEN_RANGES = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef"
FORMAT = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Cf")
UNSEEN = re.compile(f"[{re.escape(FORMAT)}{_UNSEEN_RANGES}]")
# Between two letters of a name they all mean the interpunct.
_INTERPUNCT = re.compile(r"(?<=\w)[•‧・･∙⋅](?=\w)")
_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Digits and letters of another width, and radicals that PDF files write for the characters they look like.
_OTHER_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ⺀-⿕]+")
# What a search and a comparison of names do not look at: blanks, dashes, dots, brackets, quotation marks (corner brackets too).
IGNORED = " \t\r\n·.,。、;:-_()[]{}【】〔〕《》〈〉\u300c\u300d\"'“”‘’&/\\‐‑‒–—―−~•‧・∙⋅"
# Signs made of figures that are no digits of a number: ², ①, ½, ㏠.
_NUMBER_SIGN = re.compile(
    "(["
    + "".join(
        sign
        for sign in map(chr, (*range(0x80, 0x3400), *range(0x1F100, 0x1F200)))
        if not sign.isdecimal() and re.search("[0-9]", unicodedata.normalize("NFKC", sign))
    )
    + "])"
)
_DASH = re.compile("[‐‑‒–—―−﹣]+")
_IGNORED = str.maketrans("", "", IGNORED)
# Line breaks somebody made so that a name fits into its cell; between letters and digits they part words.
_LETTERS_MEET = re.compile(r"(?<=[A-Za-z0-9])\s*[\r\n\v\f\u0085\u2028\u2029]+\s*(?=[A-Za-z0-9])")
_BREAK = re.compile(r"\s*[\r\n\v\f\u0085\u2028\u2029]+\s*")
PASSWORD = "password"  # part of the names of fields that are taken as they are


def clean(text: str) -> str:
    """`text` without invisible characters; in one line also with plain blanks, and digits and letters of plain width.

    Chinese punctuation and the width of longer texts stay as they were written.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    if "\n" in text:
        return text
    text = _OTHER_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _BLANK.sub(" ", text))
    return _INTERPUNCT.sub("·", text)


def clean_values(data: QueryDict) -> QueryDict:
    """A copy of `data` with every value cleaned; what is a password stays as it was typed."""
    cleaned = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        cleaned.setlist(name, values if PASSWORD in name else [clean(str(value)) for value in values])
    return cleaned


def narrow(value: object) -> str:
    """`value` for a reader of figures, days and codes: of plain width throughout, without blanks around it; "" for None.

    Footnote marks and ringed numbers (², ①) stay what they are: 1² is not 12.
    """
    parts = _NUMBER_SIGN.split("" if value is None else str(value))
    plain = (part if nth % 2 else unicodedata.normalize("NFKC", part) for nth, part in enumerate(parts))
    return UNSEEN.sub("", "".join(plain)).strip()


def plain_number(text: str) -> str:
    """A number of other books as it is kept and compared: plain width and plain dashes."""
    return _DASH.sub("-", narrow(text))


def number_key(text: str) -> str:
    """A case number, a 文号 or a code as programs write it: as `plain_number`, in capitals, without blanks."""
    return re.sub(r"\s", "", plain_number(text)).upper()


def search_key(text: str) -> str:
    """What two ways of writing one name or number have in common: no width, case, blanks, dashes, dots, brackets."""
    whole = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    return whole.translate(_IGNORED).casefold()


def in_one_line(text: str) -> str:
    """`text` without the line breaks somebody made to fit it into a cell; letters and digits they parted stay parted."""
    return _BREAK.sub("", _LETTERS_MEET.sub(" ", text)).strip()


def split_names(text: str) -> list[str]:
    """Names separated by 顿号, comma or line, each once, in order."""
    parts = (part.strip() for part in re.split(r"[、，,;；\n]+", text))
    return list(dict.fromkeys(part for part in parts if part))


LONGEST_KEY = 18  # digits; PostgreSQL keeps every such number


def row_keys(texts: Iterable[str]) -> list[int]:
    """The keys of rows among what a page sent; what can be none is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY]
