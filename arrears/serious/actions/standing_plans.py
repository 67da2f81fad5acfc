"""Standing emergency plans of a unit (应急预案, QD-6.5): their versions, and the days on which they were drilled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from arrears.cases.models import Case
from arrears.cases.names import name_key
from arrears.cases.route import line_above
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.serious.models import PlanDrill, StandingPlan
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Union, User, under
from unions.people.rights import Right
from unions.tree.actions import lock_open_unit

PLAN = "standing-plan"  # what a notice calls it (vocabulary.REQUIREMENTS)


@transaction.atomic
def put_in_force(union: Union, title: str, since: date, text: str, by: User, at: datetime) -> StandingPlan:
    """A plan of `union`, or the next version of the one with this title; the version before ends the day before."""
    union = lock_open_unit(union, by, Right.FILE, "登记应急预案")
    before = union.standing_plans.filter(key=name_key(title)).order_by("-version").first()
    if before is not None and since <= before.since:
        raise Refused.for_field("since", f"第 {before.version} 版自 {before.since} 起施行，新版须晚于这一天。")
    row = StandingPlan.objects.create(
        union=union,
        path=union.path,
        title=title.strip(),
        key=name_key(title),
        version=before.version + 1 if before else 1,
        since=since,
        text=text.strip(),
        by=by,
        at=at,
    )
    if before is not None:
        StandingPlan.objects.filter(pk=before.pk).update(until=since - timedelta(days=1))
    audit.record(row.stream, "standing-plan.enter", by, at, union=union, name=row.title, version=row.version, on=since)
    return row


@transaction.atomic
def drill(row: StandingPlan, on: date, people: int, summary: str, by: User, at: datetime) -> PlanDrill:
    """A day on which the plan was drilled: how many took part, and what was found."""
    lock_open_unit(row.union, by, Right.FILE, "登记演练")
    if on > day_of(at):
        raise Refused.for_field("on", "演练日期不能晚于今天。")
    if on < row.since or (row.until and on > row.until):
        raise Refused.for_field("on", f"演练日期不在第 {row.version} 版的施行期间。")
    done = PlanDrill.objects.create(plan=row, on=on, people=people, summary=summary.strip(), by=by, at=at)
    audit.record(row.stream, "standing-plan.drill", by, at, union=row.union, name=row.title, on=on)
    return done


def plans_for(case: Case, on: date) -> list[StandingPlan]:
    """Plans in force on a day at the units of the case and above, the nearest first: one of them is followed in an incident."""
    units = {case.handling_union.pk, case.union.pk, *(unit.pk for unit in line_above(case, case.union))}
    rows = StandingPlan.objects.in_force(on).filter(union__in=units).select_related("union")
    return sorted(rows, key=lambda row: (-row.union.depth, row.pk))


def units_without(user: User, on: date) -> list[Union]:
    """Unions in the reader's reach that a notice in force wants to have a plan, and that have none in force."""
    have = StandingPlan.objects.in_force(on).values("union")
    asked = [path for path, book in RulebooksByUnit().paths() if book.in_force(on) and book.asks(PLAN)]
    units = Union.objects.visible_to(user).filter(under(asked), valid_until=None, kind__in=StandingPlan.EXPECTED)
    return list(units.exclude(pk__in=have).order_by("depth", "code"))
