"""Numbers of the law for code and sentences: the files name each with its source, nothing else repeats it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.functional import lazy

from arrears.law.rules.reader import RULEBOOK_FOLDER, read_rulebook
from arrears.law.rules.rulebook import DeadlineRule

LAW = RULEBOOK_FOLDER / "law" / "national.toml"
LIMITS = Path(__file__).parent / "limits.toml"
CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True)
class DepositRatio:
    """What part of the contract a wage deposit must be, in percent."""

    from_percent: Decimal
    to_percent: Decimal
    source: str

    def __contains__(self, percent: Decimal) -> bool:
        return self.from_percent <= percent <= self.to_percent

    def __str__(self) -> str:
        return f"{self.from_percent}%–{self.to_percent}%"


@cache
def deposit_ratio() -> DepositRatio:
    found = tomllib.loads(LIMITS.read_text("utf-8"))["deposit_ratio"]
    return DepositRatio(Decimal(found["from_percent"]), Decimal(found["to_percent"]), found["source"])


@cache
def _terms() -> dict[str, DeadlineRule]:
    return {rule.name: rule for rule in read_rulebook(LAW).deadlines}


def legal_term(name: str) -> DeadlineRule:
    """Return an entry of the law by its name. Raises KeyError."""
    return _terms()[name]


class _Length:
    """How long a term is, in words: 5 个工作日, 30 日, 三年; `extension`: by how much it may grow."""

    def __init__(self, rule: DeadlineRule) -> None:
        self._rule = rule

    def __str__(self) -> str:
        rule = self._rule
        if rule.months:
            years, odd = divmod(rule.months, 12)
            return f"{CHINESE[rule.months]}个月" if odd else f"{CHINESE[years]}年"
        return f"{rule.workdays} 个工作日" if rule.workdays else f"{rule.days} 日"

    @property
    def extension(self) -> str:
        rule = self._rule
        return f"{rule.extension_workdays} 个工作日" if rule.extension_workdays else f"{rule.extension_days} 日"


class _Lengths:
    def __getitem__(self, name: str) -> _Length:
        return _Length(legal_term(name))


def with_terms(text: str) -> str:
    """Write the length of a legal term for its name in braces: `期限{listing-term}` → 期限三年. Raises KeyError."""
    return text.format_map(_Lengths())


# For texts written down while modules are imported: the law is read when they are shown.
with_terms_later = lazy(with_terms, str)
