"""Meeting a duty where it is shown: that somebody was told. The record keeps the day, whom, how, and a paper where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.acts import CALL_BACKS, OVER, Told, is_able, write_act
from arrears.cases.evidence import sha256_of, store_evidence
from arrears.cases.models import Act, ActKind, Case, Evidence, Means, Outcome
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Agency, AgencyKind, Union, User
from unions.people.rights import Right


@dataclass(frozen=True)
class Telling:
    """The act by which somebody is told, and its button. `agency`: the kind of department it is; else `whom`, in words."""

    act: ActKind
    whom: str
    button: str
    agency: AgencyKind | None = None


# Dated fact that meets a duty → the act that makes it.
TELLINGS: dict[str, Telling] = {
    "told_hr_on": Telling(ActKind.INFORM_HR, "同级人社部门", "登记已通报", AgencyKind.HR),
    "told_government_on": Telling(ActKind.GOVERNMENT, "本级政府", "登记已报告"),
    "told_worker_on": Telling(ActKind.FEEDBACK_WORKER, "职工", "登记已反馈"),
    "told_hotline_on": Telling(ActKind.FEEDBACK_HOTLINE, "12351 热线", "登记已反馈"),
}


def telling_of(row: Obligation, books: RulebooksByUnit) -> Telling | None:
    """By which act an open duty of a case is met, or None."""
    if row.case_id is None or not row.is_open or row.sense != "due":
        return None
    found = books.entry(row.rulebook, row.rule, day_of(row.started_at))
    return next((TELLINGS[name] for name in found[0].met_by if name in TELLINGS), None) if found else None


def open_tellings(case: Case) -> Iterator[ActKind]:
    """Acts that open duties of the case wait for: they are recorded there."""
    rows, books = list(Obligation.objects.open().filter(case=case, due_at=None)), RulebooksByUnit()
    yield from (found.act for row in rows if (found := telling_of(row, books)))


def recorded_elsewhere(case: Case) -> set[ActKind]:
    """Acts not recorded among the others: those a duty of the case waits for, and those the handling unit cannot do. What may be
    tried in vain is recorded here too.
    """
    unit = case.handling_union.in_charge()
    waited_for = {kind for kind in open_tellings(case) if kind not in CALL_BACKS}
    return waited_for | {kind for kind in ActKind if not is_able(kind, unit)}


def departments(row: Obligation, telling: Telling) -> QuerySet[Agency]:
    """The departments of the kind at hand of the holder, those of its own level and place first."""
    unit = row.holder.in_charge()
    rows = Agency.objects.at_hand(unit)
    return rows.filter(kind=telling.agency, union=unit) if telling.agency else rows.none()


def whom(row: Obligation, telling: Telling) -> str:
    """Who is told unless somebody else is named: the department kept at the holder."""
    found = departments(row, telling).first()
    return found.name if found else telling.whom


def may_meet(row: Obligation, user: User) -> bool:
    """An officer of the unit that owes it, or whoever files for it while the case is its own."""
    case = row.case
    if case is None or case.state in OVER:
        return False
    unit: Union = row.holder.in_charge()
    its_own = case.union_id == case.handling_union_id == row.holder_id
    return user.may(Right.HANDLE, unit) or (its_own and user.may(Right.FILE, unit))


def check_may(row: Obligation, user: User) -> None:
    """Raises Forbidden."""
    if not may_meet(row, user):
        raise Forbidden(f"“{row.title}”由“{row.holder.in_charge()}”的经办人登记，您不能在此登记。")


@transaction.atomic
def meet(
    row: Obligation,
    on: date,
    told: str,
    means: Means,
    detail: str,
    paper: UploadedFile[bytes] | None,
    by: User,
    at: datetime,
) -> Act:
    """Record that the duty was done. Raises Forbidden, Refused, Stale."""
    assert row.case is not None
    case = ledger.lock(row.case)
    row = Obligation.objects.select_related("holder__parent", "case").get(pk=row.pk)
    check_may(row, by)
    if not row.is_open:
        raise Stale(f"“{row.title}”已经办理或解除，无需重复登记。")
    telling = telling_of(row, RulebooksByUnit())
    if telling is None:
        raise Refused(f"“{row.title}”不是登记一次告知就能完成的事项，请到案件页办理。")
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    kept = _kept(case, paper, row.title, by, at) if paper else None
    said = Told(told.strip() or telling.whom, means, kept)
    return write_act(case, telling.act, on, detail, Outcome.DONE, row.holder.in_charge(), by, at, told=said)


def _kept(case: Case, paper: UploadedFile[bytes], note: str, by: User, at: datetime) -> Evidence:
    """The paper among the evidence of the case; one that is there already is that one."""
    known = case.evidence.filter(sha256=sha256_of(paper)).first()
    return known or store_evidence(case, paper, note, by, at)
