"""Loads the demo: all five places of the notices, with invented employers, people and cases.

`load(now)` writes it whole or not at all; every case is made by the actions that people use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils import timezone

from arrears.early_warning import standings
from arrears.law.obligations.attachments import attach_as_delivered
from reporting.demo.cases import make_cases
from reporting.demo.confirmations import confirm_payments
from reporting.demo.departments import enter_departments
from reporting.demo.duties import do_what_was_owed
from reporting.demo.early_warning import collect_lists, enter_signals
from reporting.demo.first_district import fill_districts
from reporting.demo.inspections import plan_inspections, record_all_visits
from reporting.demo.people import ACCOUNTS, PASSWORD, PRINTED, employ
from reporting.demo.prevention import classed_at_the_end, log_prevention
from reporting.demo.returns import send_returns
from reporting.demo.sanctions import enter_sanctions
from reporting.demo.seasons import found_stage
from reporting.demo.serious import enter_opinions_and_receptions, watch_and_call
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
        begun = datetime(2022, 1, 4, 9, 0, tzinfo=now.tzinfo)
        stage = found_stage(chance, begun)
        attach_as_delivered(begun)
        staff = employ(stage.units, chance, begun, now.date())
        cases = make_cases(stage, staff, chance, now)
        visits = record_all_visits(stage, staff, chance, now)
        returns = send_returns(staff, chance, now)
        enter_signals(stage, staff, Random(SEED), now)
        collect_lists(stage.units, staff, now)
        plan_inspections(staff, now)
        enter_sanctions(staff, now)
        log_prevention(staff, Random(SEED), now)
        enter_departments(stage.units, staff, begun, now)
        enter_opinions_and_receptions(stage.units, staff, now)
        watch_and_call(stage.units, staff, now)
        fill_districts(stage.units, staff, now)
        confirm_payments(staff, now)
        do_what_was_owed(staff, now)
        standings.rebuild(now)
    return Loaded(len(stage.units), len({user.pk for user in staff.rows.values()}), cases, visits, returns)
