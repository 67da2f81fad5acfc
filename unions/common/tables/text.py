"""Rows out of text: a .csv or .txt file, or what somebody pasted from a workbook, a chat or a mail.

What separates the cells is decided for the whole text before any figure is looked at, by the line of headings: with
“姓名,欠薪金额,已付金额” the comma of “张三,4500,500” separates, and is no sign of thousands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from unions.common.refusals import Refused
from unions.common.text import clean

HEADINGS_WITHIN = 20  # rows from the top
MOST_CELLS = 200  # of a row of headings
LONGEST_LINE = 10_000  # characters of a line that stands for itself
Known = Callable[[list[str]], int]  # how many of these cells are headings of the list that is looked for

_SEPARATORS = ("\t", ",", "，", ";", "；", "、", "|")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# 张　三: one character each side, so that names of two stand as wide as names of three.
_SPACED_NAME = re.compile(rf"(?<![{_HAN}·])([{_HAN}])[ \u00a0\u3000]+([{_HAN}])(?![{_HAN}·])")
# +86 138 0000 1111: one number, whatever parts its figures.
_COUNTRY = re.compile(r"(?<!\d)(?:\+|00)86[ -]+(?=1[3-9]\d)")
_SPACED_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -](\d{4})[ -](\d{4})(?!\d)")
_GAPS = re.compile(r"[\s;；、|]+")
_SUM_WORD = re.compile("合计|小计|总计|共计")
_COMMA = re.compile(r"[,，]")
_THOUSANDS = re.compile(r"(?<![\d,，.])\d{1,3}(?:[,，]\d{3})+(?![\d,，])")


class TextRows(NamedTuple):
    """`separator` "": every line stands for itself, and is parted by `parts_of`."""

    separator: str
    rows: Iterator[tuple[int, list[str]]]  # the number of the row, as the sheet it was copied from would show it


def decoded(data: bytes) -> str:
    """A text file in one of the encodings that Excel, WPS and Notepad write."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文字编码无法识别，请用 Excel 或 WPS 另存为 .xlsx 再上传。")


def rows_of_text(text: str, known: Known) -> TextRows:
    """The rows of `text`. A line break within a quoted cell, as Excel and WPS copy it, stays inside the cell."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    separator = _separator(text, known)
    if separator == " ":
        return TextRows(" ", _split_lines(text, lambda line: spaced_names_joined(clean(line).strip()).split()))
    if separator:
        return TextRows(separator, _cells(text, separator))
    return TextRows("", _split_lines(text, parts_of))


def _separator(text: str, known: Known) -> str:
    """The separator that turns one of the first rows into the most headings; tabs also without any."""
    best, found = 0, "\t" if "\t" in text else ""
    for separator in _SEPARATORS:
        if separator in text:
            most = max(
                (known(cells[:MOST_CELLS]) for _, cells in islice(_cells(text, separator), HEADINGS_WITHIN)), default=0
            )
            if most > best:
                best, found = most, separator
    lines = islice((line for line in text.split("\n") if line.strip()), HEADINGS_WITHIN)
    return " " if max((known(line.split(maxsplit=MOST_CELLS)) for line in lines), default=0) > best else found


def _cells(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """By the library; where a quotation mark opens a cell and nothing closes it, marks are taken as text."""
    source = io.StringIO(text)
    if _well_quoted(text, separator):
        rows = csv.reader(source, delimiter=separator, strict=True)
    else:
        rows = csv.reader(source, delimiter=separator, quoting=csv.QUOTE_NONE)
    try:
        for number, cells in enumerate(rows, 1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refused("有一格超过 13 万个字，无法读取，请核对内容。") from error


def _well_quoted(text: str, separator: str) -> bool:
    if '"' not in text:
        return True
    try:
        for _ in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _split_lines(text: str, split: Callable[[str], list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise Refused(f"第 {number} 行有 {len(line):,} 个字，无法识别，请一人一行。")
        yield number, split(line)


def parts_of(line: str) -> list[str]:
    """The parts of a line of a chat: “张　三 13800001111，4,500元” → 张三, 13800001111, 4,500元.

    A comma between figures belongs to the figure only where commas do not separate the parts of this very line, or it is a sum: 共2人，合计9,500元.
    """
    line = _SPACED_PHONE.sub(r"\1\2\3", _COUNTRY.sub("", spaced_names_joined(clean(line).strip())))
    separating = [found.start() for found in _COMMA.finditer(line) if not _between_digits(line, found.start())]
    tight = [at for at in separating if not line[at + 1 : at + 2].isspace()]
    figures = (
        set()
        if tight and not _SUM_WORD.search(line)
        else {at for found in _THOUSANDS.finditer(line) for at in range(*found.span())}
    )
    spaced = "".join(" " if _COMMA.match(mark) and at not in figures else mark for at, mark in enumerate(line))
    return [part for part in _GAPS.split(spaced) if part]


def _between_digits(line: str, at: int) -> bool:
    return line[at - 1 : at].isdigit() and line[at + 1 : at + 2].isdigit()


def without_gaps(name: str) -> str:
    """A name without the blanks between its characters: 张　三 → 张三."""
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", name.strip())


def spaced_names_joined(text: str) -> str:
    return _SPACED_NAME.sub(r"\1\2", text)
