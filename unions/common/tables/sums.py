"""Rows that add others up (合计, 小计, 总计): knowing them, and whether they add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from unions.common import xlsx_cells as cells
from unions.common.xlsx_cells import Bad, heading_key

_SUM_WORD = r"(?:合计|小计|总计|共计|总和|累计|总额)"
_SUM = re.compile(rf"[^:]{{0,30}}{_SUM_WORD}:?(?:\([^()]{{1,6}}\))?(?:共?\d+(?:人|名|件|户|家|笔))?[:,。]?")
_TOTAL = re.compile(r"(?:total|subtotal|grandtotal)[:]?", re.IGNORECASE)
SERIAL = re.compile(r"\d{1,6}[.、)]?")
COUNTED = re.compile(r"(\d+)(?:人|名)")


def says_sum(value: Any) -> bool:
    """合计, 木工班组小计：, 总计（元）, 合计 3 人 …"""
    if not isinstance(value, str) or len(value) > 60:
        return False
    words = heading_key(value)
    return bool(_SUM.fullmatch(words) or _TOTAL.fullmatch(words))


@dataclass
class StatedSums:
    """Figures by field, and how many rows; None where one of the figures could not be read."""

    of: dict[str, Decimal | None] = field(default_factory=dict)
    rows: int = 0

    def add(self, name: str, figure: Decimal | None) -> None:
        before = self.of.get(name, Decimal(0))
        self.of[name] = None if before is None or figure is None else before + figure


class SumCheck:
    """Whether sums say what the rows above them add up to: since the sum before, or from the first row on. A sum above the
    first row is that of all below.
    """

    def __init__(self) -> None:
        self.all, self.since = StatedSums(), StatedSums()
        self._waiting: list[tuple[Mapping[str, Any], Sequence[str]]] = []  # added up when a sum comes
        self._ahead: list[tuple[int, Mapping[str, Any], int | None]] = []

    def take(self, figures: Mapping[str, Any], fields: Sequence[str]) -> None:
        """A row: field → figure as written, None where it cannot be taken. `fields`: those that can be added up."""
        self._waiting.append((figures, fields))

    def _add_up(self) -> None:
        for figures, fields in self._waiting:
            read = {name: _figure(figures[name]) if name in figures else Decimal(0) for name in fields}
            for sums in (self.all, self.since):
                sums.rows += 1
                for name, figure in read.items():
                    sums.add(name, figure)
        self._waiting.clear()

    def check(self, row: int, figures: Mapping[str, Any], people: int | None) -> Iterator[tuple[int, str, str]]:
        """(row, field, sentence) for every figure of the sum in `row` that no rows add up to; field "" is how many people."""
        self._add_up()
        if not self.all.rows:
            self._ahead.append((row, figures, people))
            return
        yield from self._compare(row, figures, people)
        self.since = StatedSums()

    def conclude(self) -> Iterator[tuple[int, str, str]]:
        if self._ahead:
            self._add_up()
        for row, figures, people in self._ahead:
            yield from self._compare(row, figures, people)

    def _compare(self, row: int, figures: Mapping[str, Any], people: int | None) -> Iterator[tuple[int, str, str]]:
        for name, value in figures.items():
            stated = _figure(value)
            added = [sums.of.get(name, Decimal(0)) for sums in (self.all, self.since)]
            if stated is not None and None not in added and stated not in added:
                yield row, name, f"合计行写明 {_told(stated)}，各行相加为 {_told(added[0] or Decimal(0))}。{_MEND_SUM}"
        if people is not None and people not in (self.all.rows, self.since.rows):
            yield row, "", f"合计行写明 {people} 人，各行共 {self.all.rows} 人。{_MEND_SUM}"


_MEND_SUM = "请核对各行是否有错漏；合计有误的，请改正或删去合计行。"


def _told(figure: Decimal) -> str:
    return f"{figure:,.2f}".removesuffix(".00")


def _figure(value: Any) -> Decimal | None:
    for read in (cells.yuan, cells.people):
        try:
            return Decimal(read(value))
        except Bad:
            continue
    return None
