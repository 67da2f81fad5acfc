"""What units are compared by: every column is counted from rows that can be opened, for a span of days.

What is due (returns, terms, findings) belongs to the period its due day lies in, cases to the period they were accepted in:
as in the evaluation, whose rows these are. What is outstanding and who is warned of is as it stands now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Q

from arrears.law.rules.rates import HUNDRED
from arrears.law.rules.rulebook import Indicator
from reporting.evaluation import facts
from reporting.evaluation.facts import EvaluationPeriod, IndicatorSource, Rows
from reporting.returns.models import IMPLIED_ZERO, NOT_SENT, SIGNED_ZERO, WITH_FIGURES


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
    `left_out`: what a rate's `left_out` counts. `adds`: whether the units below and the own books add up to the whole.
    """

    name: str
    label: str
    unit: str
    kind: CellKind
    note: str
    worse: str = ""
    source: IndicatorSource | None = None
    now: bool = False
    left_out: str = ""
    adds: bool = True

    @property
    def is_rate(self) -> bool:
        return self.kind in (CellKind.RATE, CellKind.PER_HUNDRED)

    @property
    def heading(self) -> str:
        return f"{self.label}（{self.unit}）"


def _due(which: Q) -> Rows:
    """Returns due in the span that are `which`."""
    return lambda entry, span: facts.RETURNS.rows(entry, span).filter(which)


def _all(entry: Indicator, span: EvaluationPeriod) -> Q:
    return Q()


# Rows of a kind that the evaluation knows how to tell, narrowed.
RETURNS_DUE = replace(facts.RETURNS, met=_all)
FILLED = replace(facts.RETURNS, rows=_due(WITH_FIGURES))
ZERO = replace(facts.RETURNS, rows=_due(SIGNED_ZERO))
IMPLIED = replace(facts.RETURNS, rows=_due(IMPLIED_ZERO))
MISSING = replace(facts.RETURNS, rows=_due(NOT_SENT))
NEW = replace(facts.CLOSED, met=_all)

COLUMNS: dict[str, BoardColumn] = {
    one.name: one
    for one in (
        BoardColumn(
            "new", "新受理案件", "件", CellKind.COUNT, "期内受理、查实的案件，不含并案和不属欠薪的。", source=NEW
        ),
        BoardColumn("closed", "办结案件", "件", CellKind.COUNT, "期内办结、没有重新办理的案件，不论何时受理。"),
        BoardColumn(
            "closing-rate",
            "办结率",
            "%",
            CellKind.RATE,
            "期内受理、查实的案件中已办结的。",
            "low",
            facts.CLOSED,
            left_out="期外和未查实的未结",
        ),
        BoardColumn(
            "left-workers",
            "未解决人数",
            "人",
            CellKind.PEOPLE,
            "未结案件（含未查实的线索）按台账尚未解决的人数，截至现在；报表只计已查实的案件。",
            "high",
            now=True,
        ),
        BoardColumn(
            "left-amount",
            "未解决金额",
            "万元",
            CellKind.MONEY,
            "未结案件（含未查实的线索）按台账尚未解决的金额，截至现在；报表只计已查实的案件。",
            "high",
            now=True,
        ),
        BoardColumn(
            "confirmed-rate",
            "到账确认率",
            "%",
            CellKind.RATE,
            "期内登记了付款的在册职工中，本人表示各笔均已足额收到的；未答复的不视为到账。",
            "low",
            facts.CONFIRMED,
        ),
        BoardColumn(
            "returns-due",
            "应报报表",
            "份",
            CellKind.COUNT,
            "期内到期的报表（免报的不计），等于有数报出、零报告、推定零报告、漏报之和。",
            source=RETURNS_DUE,
        ),
        BoardColumn(
            "returns-rate",
            "报表按期率",
            "%",
            CellKind.RATE,
            "期内到期的报表中按期报出的（免报的不计）。",
            "low",
            facts.RETURNS,
            left_out="期外漏报",
        ),
        BoardColumn("filled", "有数报出", "份", CellKind.COUNT, "期内到期、报出了数字的报表。", source=FILLED),
        BoardColumn("zero", "零报告", "份", CellKind.COUNT, "期内到期的报表中签字报零的。", source=ZERO),
        BoardColumn(
            "implied", "推定零报告", "份", CellKind.COUNT, "期内到期没有报送、按通知视为零的报表。", source=IMPLIED
        ),
        BoardColumn("missing", "漏报", "份", CellKind.COUNT, "期内到期而没有报出的报表。", "high", MISSING),
        BoardColumn(
            "terms-rate",
            "时限按期率",
            "%",
            CellKind.RATE,
            "期内到期的办理时限中按期办理的。",
            "low",
            facts.TERMS,
            left_out="期外逾期",
        ),
        BoardColumn(
            "red",
            "红色预警",
            "户",
            CellKind.COUNT,
            "现在列为红色预警的用人单位，同一单位在合计中只计一户。",
            "high",
            now=True,
            adds=False,
        ),
        BoardColumn(
            "inspected",
            "每百户受检",
            "户",
            CellKind.PER_HUNDRED,
            "期内受检用人单位数，除以本地已知用人单位数，乘以 100；没有地域的单位记“—”。",
            "low",
            facts.VISITS,
            adds=False,
        ),
        BoardColumn(
            "prevention",
            "预防工作",
            "次",
            CellKind.COUNT,
            "期内开展的预防工作：建会、走访、普法、体检、指导、协商，以及通知要求的联席会议和专题宣传。",
            "low",
        ),
        BoardColumn(
            "findings-rate",
            "问题整改率",
            "%",
            CellKind.RATE,
            "期内到期的检查问题中按期整改的。",
            "low",
            facts.FINDINGS,
            left_out="期外逾期",
        ),
        BoardColumn(
            "aided-rate",
            "应援尽援率",
            "%",
            CellKind.RATE,
            "期内受理、查实、涉及农民工的案件中已获法律援助的；未经援助即已办结的不计。",
            "low",
            facts.AIDED,
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
