"""One TOML table under the eye of its schema: what is asked for is converted, what nobody asked for is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
# Characters a text may have, where what is derived from it is stored; every other text may have PROSE.
LONGEST = {
    "key": 60,
    "name": 60,
    "form": 60,
    "id": 30,
    "clause": 30,
    "title": 80,
    "holder": 80,
    "receiver": 80,
    "issuer": 80,
    "number": 80,
    "basis": 120,
    "label": 20,
    "region": 9,
    "attached_to": 20,
}
PROSE = 2000
MOST = 1_000_000  # of whole numbers that have no limit of their own
MOST_AMOUNT = Decimal(10**12)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class RulebookError(ValueError):
    """A rulebook that must not be used. `file`, `line` (1 is the first) and `reason`, one Chinese sentence."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{reason}")
        self.file, self.line, self.reason = file, line, reason


class Page:
    """The text of a file, to find again on which line something stands."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()

    def header(self, section: str, nth: int) -> int:
        """The line of the `nth` (from 0) [[section]] or [section]."""
        pattern = re.compile(rf"\s*\[\[?\s*{re.escape(section)}\s*\]")
        found = [n for n, line in enumerate(self.lines, 1) if pattern.match(line)]
        return found[nth] if nth < len(found) else 1

    def key(self, start: int, key: str) -> int:
        """The line in the table beginning at `start` that sets `key`, also inside an inline table; else `start`."""
        pattern = re.compile(rf"(^|[{{,\s]){re.escape(key)}\s*=")
        for n in range(start, len(self.lines) + 1):
            line = self.lines[n - 1]
            if n > start and line.lstrip().startswith("["):
                break
            if pattern.search(line):
                return n
        return start


class Table:
    """A table being read. Every getter takes its key out; `done()` refuses what is left."""

    def __init__(self, page: Page, data: Mapping[str, Any], line: int, where: str) -> None:
        self.page, self.line, self.where = page, line, where
        self.data = dict(data)

    def refuse(self, key: str, reason: str) -> NoReturn:
        raise RulebookError(self.page.file, self.page.key(self.line, key), f"{self.where}{reason}")

    def text(self, key: str, default: str | None = None, most: int | None = None) -> str:
        """A text of at most `most` characters; without it, what LONGEST says of the key."""
        value, most = self._take(key, default), most or LONGEST.get(key, PROSE)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.refuse(key, f"“{key}”应是一段文字。")
        if len(value) > most:
            self.refuse(key, f"“{key}”有 {len(value)} 个字，最多 {most} 个，请缩短。")
        if UNSEEN.search(value):
            self.refuse(key, f"“{key}”里有看不见的控制字符，请删去。")
        return value

    def one_of(self, key: str, known: Collection[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in known and value != default:
            self.refuse(key, f"“{key}”的值“{value}”不认识，可用：{'、'.join(known)}。")
        return value

    def some_of(self, key: str, known: Collection[str], least: int = 0) -> tuple[str, ...]:
        """A list, or one word by itself."""
        value = self.data.pop(key, [])
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or len(words) < least:
            self.refuse(key, f"“{key}”应是一组词，至少 {least} 个。")
        for word in words:
            if not isinstance(word, str) or word not in known:
                self.refuse(key, f"“{key}”里的“{word}”不认识，可用：{'、'.join(known)}。")
        return tuple(words)

    def truth(self, key: str) -> bool:
        value = self.data.pop(key, False)
        if not isinstance(value, bool):
            self.refuse(key, f"“{key}”应是 true 或 false。")
        return value

    def maybe_truth(self, key: str) -> bool | None:
        return self.truth(key) if key in self.data else None

    def whole(self, key: str, most: int = MOST) -> int | None:
        """A positive whole number up to `most`, or None when absent."""
        found = self._maybe(key, _whole, "应是大于 0 的整数")
        if found is not None and found > most:
            self.refuse(key, f"“{key}”不能大于 {most:,}，请核对。")
        return found

    def amount(self, key: str) -> Decimal | None:
        return self._maybe(key, _amount, "应是大于 0、不超过一万亿的数")

    def amounts(self, known: Collection[str]) -> tuple[tuple[str, Decimal], ...]:
        """The whole table as pairs of a known word and its amount."""
        for key in self.data:
            if key not in known:
                self.refuse(key, f"“{key}”不认识，可用：{'、'.join(known)}。")
        found = [(key, self.amount(key)) for key in list(self.data)]
        return tuple((key, value) for key, value in found if value is not None)

    def day(self, key: str) -> date:
        value = self.maybe_day(key)
        if value is None:
            self.refuse(key, f"缺少“{key}”，应是日期，如 2023-01-31。")
        return value

    def maybe_day(self, key: str) -> date | None:
        return self._maybe(key, _day, "应是日期，如 2023-01-31")

    def clock(self, key: str, default: time) -> time:
        return self._maybe(key, _clock, "应是时刻，如 16:00:00") or default

    def inside(self, key: str) -> Table | None:
        """An inline table, or None when absent."""
        value = self.data.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(key, f"“{key}”应是一个表，如 {{ … }}。")
        return Table(self.page, value, self.page.key(self.line, key), f"{self.where}“{key}”：")

    def inside_each(self, key: str) -> list[Table]:
        value = self.data.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, f"“{key}”应是一组表，如 [ {{ … }} ]。")
        line = self.page.key(self.line, key)
        return [Table(self.page, item, line, f"{self.where}“{key}”第 {n} 项：") for n, item in enumerate(value, 1)]

    def done(self) -> None:
        for key in self.data:
            self.refuse(key, f"不认识的键“{key}”。")

    def _take(self, key: str, default: Any) -> Any:
        if key not in self.data and default is None:
            self.refuse(key, f"缺少“{key}”。")
        return self.data.pop(key, default)

    def _maybe(self, key: str, convert: Callable[[Any], T | None], want: str) -> T | None:
        if key not in self.data:
            return None
        value = convert(self.data.pop(key))
        if value is None:
            self.refuse(key, f"“{key}”{want}。")
        return value


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _amount(value: Any) -> Decimal | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if number and 0 < value <= MOST_AMOUNT else None


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _clock(value: Any) -> time | None:
    return value if isinstance(value, time) else None
