"""The record of an emergency (QD-6.5): opened with its plan, written by every level, ended with its outcome."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.cases import acts, ledger
from arrears.cases.models import UNFINISHED, ActKind, Case, Outcome, State
from arrears.cases.requirements import required_of
from arrears.cases.route import line_above
from arrears.cases.signals import case_changed
from arrears.serious.actions import standing_plans
from arrears.serious.models import LEVEL_OF, Arrival, Emergency, EmergencyNote, NoteKind, StandingPlan
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale, check_not_in_future
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

DEMANDS = "emergency-demands"  # what a notice calls for (vocabulary.REQUIREMENTS)


def units_recording(case: Case, user: User) -> list[Union]:
    """Units of the case and above for which `user` may write into the record; where she handles cases first."""
    units = {unit.pk: unit for unit in [case.handling_union, case.union, *line_above(case, case.union)]}
    own = [unit for unit in units.values() if user.may(Right.HANDLE, unit)]
    return own + [unit for unit in units.values() if unit not in own and user.may(Right.FILE, unit)]


@transaction.atomic
def begin(
    case: Case,
    incident_at: datetime,
    place: str,
    people: int,
    plan: str,
    by: User,
    at: datetime,
    *,
    follows: StandingPlan | None = None,
) -> Emergency:
    """Open the record of an incident. `follows`: the standing plan of a unit of the case that is followed.

    Refused: the case is neither extreme nor mass, or is finished. Stale: a record is open already.
    """
    case = ledger.lock(case)
    if not units_recording(case, by):
        raise Forbidden("您不能为本案建立应急处置记录，请由承办单位或上级工会的填报员、经办人办理。")
    if not case.is_immediate:
        raise Refused("应急处置只用于极端讨薪或群体性事件；请先在案件中勾选事件性质。")
    if case.state not in UNFINISHED:
        raise Refused(f"案件{State(case.state).label}，不能建立应急处置记录。")
    check_not_in_future(incident_at, at, "incident_at", "事发时间")
    if case.emergencies.filter(ended_at=None).exists():
        raise Stale("本案已有正在进行的应急处置，请打开后补记。")
    if follows is not None and follows.pk not in {
        one.pk for one in standing_plans.plans_for(case, day_of(incident_at))
    }:
        raise Refused.for_field("standing_plan", f"{follows}事发当日不在施行，或不是本案所在单位及其上级的预案。")
    if not plan.strip() and follows is None:
        raise Refused.for_field("plan", "请选择所依的应急预案，或写明处置预案。")
    row = Emergency.objects.create(
        case=case,
        incident_at=incident_at,
        place=place,
        people=people,
        standing_plan=follows,
        plan=plan.strip() or f"按{follows}处置。",
        opened_by=by,
        opened_at=at,
    )
    _record(row, "emergency.begin", by, at, incident_at=incident_at)
    return row


@transaction.atomic
def arrive(row: Emergency, union: Union, people: str, arrived_at: datetime, by: User, at: datetime) -> Arrival:
    """Record that a level arrived on the spot; the act 到场处置 ends the term of QD-6.5."""
    row = _locked(row)
    if not (by.may(Right.FILE, union) or by.may(Right.HANDLE, union)):
        raise Forbidden(f"您不能代“{union}”登记到场，请由该单位登记。")
    level = LEVEL_OF.get(union.kind)
    if level is None:
        raise Refused("到场按企业、乡镇（街道）、区市三级登记。", {"union": "请填写这三级工会中的一个。"})
    check_not_in_future(arrived_at, at, "arrived_at", "到场时间")
    if arrived_at < row.incident_at:
        raise Refused("到场时间早于事发时间。", {"arrived_at": "到场时间不能早于事发时间。"})
    try:
        with transaction.atomic():
            arrival = Arrival.objects.create(
                emergency=row, level=level, union=union, people=people, arrived_at=arrived_at, by=by, at=at
            )
    except IntegrityError:
        raise Stale(f"“{union}”的到场时间已经登记；需要更正的，请在现场记录中说明。") from None
    detail = f"{people}到场"
    acts.write_act(row.case, ActKind.ON_SITE, day_of(arrived_at), detail, Outcome.DONE, union, by, at)
    return arrival


@transaction.atomic
def add_note(row: Emergency, union: Union, kind: NoteKind, text: str, by: User, at: datetime) -> EmergencyNote:
    """Add a line to the log. Lines are never changed."""
    row = _locked(row)
    if union.pk not in {unit.pk for unit in units_recording(row.case, by)}:
        raise Forbidden(f"您不能以“{union}”的名义记录。")
    return EmergencyNote.objects.create(emergency=row, kind=kind, text=text, union=union, by=by, at=at)


@transaction.atomic
def end(row: Emergency, outcome: str, by: User, at: datetime) -> Emergency:
    """End the record. Refused: no outcome, or no demand of the workers was noted."""
    row = _locked(row)
    if not acts.may_act(row.case, by):
        raise Forbidden(f"本案由“{row.case.handling_union}”承办，应急处置由该单位办结。")
    if not outcome.strip():
        raise Refused.for_field("outcome", "请写明处置结果。")
    if not row.notes.filter(kind=NoteKind.DEMAND).exists():
        asked = required_of(row.case, DEMANDS, on=day_of(at)).get(DEMANDS)
        if asked is not None:
            raise Refused(f"尚未登记职工的诉求，请先在现场记录中登记“职工诉求”（{asked.cited}）。")
    Emergency.objects.filter(pk=row.pk).update(outcome=outcome.strip(), ended_by=by, ended_at=at)
    row.refresh_from_db()
    _record(row, "emergency.end", by, at, outcome=outcome.strip())
    return row


def _locked(row: Emergency) -> Emergency:
    """The record read anew, its case locked. Stale once it has ended."""
    ledger.lock(row.case)
    found = Emergency.objects.select_related("case__union", "case__handling_union").get(pk=row.pk)
    if found.ended_at is not None:
        raise Stale("这次应急处置已经办结，不能再记。")
    return found


def _record(row: Emergency, verb: str, by: User, at: datetime, **facts: object) -> None:
    Case.objects.filter(pk=row.case_id).update(version=F("version") + 1, changed_at=at)
    audit.record(row.case.stream, verb, by, at, union=row.case.handling_union, emergency=row.pk, **facts)
    row.case.refresh_from_db()
    case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
