"""Returns of the campaigns and the last periods: mostly sent in time, some late, some zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from reporting.demo.people import DemoStaff
from reporting.returns import actions as life
from reporting.returns import opening, zero_reports
from reporting.returns.models import Return, ReturnVersion
from unions.people.rights import RoleName as R

# Rulebook, its entries, and the span of due days that is opened.
CAMPAIGNS: list[tuple[str, tuple[str, ...], date, date]] = [
    ("qinghai-2022-41", ("weekly", "annex-1", "annex-2"), date(2022, 10, 1), date(2023, 2, 28)),
    ("shandong-2023-18", ("progress", "final", "monthly-bulletin"), date(2023, 12, 1), date(2024, 2, 29)),
    ("qingpu-2023-1", ("quarterly-publication",), date(2023, 3, 1), date(2024, 1, 31)),
]
JUDGED = "qingdao-2021"  # reports are counted in the evaluation of the year
LAST_PERIODS = timedelta(days=75)
LATELY = timedelta(days=30)  # what has not come, or was not received, is not older
EXPLAINED = "已逐项与台账核对，数字属实；报送稍迟的，因等候下级单位核实。"
LATE, SILENT = 0.06, 0.06  # shares of the returns


def send_returns(staff: DemoStaff, chance: Random, now: datetime) -> int:
    """Open and send the returns of the demo world; how many there are."""
    # The clock begins here: begun after the campaigns, it would open every month since, and the first start would take minutes.
    opening.open_due(now - LAST_PERIODS)
    for book, rules, first, last in CAMPAIGNS:
        opening.open_between(first, last, _moment(last, now), book, rules)
    opening.open_between(date(now.year, 1, 1), now.date(), now, JUDGED)
    opening.open_due(now)
    for report in _due_before(now):
        _send(report, staff, chance, now)
    zero_reports.imply_zeros(now)
    return Return.objects.count()


def _due_before(now: datetime) -> Iterator[Return]:
    """Whatever the units below sent comes before what is compiled from it."""
    rows = Return.objects.filter(due_at__lt=now + timedelta(days=3)).select_related("union", "receiver")
    yield from rows.order_by("due_at", "compiles", "union__code")


def _send(report: Return, staff: DemoStaff, chance: Random, now: datetime) -> None:
    """Sign, approve, receive, as people do: mostly on the last day or the one before."""
    seats = {(report.union_id, R.STATISTICIAN), (report.union_id, R.APPROVER)}
    # What is missing is missing for some weeks: nobody leaves a return of a period long over unsent.
    lately = report.due_at > now - LATELY
    silent = chance.random() < SILENT and lately
    if silent or not seats <= staff.rows.keys():
        return
    hours = chance.choice([-30, -26, -7, -5, -3, -2])
    at = report.due_at + timedelta(hours=chance.choice([20, 44]) if chance.random() < LATE else hours)
    if at >= now:
        return
    name = "sign" if report.compiles or zero_reports.cases_against(report).exists() else "sign_zero"
    report = life.move(
        report, name, staff.of(report.union_id, R.STATISTICIAN), at, seen=report.version, reason=EXPLAINED
    )
    shown = ReturnVersion.objects.get(report=report, approved_at=None).hash
    later = at + timedelta(minutes=chance.randrange(10, 90))
    report = life.move(report, "approve", staff.of(report.union_id, R.APPROVER), later, seen=report.version, seal=shown)
    above = staff.rows.get((report.receiver_id or 0, R.STATISTICIAN))
    answered = later + timedelta(hours=chance.randrange(1, 20))
    if above and answered < now and (chance.random() > 0.05 or not lately):
        life.move(report, "receive", above, answered, seen=report.version)


def _moment(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=now.tzinfo)
