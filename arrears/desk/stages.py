"""How far a case has come: 登记→立案→上报→办理→清偿→办结, derived from its dated facts and its ledger; nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from arrears.cases.ledger import Balance
from arrears.cases.models import Case, State
from arrears.desk.extent import CaseExtent
from unions.common.clock import day_of

DONE, NOW, BAD, TO_COME = "done", "now", "bad", ""


@dataclass(frozen=True)
class CaseStage:
    """One stop of the line. `on`: the day it was reached; `words`: what is said where there is no day; `tone` of `{% step %}`."""

    label: str
    on: date | None = None
    words: str = ""
    tone: str = TO_COME


def stages(case: Case, balance: Balance, extent: CaseExtent) -> list[CaseStage]:
    """No query. A case that ended elsewhere (不属欠薪, 已并案) says so in the place of what it did not reach."""
    found = [
        CaseStage("登记", day_of(case.created_at), "线索" if case.clue_number else "", DONE),
        _filed(case),
        _reported(case, extent),
        _handled(case, extent),
        _settled(case, balance, extent),
    ]
    if case.state not in ENDED_ELSEWHERE:
        return [*found, _closed(case)]
    reached = [one for one in found if one.tone == DONE]
    return [*reached, CaseStage(case.get_state_display(), _day(extent.ended), ENDED_ELSEWHERE[State(case.state)], BAD)]


ENDED_ELSEWHERE = {State.DISMISSED: "不予立案", State.MERGED: "并入另一案件"}


def _day(at: datetime | None) -> date | None:
    return day_of(at) if at else None


def _filed(case: Case) -> CaseStage:
    if case.state == State.CLUE:
        return CaseStage("立案", None, "线索待核实", NOW)
    if case.verified_on is None and (case.number is None or case.state in ENDED_ELSEWHERE):
        return CaseStage("立案", None, "未立案", NOW if case.number is None else TO_COME)
    return CaseStage("立案", case.verified_on or case.accepted_on, "", DONE)


def _reported(case: Case, extent: CaseExtent) -> CaseStage:
    sent = _day(extent.first_sent)
    return CaseStage("上报", sent, "", DONE) if sent else CaseStage("上报", None, "未上报")


def _handled(case: Case, extent: CaseExtent) -> CaseStage:
    words = {State.TRANSFERRING: "转办待接收", State.LEGAL: "司法程序"}.get(State(case.state), "")
    if not words and case.handling_union_id != case.union_id:
        words = f"由{case.handling_union.in_charge()}承办"
    if extent.first_act:
        return CaseStage("办理", extent.first_act, words, DONE)
    return CaseStage("办理", None, words or "未登记办理", NOW if case.state == State.OPEN else TO_COME)


def _settled(case: Case, balance: Balance, extent: CaseExtent) -> CaseStage:
    if not balance.owed:
        return CaseStage("清偿", None, "未认定欠薪")
    if not balance.outstanding and not balance.resolved:  # all of it was found untrue
        return CaseStage("清偿", extent.last_settled, "核减为零", TO_COME if case.state in ENDED_ELSEWHERE else DONE)
    if not balance.outstanding:
        return CaseStage("清偿", extent.last_settled, "", DONE)
    share = balance.share_resolved
    return CaseStage("清偿", None, f"已解决 {share}%" if share else "未清偿", NOW if share else TO_COME)


def _closed(case: Case) -> CaseStage:
    if case.state == State.CLOSED:
        return CaseStage("办结", case.closed_on, "", DONE)
    waits = case.state == State.SETTLED
    return CaseStage("办结", None, "待审批" if waits else "未办结", NOW if waits else TO_COME)
