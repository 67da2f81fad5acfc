"""The text of a notice in paragraphs, and where in it each quotation stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
# What a web page or a page of print adds to the notice.
NOT_THE_NOTICE = re.compile(r"返回上一级|字号|打印|-\s*\d+\s*-|主动公开")
# A line that fills the paper and ends in mid-sentence goes on in the next one.
FULL_LINE, SHORT = 22, 8
ENDS = "。：:；;！？）)》”"
WHOLE = ("通知", "表", "要点", "号")
HEADING = re.compile(r"[一二三四五六七八九十]+、[^，。：；]+")
OPENS = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|\d+[.．、]|附件")


@dataclass(frozen=True)
class Piece:
    """Part of a paragraph. `quoted`: a clause or an entry quotes it."""

    text: str
    quoted: bool


@dataclass(frozen=True)
class Paragraph:
    """`kind`: heading, row (a line of a table) or text. `offset`: where its bare text begins in that of the whole."""

    text: str
    kind: str
    offset: int


class NoticeText:
    """A notice as read: `paragraphs`, and the place of any quotation regardless of blanks and line ends."""

    def __init__(self, text: str) -> None:
        self.paragraphs: list[Paragraph] = []
        whole = ""
        for line in _paragraphs(text):
            self.paragraphs.append(Paragraph(line, _kind(line), len(whole)))
            whole += bare(line)
        self.bare = whole
        self._offsets = [paragraph.offset for paragraph in self.paragraphs]

    def find(self, quotation: str) -> int | None:
        """The number of the paragraph in which a quotation begins."""
        at = self.bare.find(bare(quotation)) if bare(quotation) else -1
        return None if at < 0 else bisect_right(self._offsets, at) - 1

    def pieces(self, nth: int, quotations: Iterable[str]) -> list[Piece]:
        """Paragraph `nth`, cut where quotations begin and end."""
        paragraph = self.paragraphs[nth]
        marks = self._marks(paragraph, quotations)
        pieces: list[Piece] = []
        count, run, state = 0, "", False
        for letter in paragraph.text:
            quoted = state if letter.isspace() else marks[count]
            count += not letter.isspace()
            if quoted != state and run:
                pieces.append(Piece(run, state))
                run = ""
            state, run = quoted, run + letter
        return [*pieces, Piece(run, state)] if run else pieces

    def _marks(self, paragraph: Paragraph, quotations: Iterable[str]) -> list[bool]:
        length = len(bare(paragraph.text))
        marks = [False] * length
        for quotation in quotations:
            words = bare(quotation)
            at = self.bare.find(words) - paragraph.offset if words and words in self.bare else length
            for n in range(max(at, 0), min(at + len(words), length)):
                marks[n] = True
        return marks


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@cache
def text_of(key: str) -> NoticeText | None:
    """The text delivered with the program for a rulebook's key, or None."""
    path = FOLDER / f"{key}.txt"
    return NoticeText(path.read_text("utf-8")) if path.is_file() else None


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line or NOT_THE_NOTICE.fullmatch(line):
            continue
        if found and _goes_on(found[-1], line):
            found[-1] += line
        else:
            found.append(line)
    return found


def _goes_on(before: str, line: str) -> bool:
    full = len(before) >= FULL_LINE and before[-1] not in ENDS and not before.endswith(WHOLE)
    if not full or "\t" in before + line or OPENS.match(line):
        return False
    return len(line) <= SHORT or not HEADING.fullmatch(before)


def _kind(line: str) -> str:
    if "\t" in line:
        return "row"
    if HEADING.fullmatch(line):
        return "heading"
    short = len(line) <= 40 and line[-1] not in ENDS
    return "heading" if short else "text"
