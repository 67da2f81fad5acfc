"""Forms that list rows one by one: where the rows come from, in which order, and what each column shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from arrears.law.scope import Scope
from arrears.sanctions import employers
from reporting.forms import listed_cases as cases
from reporting.forms.measures import MeasureSort
from reporting.forms.thresholds import Thresholds, thresholds
from unions.common.industries import annex_1_name

if TYPE_CHECKING:
    from reporting.forms.files import Form

CHUNK = 1000
Cell = int | str | date | Decimal


@dataclass(frozen=True)
class Value:
    """What a column of a list shows. `sort` is set for figures, which then want a unit. `opens`: the link to the row's page."""

    what: str
    read: Callable[[Any], Cell]
    sort: MeasureSort | None = None
    align: str = "center"
    opens: bool = False


def _yes(flag: bool) -> str:
    return "是" if flag else "否"


_PEOPLE, _MONEY = MeasureSort.PEOPLE, MeasureSort.MONEY
VALUES: dict[str, Value] = {
    "serial": Value("从 1 起的顺序号", lambda row: row.serial),
    "accepted_on": Value("受理日期", lambda row: row.accepted_on),
    "employer": Value("用人单位名称", lambda row: row.employer, align="left", opens=True),
    "industry": Value("附件 1 的五类行业", lambda row: annex_1_name(row.industry)),
    "owed_workers": Value("认定（含调整）的欠薪人数", lambda row: row.balance.owed.workers, _PEOPLE),
    "owed_amount": Value("认定（含调整）的欠薪金额", lambda row: row.balance.owed.amount, _MONEY),
    "mediated": Value("有无调解、仲裁、诉讼或法律援助", lambda row: _yes(row.mediated)),
    "closed": Value("截至日是否已办结", lambda row: _yes(row.closed)),
    "union": Value("受理（立案）的工会", lambda row: row.union, align="left"),
    "employer_and_address": Value(
        "单位名称及地址", lambda row: "，".join(filter(None, [row.employer, row.address])), align="left", opens=True
    ),
    "owed_span": Value("欠薪起止日期", lambda row: _span(row.owed_from, row.owed_until)),
    "owed_migrants": Value("认定（含调整）的欠薪人数中的农民工", lambda row: row.balance.owed.migrants, _PEOPLE),
    "resolved_workers": Value("截至日清偿和垫付所解决的人数", lambda row: row.balance.resolved.workers, _PEOPLE),
    "resolved_amount": Value("截至日清偿和垫付的金额", lambda row: row.balance.resolved.amount, _MONEY),
    "left_workers": Value("截至日尚未解决的人数", lambda row: row.balance.outstanding.workers, _PEOPLE),
    "left_amount": Value("截至日尚未解决的金额", lambda row: row.balance.outstanding.amount, _MONEY),
    "paid_workers": Value("期内清偿和垫付所解决的人数", lambda row: row.paid.workers, _PEOPLE),
    "paid_amount": Value("期内清偿和垫付的金额", lambda row: row.paid.amount, _MONEY),
    "condition": Value("生产经营和财务状况", lambda row: row.condition, align="left"),
    "union_opinion": Value("单位工会（职代会）意见", lambda row: row.union_opinion, align="left"),
    "repayment_plan": Value("偿还计划和保证措施", lambda row: row.repayment_plan, align="left"),
    "happened": Value("期内新增、解决、办结", lambda row: row.happened),
    "reached": Value("是否达到条款的门槛：达到，或待核", lambda row: row.reached),
    "why": Value("达到门槛或待核的依据", lambda row: row.why, align="left"),
    "uscc": Value("统一社会信用代码，没有的写原因", lambda row: row.uscc),
    "conduct": Value("期内的处理处罚、列入名单、移送公安及日期", lambda row: row.conduct, align="left"),
    "facts": Value("办理记录中写明的事实", lambda row: row.facts, align="left"),
    "decided_on": Value("期内最后一次作出决定的日期", lambda row: row.decided_on),
    "involved_workers": Value("所涉案件认定（含调整）的欠薪人数", lambda row: row.owed.workers, _PEOPLE),
    "involved_amount": Value("所涉案件认定（含调整）的欠薪金额", lambda row: row.owed.amount, _MONEY),
}


def _span(first: date | None, last: date | None) -> str:
    return f"{first or '—'}至{last or '—'}" if first or last else "—"


@dataclass(frozen=True)
class ListSource:
    """Where the rows of a list come from. `find`: their pks in order, for a scope and the thresholds the form goes by.

    `rows`: what columns read, for pks found before, numbered from the number given. `of`: whose pks they are, case or employer.
    `counted_by`: by which day a row falls into the period. `judges`: the form goes by thresholds; else there are none.
    """

    what: str
    find: Callable[[Scope, Thresholds], list[int]]
    rows: Callable[[Sequence[int], Scope, Thresholds, int], Iterator[Any]]
    values: frozenset[str]
    nothing: str
    of: str = "case"
    counted_by: str = ""
    judges: bool = False
    left_out: Callable[[Scope], dict[str, int]] | None = None

    def left_out_in_words(self, scope: Scope) -> str:
        """A sentence on what was accepted in the period and is not in the list; "" where nothing is left out."""
        found = {why: n for why, n in (self.left_out(scope) if self.left_out else {}).items() if n}
        said = "、".join(f"{why} {n} 件" for why, n in found.items())
        return f"期内受理而未列入 {sum(found.values())} 件：{said}。" if found else ""


_OF_CASES = frozenset(
    {
        "serial",
        "accepted_on",
        "employer",
        "industry",
        "owed_workers",
        "owed_amount",
        "mediated",
        "closed",
        "union",
        "employer_and_address",
        "owed_span",
        "owed_migrants",
        "resolved_workers",
        "resolved_amount",
        "left_workers",
        "left_amount",
        "paid_workers",
        "paid_amount",
        "condition",
        "union_opinion",
        "repayment_plan",
        "happened",
    }
)
SOURCES: dict[str, ListSource] = {
    "cases_accepted": ListSource(
        "期内受理的线索和案件，已查明不属欠薪的除外",
        cases.accepted,
        cases.rows,
        _OF_CASES,
        "这一期间没有受理的线索和案件。",
        counted_by="按受理日期",
        left_out=cases.left_out_by_cut_off,
    ),
    "cases_in_motion": ListSource(
        "期内受理、有清偿或垫付、或办结的线索和案件",
        cases.in_motion,
        cases.rows_as_of_the_end,
        _OF_CASES,
        "这一期间没有新增、解决或办结的案件。",
        left_out=cases.left_out_by_the_end,
    ),
    "cases_at_threshold": ListSource(
        "期内未办结或期内办结的案件中，达到条款门槛的；不能判断的列为待核",
        cases.at_threshold,
        cases.rows_judged,
        _OF_CASES | {"reached", "why"},
        "这一期间没有达到门槛的案件。",
        judges=True,
    ),
    "employers_to_publish": ListSource(
        "期内受到行政处理处罚、被列入失信联合惩戒名单或被移送公安的用人单位",
        employers.employers_to_publish,
        employers.listed_employers,
        frozenset(
            {"serial", "employer", "uscc", "conduct", "facts", "decided_on", "involved_workers", "involved_amount"}
        ),
        "这一期间没有应公布的用人单位。",
        of="employer",
        counted_by="按决定日期",
    ),
}


@dataclass(frozen=True)
class FormListing:
    """The rows of a list form for a scope: found at once, read by the thousand."""

    source: ListSource
    scope: Scope
    by: Thresholds
    ids: list[int]

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Any]:
        """Rows from `start` (0 is the first) up to `stop`. Streams."""
        stop = len(self.ids) if stop is None else min(stop, len(self.ids))
        for first in range(start, stop, CHUNK):
            chunk = self.ids[first : min(first + CHUNK, stop)]
            yield from self.source.rows(chunk, self.scope, self.by, first + 1)


def listing(form: Form, scope: Scope) -> FormListing:
    """What `form` lists for `scope`. Raises Refused where the clause it goes by has no threshold."""
    source = SOURCES[form.rows_from]
    by = thresholds(form, scope.union, scope.last) if source.judges else ()
    return FormListing(source, scope, by, source.find(scope, by))


def lists_cases(form: Form) -> bool:
    """Whether the rows of a list are cases; a list of employers is kept as it was signed."""
    return SOURCES[form.rows_from].of == "case"
