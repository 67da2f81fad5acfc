"""Checks of projects on the provincial wage-payment platform (SD-2.3c), rectified within a term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from arrears.cases.models import UNFINISHED, Case, Project
from arrears.cases.terms import keep_cases
from arrears.inspections.models import PlatformCheck
from arrears.inspections.terms import keep_checks
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

TWICE = "{day} 的这次核查已经登记过，无需重复登记。"


@dataclass(frozen=True)
class PlatformLook:
    """What a check showed. `warnings`, `unhandled`: warnings in all and not handled; `due_on`: term to rectify."""

    on: date
    checker: str
    listed: bool
    listed_since: date | None = None
    warnings: int = 0
    unhandled: int = 0
    note: str = ""
    due_on: date | None = None

    @property
    def is_amiss(self) -> bool:
        return not self.listed or self.unhandled > 0


def look_faults(look: PlatformLook, today: date) -> dict[str, str]:
    """Field → what is wrong with it."""
    found: dict[str, str] = {}
    if look.on > today:
        found["on"] = "核查日期不能晚于今天。"
    if not look.checker.strip():
        found["checker"] = "请填写核查人。"
    if look.listed_since is not None and not look.listed:
        found["listed_since"] = "未纳入平台的，不填纳入日期。"
    elif look.listed_since is not None and look.listed_since > look.on:
        found["listed_since"] = "纳入日期不能晚于核查日期。"
    if look.unhandled > look.warnings:
        found["unhandled"] = "未处置的条数不能多于平台预警的条数。"
    if look.is_amiss and look.due_on is None:
        found["due_on"] = "未纳入平台或有预警未处置的，请填写整改期限。"
    elif not look.is_amiss and look.due_on is not None:
        found["due_on"] = "没有需要整改的，不填整改期限。"
    elif look.due_on is not None and look.due_on < look.on:
        found["due_on"] = "整改期限不能早于核查日期。"
    return found


@transaction.atomic
def record_look(union: Union, project: Project, look: PlatformLook, by: User, at: datetime) -> PlatformCheck:
    """Record one check by `union`. Refused: recorded already."""
    union = tree.lock_open_unit(union, by, Right.INSPECT, "登记平台核查")
    row, _ = _create(union, project, look, by, at)
    return row


@transaction.atomic
def record_looks(
    union: Union, rows: Iterable[tuple[Project, PlatformLook]], by: User, at: datetime
) -> tuple[list[PlatformCheck], int]:
    """Record the checks of a sheet without faults; the new ones, and how many were known."""
    union, made, known = tree.lock_open_unit(union, by, Right.INSPECT, "登记平台核查"), [], 0
    for project, look in rows:
        if _exists(union, project, look):
            known += 1
        else:
            made.append(_create(union, project, look, by, at)[0])
    return made, known


def _exists(union: Union, project: Project, look: PlatformLook) -> bool:
    shown = {name: getattr(look, name) for name in ("on", "listed", "warnings", "unhandled")}
    return PlatformCheck.objects.filter(union=union, project=project, **shown).exists()


def _create(
    union: Union, project: Project, look: PlatformLook, by: User, at: datetime
) -> tuple[PlatformCheck, list[int]]:
    # Locked: of the same check sent twice one is refused; the newest decides the state of the project.
    project = Project.objects.select_for_update().get(pk=project.pk)
    found = look_faults(look, day_of(at))
    if not found and _exists(union, project, look):
        found = {"on": TWICE.format(day=look.on)}
    if found:
        raise Refused("；".join(found.values()), found)
    facts = vars(look) | {"checker": look.checker.strip(), "note": look.note.strip()}
    row = PlatformCheck.objects.create(project=project, union=union, path=union.path, by=by, at=at, **facts)
    audit.record(
        row.stream,
        "platform.look",
        by,
        at,
        union=union,
        project=project.pk,
        on=look.on,
        listed=look.listed,
        unhandled=look.unhandled,
        due_on=look.due_on,
    )
    mended = [] if look.is_amiss else _mend_earlier(row, by, at)
    newest = project.platform_checks.first()
    if newest is not None and project.on_platform != newest.listed:
        project.on_platform = newest.listed
        project.save(update_fields=["on_platform"])
    keep_checks([row.pk, *mended], at)
    of_project = Case.objects.filter(project=project, state__in=UNFINISHED).order_by("pk").select_for_update()
    if held := list(of_project.values_list("pk", flat=True)):  # their duty to look is met
        keep_cases(held, at)
    return row, mended


def _mend_earlier(row: PlatformCheck, by: User, at: datetime) -> list[int]:
    """Close earlier faults of the unit that a later check shows mended; their ids."""
    earlier = PlatformCheck.objects.unmended().filter(project=row.project_id, path__startswith=row.path, on__lte=row.on)
    mended = []
    for one in earlier.select_for_update(of=("self",)).select_related("union"):
        _close(one, row.on, f"{row.on} 复查：已纳入平台，平台预警已处置。", by, at)
        mended.append(one.pk)
    return mended


def may_close_check(row: PlatformCheck, user: User) -> bool:
    return row.due_on is not None and row.closed_on is None and user.may(Right.INSPECT, row.union.in_charge())


@transaction.atomic
def close_check(row: PlatformCheck, on: date, closing: str, by: User, at: datetime) -> PlatformCheck:
    """Close a check whose fault was rectified, with how."""
    row = PlatformCheck.objects.select_for_update(of=("self",)).select_related("union", "project").get(pk=row.pk)
    if row.closed_on is not None or row.due_on is None:
        raise Stale("这一条已经销号，请刷新页面。")
    if not may_close_check(row, by):
        raise Forbidden(f"这次核查由“{row.union}”登记，由该单位销号，您没有这项权限。")
    found: dict[str, str] = {}
    if on > day_of(at) or on < row.on:
        found["closed_on"] = "整改完成日期须在核查日期和今天之间。"
    if not closing.strip():
        found["closing"] = "请写明整改情况。"
    if found:
        raise Refused("；".join(found.values()), found)
    _close(row, on, closing, by, at)
    keep_checks([row.pk], at)
    return row


def _close(row: PlatformCheck, on: date, closing: str, by: User, at: datetime) -> None:
    row.closed_on, row.closing, row.closed_by, row.closed_at = on, closing.strip()[:500], by, at
    row.save(update_fields=["closed_on", "closing", "closed_by", "closed_at"])
    audit.record(row.stream, "platform.mended", by, at, union=row.union, project=row.project_id, on=on)
