"""Who works on a case: giving it to an officer, and asking her after it; for one case and for many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from arrears.cases import ledger
from arrears.cases.models import UNFINISHED, Case, State
from arrears.cases.signals import case_changed
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import Staff
from unions.common.clock import day_of
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Refused
from unions.duties import SHOWN, Duty, LeftOpen, named, stands_for
from unions.log import audit
from unions.models import Appointment, Union, UnionUserObjectPermission, User
from unions.people.rights import Right, RoleName, roles_with

# Whoever leads the unit or works there may say who does what; whoever received it from below may ask after it.
GIVES = (Right.APPROVE, Right.HANDLE)
ASKS = (Right.APPROVE, Right.HANDLE, Right.RECEIVE)
WORKED_ON = (State.CLUE, State.OPEN, State.LEGAL)


@transaction.atomic
def assign(case: Case, officer: User, reason: str, by: User, at: datetime) -> Case:
    """`officer` works on the case from now on. She serves at the unit that handles it; the log says why it changed."""
    case = ledger.lock(case)
    unit = case.handling_union.in_charge()
    if not may_give(by, unit):
        raise Forbidden(f"本案由“{unit}”承办，经办人由该单位的审批人或经办人指定。")
    _check_unfinished(case)
    _check_reason(reason)
    if case.officer_id == officer.pk:
        raise Refused(f"本案已由{officer.name}经办，无需再分派。")
    if not officer.may(Right.HANDLE, unit):
        raise Refused(f"{officer.name}不是“{unit}”的经办人，不能接办本案。")
    before = case.officer_id
    Case.objects.filter(pk=case.pk).update(officer=officer, version=F("version") + 1, changed_at=at)
    case.refresh_from_db()
    told = f"{officer.name}接办。{reason.strip()}"
    audit.record(case.stream, "assign", by, at, union=unit, officer=officer.pk, before=before, reason=told)
    case_changed.send(Case, case=case, verb="assign", by=by, at=at)
    return case


@transaction.atomic
def urge(case: Case, reason: str, by: User, at: datetime) -> Case:
    """催办: the officer is told to hurry; the log keeps who asked. The case itself is as it was."""
    case = ledger.lock(case)
    unit = case.handling_union.in_charge()
    if not may_ask(by, unit):
        raise Forbidden(f"本案由“{unit}”承办，只有该单位及其上级的经办人、审批人可以催办。")
    _check_unfinished(case)
    _check_reason(reason)
    audit.record(case.stream, "urge", by, at, union=unit, reason=reason.strip())
    _remind_officer(case, at)
    return case


def _remind_officer(case: Case, at: datetime) -> None:
    """Remind the officer, or all who act at the unit that handles it. Numbers only: a reminder may be sent by mail or telephone."""
    unit = case.handling_union_id
    people = Staff(day_of(at), {unit}).acting(unit, case.officer_id)
    title = f"催办：案件 {case.number}"
    item = {"text": f"{title}，请尽快办理。", "short": title, "url": case.get_absolute_url()}
    key = f"urge-case:{case.pk}:{at:%Y%m%d%H}"
    put((NewReminder(user, ReminderKind.IMMEDIATE, key, title, item["url"], [item]) for user in people), at)


def may_give(user: User, unit: Union) -> bool:
    return any(user.may(right, unit) for right in GIVES)


def may_ask(user: User, unit: Union) -> bool:
    """At the unit itself or at any above it."""
    return any(unit.path.startswith(path) for right in ASKS for path in user.paths(right))


def _check_unfinished(case: Case) -> None:
    if case.state not in UNFINISHED:
        raise Refused(f"案件{State(case.state).label}，无需再办。")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused.for_field("reason", "请写明原因。")


def colleagues(user: User, day: date) -> list[User]:
    """Everyone who handles cases at the units where `user` may give them out, by name."""
    paths = sorted({path for right in GIVES for path in user.paths(right)})
    serving = Appointment.objects.in_force(day).filter(union__path__in=paths, role__in=roles_with(Right.HANDLE))
    return list(User.objects.filter(pk__in=serving.values("user"), is_active=True).order_by(by_name(), "pk"))


# ---- whose turn it is ----------------------------------------------------------------------------------------------


def to_handle(user: User) -> QuerySet[Case]:
    """待我办理: cases of the reader; at units where she handles cases also those nobody there is at work on."""
    mine = Q(officer=user)
    if nodes := user.paths(Right.HANDLE):
        holds = UnionUserObjectPermission.objects.filter(
            user=OuterRef("officer"), content_object=OuterRef("handling_union"), permission__codename=Right.HANDLE.value
        )
        mine |= _at_nodes(nodes) & (Q(officer=None) | ~Q(Exists(holds)))
    return Case.objects.visible_to(user).filter(mine, state__in=WORKED_ON)


def _at_nodes(paths: list[str]) -> Q:
    """Cases handled at one of these units, or at a closed one that one of them took over.

    By id, looked up beforehand: the index on (handling unit, state) finds a handful among 200,000.
    """
    ids = [int(path.rstrip(".").rpartition(".")[2]) for path in paths]
    return Q(handling_union__in=list(chain.from_iterable(stands_for(ids).values())))


# ---- who is left without an officer ---------------------------------------------------------------------------------


def _worked_on(now: datetime) -> QuerySet[Case]:
    return Case.objects.filter(state__in=WORKED_ON).annotate(duty_unit=F("handling_union_id"))


HANDLING = Duty("handle", RoleName.OFFICER, "案件待办理", (Right.HANDLE, Right.FILE), _worked_on)


def in_hand(user: User, union: Union, now: datetime) -> Iterator[LeftOpen]:
    """Yield the unfinished cases of which `user` is the officer at the unit."""
    rows = Case.objects.unfinished().filter(officer=user, handling_union=union)
    label = "本人经办的未办结案件，请先指定接办人"
    yield LeftOpen(
        label, rows.count(), tuple(named(rows.order_by("pk")[:SHOWN])), f"{reverse('cases')}?state=unfinished"
    )
