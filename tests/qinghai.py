"""A second cast: the Qinghai week. Five prefectures and the province, each with somebody who prepares and somebody who approves.

青海省总工会 630000            省统计 statistician, 省审批 approver, 省经办 officer
├─ 西宁市总工会 630100          statistician n0, approver a0, officer o0     on time
├─ 海东市总工会 630200          n1, a1, o1                                    says zero
├─ 海北州总工会 632200          n2, a2, o2                                    silent
├─ 黄南州总工会 632300          n3, a3, o3                                    silent, but with a case
└─ 海南州总工会 632500          n4, a4, o4                                    late
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from arrears.cases import filing, workflow
from arrears.cases.models import Case, Channel
from reporting.returns import actions as life
from reporting.returns import opening
from reporting.returns.models import Return, ReturnVersion
from tests.cast import FOUNDED, PASSWORD, World, an_employer, moment
from unions.models import Appointment, UnionKind, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

BOOK = "qinghai-2022-41"
PLACES = {
    "630100": "西宁市总工会",
    "630200": "海东市总工会",
    "632200": "海北州总工会",
    "632300": "黄南州总工会",
    "632500": "海南州总工会",
}
CODES = list(PLACES)
FOUNDING = moment("2022-09-01 09:00")


def build() -> World:
    world = World()
    home = tree.found("630000", "青海省总工会", UnionKind.PROVINCE, None, FOUNDED, None, FOUNDING, region_code="630000")
    world.unions["630000"] = home
    _appoint(world, "630000", "shengji", "省统计", RoleName.STATISTICIAN)
    _appoint(world, "630000", "shengshen", "省审批", RoleName.APPROVER)
    _appoint(world, "630000", "shengban", "省经办", RoleName.OFFICER)
    for nth, (code, name) in enumerate(PLACES.items()):
        world.unions[code] = tree.found(code, name, UnionKind.CITY, home, FOUNDED, None, FOUNDING, region_code=code)
        _appoint(world, code, f"n{nth}", f"{name[:2]}统计", RoleName.STATISTICIAN)
        _appoint(world, code, f"a{nth}", f"{name[:2]}审批", RoleName.APPROVER)
        _appoint(world, code, f"o{nth}", f"{name[:2]}经办", RoleName.OFFICER)
    return world


def open_returns() -> None:
    """Every return from the first week to the end of March 2023."""
    opening.open_between(date(2022, 9, 30), date(2023, 3, 31), moment("2022-10-09 08:00"))


def _appoint(world: World, code: str, username: str, name: str, role: RoleName) -> None:
    user = User.objects.create_user(username, PASSWORD, name=name)
    Appointment.objects.create(user=user, union=world.unions[code], role=role, since=FOUNDED)
    sync_rights(user, timezone.localdate())
    world.people[username] = user


def a_case(world: World, code: str, accepted: date, at: datetime, **facts: Any) -> Case:
    """An open case on the books of the prefecture itself: 12 workers, 120,000 yuan unless said otherwise."""
    nth = CODES.index(code)
    given = {
        "accepted_on": accepted,
        "industry": "E",
        "on_project": True,
        "nature": "other",
        "stated_workers": 12,
        "stated_migrants": 10,
        "stated_amount": Decimal("120000.00"),
        "channel": Channel.REPORT,
    } | facts
    employer = an_employer(f"{PLACES[code][:2]}第{Case.objects.count()}建设公司", region=code)
    officer = world.user(f"o{nth}")
    draft = filing.open_draft(world.unions[code], employer, given, officer, at)
    return workflow.move(draft, "file", officer, at, seen=draft.version)


def the_return(code: str, period: str, rule: str = "weekly") -> Return:
    return Return.objects.select_related("union", "receiver", "current").get(
        rulebook=BOOK, rule=rule, period=period, union__code=code
    )


def fresh(report: Return) -> Return:
    return Return.objects.select_related("union", "receiver", "current").get(pk=report.pk)


def signed(world: World, report: Return, at: datetime, name: str = "sign") -> Return:
    nth = CODES.index(report.union.code)
    said = "已与台账核对，情况属实。"  # whatever is to be explained
    return life.move(fresh(report), name, world.user(f"n{nth}"), at, seen=fresh(report).version, reason=said)


def approved(world: World, report: Return, at: datetime) -> Return:
    nth, report = CODES.index(report.union.code), fresh(report)
    shown = ReturnVersion.objects.get(report=report, approved_at=None).hash
    return life.move(report, "approve", world.user(f"a{nth}"), at, seen=report.version, seal=shown)


def sent(world: World, report: Return, at: datetime, name: str = "sign") -> Return:
    return approved(world, signed(world, report, at, name), at)
