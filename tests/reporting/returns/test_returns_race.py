"""Many people at one return at the same moment, on a real PostgreSQL: one wins, one event, everybody else is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from arrears.law.models import Obligation
from arrears.law.obligations.projection import Tools, rebuild_all
from reporting.returns import actions as life
from reporting.returns import editing, opening, recomputing, rescheduling, zero_reports
from reporting.returns.models import FrozenFigure, Return, ReturnStage, ReturnVersion
from tests import qinghai
from tests.arrears.cases.test_hostile_race import nothing_broken, posting, together, until_somebody_waits, won_and_told
from tests.cast import World, load, moment
from tests.qinghai import a_case, fresh, sent, signed, the_return
from unions.common.refusals import Stale
from unions.models import Event
from unions.tree import actions as tree

WEEK, IN_WEEK = "2022-W40", date(2022, 10, 5)
MONDAY, LATER = moment("2022-10-10 09:00"), moment("2022-10-10 16:00:01")
MANY = 50


@pytest.fixture
def qh(qinghai_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    world = load()
    opening.open_between(date(2022, 10, 8), date(2022, 10, 12), moment("2022-10-09 08:00"), qinghai.BOOK, ["weekly"])
    a_case(world, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    return world


def in_turn(world: World, report: Return, acts: list[tuple[str, str]]) -> list[Callable[[], Any]]:
    """MANY acts (move, who) on what each person saw just now, each with a user object of its own."""
    seen = fresh(report).version
    shown = ReturnVersion.objects.filter(report=report).order_by("-number").values_list("hash", flat=True).first()
    rows = [acts[nth % len(acts)] for nth in range(MANY)]

    def act(name: str, who: str) -> Callable[[], Any]:
        user, own = world.user(who), fresh(report)
        return lambda: life.move(own, name, user, MONDAY, seen=seen, seal=shown or "", reason="数字不对")

    return [act(name, who) for name, who in rows]


def one_step(report: Return, before: int, events: int) -> None:
    """Exactly one change since: in the row, in its log, and in the list of terms."""
    assert fresh(report).version == before + 1
    assert Event.objects.filter(stream=report.stream).count() == events + 1
    nothing_broken()
    rows = list(Obligation.objects.order_by("pk").values())
    rebuild_all(MONDAY)
    assert list(Obligation.objects.order_by("pk").values()) == rows


def raced(world: World, report: Return, acts: list[tuple[str, str]]) -> None:
    report = fresh(report)
    before, events = report.version, Event.objects.filter(stream=report.stream).count()
    won_and_told(together(*in_turn(world, report, acts)))
    one_step(report, before, events)


def test_fifty_sign_and_one_version_is_frozen(qh: World) -> None:
    report = the_return("630100", WEEK)
    raced(qh, report, [("sign", "n0")])
    version = ReturnVersion.objects.get(report=report)
    assert recomputing.recomputed(version) == version.cells
    assert FrozenFigure.objects.exclude(version=version).count() == 0


def test_fifty_approve_decline_and_take_back_what_was_signed(qh: World) -> None:
    report = signed(qh, the_return("630100", WEEK), MONDAY)
    raced(qh, report, [("approve", "a0"), ("decline", "a0"), ("withdraw", "n0")])
    report = fresh(report)
    assert (report.stage == ReturnStage.SUBMITTED) == (report.current is not None)
    assert report.versions.count() == (report.stage == ReturnStage.SUBMITTED)


def test_fifty_receive_send_back_and_amend_what_came_in(qh: World) -> None:
    report = sent(qh, the_return("630100", WEEK), MONDAY)
    neighbour = sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    raced(qh, report, [("receive", "shengji"), ("send_back", "shengji"), ("amend", "n0")])
    assert fresh(report).stage in (ReturnStage.RECEIVED, ReturnStage.RETURNED, ReturnStage.AMENDING)
    assert fresh(neighbour).stage == ReturnStage.SUBMITTED


def test_whoever_signs_and_whoever_writes_do_not_both_win(qh: World) -> None:
    opening.open_between(date(2023, 1, 1), date(2023, 3, 1), moment("2022-10-09 08:00"), qinghai.BOOK, ["annex-2"])
    report = the_return("630100", "2022-10-01/2023-01-21", "annex-2")
    seen, by = report.version, qh.user("n0")
    acts = [
        lambda: life.move(report, "sign", qh.user("n0"), MONDAY, seen=seen, reason="属实。"),
        lambda: editing.correct(report, 0, 0, "5", "纸质排查表", by, MONDAY, seen=seen),
        lambda: editing.correct(report, 0, 0, "7", "另一张表", by, MONDAY, seen=seen),
    ]
    won_and_told(together(*acts * 5))
    assert fresh(report).version == seen + 1
    assert report.corrections.count() + report.versions.count() == 1
    nothing_broken()


def test_the_clock_and_the_unit_at_the_last_second(qh: World) -> None:
    report = the_return("632200", WEEK)
    seen = report.version
    results = together(
        *(lambda: zero_reports.imply_zeros(LATER) for _ in range(8)),
        *(lambda: life.move(report, "sign_zero", qh.user("n2"), LATER, seen=seen) for _ in range(8)),
    )
    faults = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(fault, Stale) for fault in faults), faults
    implied = Event.objects.filter(stream=report.stream, verb="imply-zero").count()
    assert implied + Event.objects.filter(stream=report.stream, verb="sign-zero").count() == 1
    assert fresh(report).stage == (ReturnStage.IMPLIED if implied else ReturnStage.SIGNED)
    nothing_broken()


def test_on_pages_the_others_are_told_and_nothing_breaks(qh: World) -> None:
    report = the_return("630100", WEEK)
    url = f"/returns/{report.pk}/moves/sign/"
    statuses = together(*(posting(qh, "n0", url, {"seen": str(report.version), "reason": "属实。"}) for _ in range(12)))
    assert sorted(statuses) == [302] + [409] * 11
    report = fresh(report)
    data = {"seen": str(report.version), "seal": ReturnVersion.objects.get(report=report).hash, "reason": "不妥"}
    moves = [("approve", "a0"), ("decline", "a0"), ("withdraw", "n0"), ("approve", "n1"), ("approve", "n0")] * 3
    statuses = together(*(posting(qh, who, f"/returns/{report.pk}/moves/{name}/", data) for name, who in moves))
    assert statuses.count(302) == 1 and set(statuses) <= {302, 403, 404, 409}, statuses
    nothing_broken()


# ---- opening ------------------------------------------------------------------------------------------------------


def test_several_clocks_open_each_return_once(qinghai_database: None, transactional_db: None) -> None:
    at = moment("2022-10-24 00:05")
    span = (date(2022, 10, 1), date(2023, 3, 1))
    counts = together(*(lambda: opening.open_between(*span, at) for _ in range(6)))
    assert all(isinstance(count, int) for count in counts), counts
    assert sum(counts) == Return.objects.count() >= 50
    opened = Event.objects.filter(stream=f"returns:{qinghai.BOOK}", verb="open")
    assert sum(event.data["count"] for event in opened) == Return.objects.filter(rulebook=qinghai.BOOK).count()
    assert Obligation.objects.count() == Return.objects.count()
    nothing_broken()


# ---- beside what runs at night ------------------------------------------------------------------------------------


def held_by_an_approval(world: World, report: Return, go: threading.Event, who: str = "a0") -> Callable[[], Any]:
    """Approves and keeps the transaction open until somebody waits for it."""
    user, shown = world.user(who), ReturnVersion.objects.get(report=report, approved_at=None).hash

    def run() -> None:
        with transaction.atomic():
            life.move(report, "approve", user, MONDAY, seen=report.version, seal=shown)
            go.set()
            until_somebody_waits()

    return run


def after(go: threading.Event, act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        assert go.wait(10)
        return act()

    return run


def test_the_nightly_rebuild_does_not_take_back_what_was_just_sent(qh: World) -> None:
    report, go = signed(qh, the_return("630100", WEEK), MONDAY), threading.Event()
    rebuild = after(go, lambda: rescheduling.rebuild_returns(MONDAY, Tools()))
    results = together(held_by_an_approval(qh, report, go), rebuild)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Obligation.objects.get(subject=report.stream, rule="weekly").met_at == MONDAY


def test_a_zero_that_was_just_amended_is_not_contradicted(qh: World) -> None:
    """The zero stands until the amendment is approved; the nightly look meanwhile waits, and finds a table."""
    report = sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    report = life.move(report, "amend", qh.user("n1"), MONDAY, seen=report.version, reason="漏报一件")
    a_case(qh, "630200", IN_WEEK, moment("2022-10-05 10:00"))
    report = signed(qh, report, MONDAY)
    Return.objects.filter(pk=report.pk).update(contradicted_at=None)  # as if the case had been imported
    go = threading.Event()

    def look() -> int:
        return zero_reports.recheck(Return.objects.filter(pk=report.pk), LATER)

    results = together(held_by_an_approval(qh, report, go, "a1"), after(go, look))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert (fresh(report).stage, fresh(report).contradicted_at) == (ReturnStage.SUBMITTED, None)


def test_a_unit_moves_while_its_return_is_decided(qh: World) -> None:
    report, go = signed(qh, the_return("630100", WEEK), MONDAY), threading.Event()
    move = after(go, lambda: tree.move(qh.unions["630100"], qh.unions["630200"], IN_WEEK, None, MONDAY))
    results = together(held_by_an_approval(qh, report, go), move)
    assert [result for result in results if isinstance(result, Exception)] == []
    report = fresh(report)
    assert report.stage == ReturnStage.SUBMITTED and report.path == report.union.path
    assert {row.path for row in Obligation.objects.filter(subject=report.stream)} == {report.path}
