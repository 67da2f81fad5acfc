"""The demo world: all five places of the notices, with invented employers, people and cases.

`load(now)` writes it whole or not at all; every case goes through the doors that people use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.signals import idle
from arrears.cases.terms import follow_case, keep_cases
from arrears.law.obligations.attachments import attach_as_delivered
from arrears.safety_nets.actions.drawings import remind_of_drawing
from reporting.demo import firms, places, seasons
from reporting.demo.around import stand
from reporting.demo.departments import beside
from reporting.demo.letters import correspond
from reporting.demo.life import Life
from reporting.demo.people import ACCOUNTS, PASSWORD, PRINTED, DemoStaff, employ
from reporting.demo.prevention import classed_at_the_end, prevent_all
from reporting.demo.reports import report_all
from reporting.demo.rounds import plan_all
from reporting.demo.sanctioned import sanction_all
from reporting.demo.seasons import DemoStage
from reporting.demo.visits import visit
from reporting.demo.warned import warn_all
from reporting.returns.zero_reports import recheck_on_change
from unions.common.refusals import Refused
from unions.models import Union, User

__all__ = ["ACCOUNTS", "PASSWORD", "Loaded", "is_loaded", "load"]

SEED = 20221008


@dataclass(frozen=True)
class Loaded:
    """How much was written."""

    unions: int
    people: int
    cases: int
    inspections: int
    returns: int


def is_loaded() -> bool:
    return User.objects.filter(username=PRINTED[0][0]).exists()


def load(now: datetime) -> Loaded:
    """Write the demo world as it stands at `now` (an aware moment in Shanghai). Refused where other unions exist."""
    if Union.objects.exists():
        raise Refused("数据库中已有工会组织，演示数据只能载入空的数据库。")
    now = timezone.localtime(now)
    chance = Random(SEED)  # the same world every time
    with transaction.atomic(), classed_at_the_end(now):
        stage = _set_stage(chance, now)
        attach_as_delivered(_long_ago(now))
        staff = employ(stage.units, chance, _long_ago(now), now.date())
        with _obligations_derived_at_the_end(now):
            cases = _live_all(stage, staff, chance, now)
            correspond(staff, now)
        visits = _visit_all(stage, staff, chance, now)
        returns = report_all(staff, chance, now)
        warn_all(stage, staff, Random(SEED), now)
        plan_all(staff, now)
        sanction_all(staff, now)
        prevent_all(staff, Random(SEED), now)
        beside(stage.units, staff, _long_ago(now), now)
        stand(stage.units, staff, now)
    return Loaded(len(stage.units), len({user.pk for user in staff.rows.values()}), cases, visits, returns)


@contextmanager
def _obligations_derived_at_the_end(now: datetime) -> Iterator[None]:
    """The projection gives the same rows whether it follows every step or is made once: once is half the work."""
    # No return is open yet, and nobody is told today of what was decided years ago.
    with idle(follow_case, recheck_on_change, remind_of_drawing):
        yield
    keep_cases(Case.objects.filed().values_list("pk", flat=True), now)


def _set_stage(chance: Random, now: datetime) -> DemoStage:
    book = firms.FirmBook(chance)
    names = {place.code: place.name for place in places.territory()}
    # A firm carries the name of its city, or of the county itself where no city is above it.
    place_of = {county: firms.short_name(names.get(f"{county[:4]}00", names[county])) for county in places.BUSY}
    of_union = {}
    for code, county, _ in places.enterprise_seats():
        first = {"industry": "E", "name": places.FIRST_FIRM} if code == places.FIRST_ENTERPRISE else {}
        of_union[code] = book.make(county, place_of[county], with_union=True, **first)
    union_names = {code: f"{firm.facts.name}工会" for code, firm in of_union.items()}
    units = places.found_all(union_names, _long_ago(now))
    return seasons.stage(units, of_union, book, place_of)


def _long_ago(now: datetime) -> datetime:
    return datetime(2022, 1, 4, 9, 0, tzinfo=now.tzinfo)


def _live_all(stage: DemoStage, staff: DemoStaff, chance: Random, now: datetime) -> int:
    plans = stage.plans(now.date(), chance)
    for plan in plans:
        life = Life(staff, plan.union, seasons.moment(plan.accepted, chance), now, chance)
        given, project = seasons.facts(plan, chance)
        life.draft(plan.firm.facts, project, given)
        plan.plot(life)
    return len(plans)


def _visit_all(stage: DemoStage, staff: DemoStaff, chance: Random, now: datetime) -> int:
    return sum(
        visit(stage, season, staff, chance)
        for season in sorted(seasons.seasons(now.date()), key=lambda season: season.first)
    )
