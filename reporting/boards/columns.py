"""What units are compared by: every column is counted from rows that can be opened, for a span of days.

What is due (returns, terms, findings) belongs to the period its due day lies in, cases to the period they were accepted in:
as in the evaluation, whose rows these are. What is outstanding and who is warned of is as it stands now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Q, QuerySet

from arrears.law.rules.rulebook import Indicator
from arrears.law.rules.scoring import HUNDRED
from reporting.evaluation import facts
from reporting.evaluation.facts import EvaluationPeriod, IndicatorSource
from reporting.returns.models import NOT_SENT, SAYS_ZERO, Return


class CellKind(StrEnum):
    """How a cell reads: a count, a sum of people or of yuan, a percentage, or so many per hundred."""

    COUNT = "count"
    PEOPLE = "people"
    MONEY = "money"
    RATE = "rate"
    PER_HUNDRED = "per_hundred"


@dataclass(frozen=True)
class BoardColumn:
    """`worse`: which way is to be looked at: "high", "low", or "" where neither. `source`: the rows it opens; None: a page
    that was there before shows them. `note`: what is counted, in one sentence. `now`: as it stands, whatever the span.
    """

    name: str
    label: str
    unit: str
    kind: CellKind
    note: str
    worse: str = ""
    source: IndicatorSource | None = None
    now: bool = False

    @property
    def heading(self) -> str:
        return f"{self.label}（{self.unit}）"


def _missing(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Return]:
    return facts.RETURNS.rows(entry, span).filter(NOT_SENT)


def _zero(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Return]:
    return facts.RETURNS.rows(entry, span).filter(SAYS_ZERO)


def _all(entry: Indicator, span: EvaluationPeriod) -> Q:
    return Q()


# Rows of a kind that the evaluation knows how to tell, narrowed.
MISSING = replace(facts.RETURNS, rows=_missing)
ZERO = replace(facts.RETURNS, rows=_zero)
NEW = replace(facts.CLOSED, met=_all)

COLUMNS: dict[str, BoardColumn] = {
    one.name: one
    for one in (
        BoardColumn(
            "new", "新受理案件", "件", CellKind.COUNT, "期内受理、查实的案件，不含并案和不属欠薪的。", source=NEW
        ),
        BoardColumn("closed", "办结案件", "件", CellKind.COUNT, "期内办结、没有重新办理的案件，不论何时受理。"),
        BoardColumn("closing-rate", "办结率", "%", CellKind.RATE, "期内受理的案件中已办结的。", "low", facts.CLOSED),
        BoardColumn(
            "left-workers",
            "未解决人数",
            "人",
            CellKind.PEOPLE,
            "未结案件按台账尚未解决的人数，截至现在。",
            "high",
            now=True,
        ),
        BoardColumn(
            "left-amount",
            "未解决金额",
            "万元",
            CellKind.MONEY,
            "未结案件按台账尚未解决的金额，截至现在。",
            "high",
            now=True,
        ),
        BoardColumn(
            "returns-rate",
            "报表按期率",
            "%",
            CellKind.RATE,
            "期内到期的报表中按期报出的（免报的不计）。",
            "low",
            facts.RETURNS,
        ),
        BoardColumn("zero", "零报告", "份", CellKind.COUNT, "期内到期的报表中报零或推定为零的。", source=ZERO),
        BoardColumn("missing", "漏报", "份", CellKind.COUNT, "期内到期而没有报出的报表。", "high", MISSING),
        BoardColumn(
            "terms-rate", "时限按期率", "%", CellKind.RATE, "期内到期的办理时限中按期办理的。", "low", facts.TERMS
        ),
        BoardColumn("red", "红色预警", "户", CellKind.COUNT, "现在列为红色预警的用人单位。", "high", now=True),
        BoardColumn(
            "inspected",
            "每百户受检",
            "户",
            CellKind.PER_HUNDRED,
            "期内受检用人单位数，除以本地已知用人单位数，乘以 100。",
            "low",
            facts.VISITS,
        ),
        BoardColumn(
            "prevention",
            "预防工作",
            "次",
            CellKind.COUNT,
            "期内登记的预防工作：建会、走访、普法、体检、指导、协商。",
            "low",
        ),
        BoardColumn(
            "findings-rate", "问题整改率", "%", CellKind.RATE, "期内到期的检查问题中按期整改的。", "low", facts.FINDINGS
        ),
    )
}
RED = "红"
# The rows of facts ask for the indicator they are judged by; here nothing is judged, everything below counts.
EVERYTHING = Indicator(
    name="compared",
    clause="",
    title="",
    local=True,
    measure="closed",
    weight=HUNDRED,
    full=HUNDRED,
    zero=HUNDRED,
    reach="below",
)
