"""The working calendar of this installation: the province's table over the libraries, its keeping, and its alarm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from arrears.law.models import Holiday, HolidayKind
from arrears.law.rules.decree import DecreeError, missing_festivals, read_decree
from arrears.law.rules.holiday_sources import Decreed
from arrears.law.rules.workdays import Calendar
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, UnionKind, User
from unions.people.rights import Right

STREAM = "calendar"
ALARM_MONTH = 11  # the State Council publishes next year's days in October or November


@dataclass(frozen=True)
class CalendarChange:
    """What entering days changed. `missing`: festivals the notice did not name, so its year stays provisional."""

    entered: int
    withdrawn: int
    unchanged: int
    missing: list[str]
    version: str


def calendar_at(at: datetime | None = None) -> Calendar:
    """The calendar as its table stood at `at` (None: as it stands). One query; keep it for the length of the job."""
    rows = Holiday.objects.standing(at).values_list("day", "kind", "name")
    return Calendar(tuple(Decreed(day, kind == HolidayKind.OFF, name) for day, kind, name in rows))


def calendar_before_setup() -> Calendar:
    """The same for commands that must answer before the tables were made."""
    if Holiday._meta.db_table not in connection.introspection.table_names():
        return Calendar()
    return calendar_at()


def calendar_alarm(today: date, calendar: Calendar) -> str | None:
    """What to tell the province when days cannot be counted for sure: this year's, or from 1 November next year's."""
    wanted = [today.year, *([today.year + 1] if today.month >= ALARM_MONTH else [])]
    unknown = [year for year in wanted if not calendar.settled(year)]
    if not unknown:
        return None
    years = "、".join(f"{year}年" for year in unknown)
    return f"{years}的放假安排尚未录入，涉及的期限都是暂定的。请在国务院办公厅通知公布后粘贴全文导入。"


@transaction.atomic
def import_notice(text: str, office: Union, by: User, at: datetime, year: int | None = None) -> CalendarChange:
    """Enter a pasted 放假安排 notice. Raises Refused with the place in the text, Forbidden."""
    try:
        decree = read_decree(text, year)
    except DecreeError as error:
        raise Refused(str(error), {"text": str(error)}) from error
    notice = decree.number or f"{decree.year}年部分节假日安排"
    return enter(decree.days, notice, office, by, at, missing_festivals(decree))


@transaction.atomic
def enter(
    days: Iterable[Decreed], notice: str, office: Union, by: User, at: datetime, missing: Iterable[str] = ()
) -> CalendarChange:
    """Enter decreed days; a different row of the same day is withdrawn, an equal one left alone. Raises Forbidden."""
    _check_keeper(office, by)
    wanted = {row.day: row for row in days}
    _lock()
    standing = {row.day: row for row in Holiday.objects.standing().filter(day__in=wanted)}
    changed = [row for day, row in wanted.items() if not (day in standing and _same(standing[day], row))]
    replaced = [standing[row.day] for row in changed if row.day in standing]
    _withdraw(replaced, by, at)
    Holiday.objects.bulk_create(_row(row, notice, by, at) for row in changed)
    version = calendar_at().version
    if changed:
        told = [f"{row.day} {_kind(row).label} {row.name}" for row in changed]
        audit.record(STREAM, "enter_days", by, at, office, notice=notice, days=told, version=version)
    return CalendarChange(len(changed), len(replaced), len(wanted) - len(changed), list(missing), version)


@transaction.atomic
def withdraw(days: Iterable[date], reason: str, office: Union, by: User, at: datetime) -> int:
    """Take days back; the libraries speak again for them. The number withdrawn. Raises Refused, Forbidden."""
    _check_keeper(office, by)
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤销的理由。")
    _lock()
    rows = list(Holiday.objects.standing().filter(day__in=list(days)))
    if not rows:
        raise Refused("所选日期没有登记，可能已被他人撤销，请刷新后再看。")
    _withdraw(rows, by, at)
    version = calendar_at().version
    told = [row.day for row in rows]
    audit.record(STREAM, "withdraw_days", by, at, office, days=told, reason=reason.strip(), version=version)
    return len(rows)


def _check_keeper(office: Union, by: User) -> None:
    if office.kind != UnionKind.PROVINCE or not by.may(Right.SUBMIT, office):
        raise Forbidden("节假日表由省总工会的统计员维护，您没有这项权限。")


def _lock() -> None:
    """One keeper at a time: two who paste the same notice must not both enter it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [STREAM])


def _withdraw(rows: Iterable[Holiday], by: User, at: datetime) -> None:
    Holiday.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_by=by, withdrawn_at=at)


def _same(row: Holiday, decreed: Decreed) -> bool:
    return (row.kind == HolidayKind.OFF) == decreed.off and row.name == decreed.name


def _kind(decreed: Decreed) -> HolidayKind:
    return HolidayKind.OFF if decreed.off else HolidayKind.WORK


def _row(decreed: Decreed, notice: str, by: User, at: datetime) -> Holiday:
    return Holiday(day=decreed.day, kind=_kind(decreed), name=decreed.name, notice=notice, entered_by=by, entered_at=at)
