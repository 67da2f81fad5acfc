"""Heavy matters of 海风建设 for tests and the role table."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from arrears.cases.models import Case
from arrears.serious.actions import emergencies, opinions, oversights, receptions
from arrears.serious.models import Emergency, Opinion, Oversight, OversightKind, Reception, UnitCall
from tests.cast import AT, World, a_case, an_employer


def an_emergency(world: World, case: Case | None = None, by: str = "he", at: datetime = AT) -> Emergency:
    case = case or a_case(world, mass=True)
    began = at - timedelta(hours=1)
    return emergencies.begin(case, began, "项目部门口", 30, "劝导、清场、请代表座谈", world.user(by), at)


def an_oversight(
    world: World, case: Case, kind: OversightKind = OversightKind.LISTED, due_on: date = date(2026, 12, 10)
) -> Oversight:
    """Asked for at the district by sun."""
    district = world.unions["370202"]
    return oversights.ask(case, district, kind, "周主席", "年底前全部清偿", due_on, world.user("sun"), AT)


def in_force(world: World, case: Case, kind: OversightKind = OversightKind.LISTED, **facts: Any) -> Oversight:
    row = an_oversight(world, case, kind, **facts)
    return oversights.approve(row, by=world.user("zhou"), at=AT, seal=oversights.SETTING.seal(row, AT))


def an_opinion(
    world: World, by: str = "he", code: str = "370202E0001", title: str = "讨薪视频", seen_at: datetime | None = None
) -> Opinion:
    seen_at = seen_at or AT - timedelta(minutes=30)
    return opinions.record(world.unions[code], title, "short_video", "某账号", True, seen_at, world.user(by), AT)


def a_reception(
    world: World, by: str = "sun", code: str = "370202", on: date = date(2026, 11, 19), place: str = "职工服务中心"
) -> Reception:
    facts = {"season": "spring", "place": place, "leader": "周主席", "visitors": 6}
    return receptions.open_session(world.unions[code], on, facts, world.user(by), AT)


def a_call(world: World) -> UnitCall:
    """市南区 has called 海风建设工会 to account."""
    return UnitCall.objects.create(
        kind="interview",
        setter=world.unions["370202"],
        unit=world.unions["370202E0001"],
        ground="slow",
        detail="进展缓慢",
        on=AT.date(),
        persons="工会主席",
        demands="限期清零",
        due_on=AT.date(),
        by=world.user("sun"),
        at=AT,
    )


def heavy(world: World) -> dict[str, Any]:
    """Things of the role table: all of 海风建设 370202E0001; the oversight is set by the district and in force."""
    case = a_case(world, mass=True, employer=an_employer("海风重大", "370202"))
    return {
        "heavy-case": case.pk,
        "emergency": an_emergency(world, case).pk,
        "oversight": in_force(world, case).pk,
        "opinion": an_opinion(world).pk,
        "unit-call": a_call(world).pk,
        "reception": a_reception(world, "he", "370202E0001").pk,
    }
