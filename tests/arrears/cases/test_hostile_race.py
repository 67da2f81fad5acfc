"""Two people at the same moment, on a real PostgreSQL: one wins, the other is told so, nothing is double."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, Involvement, LedgerEntry
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation
from arrears.imports import run
from arrears.imports.writing import Author, take_over
from arrears.inspections.actions import inspections
from arrears.inspections.models import Inspection
from reporting.exports.models import Export
from tests.cast import AT, World, a_case, a_draft, an_employer, load
from tests.sheets import GOOD, sheet
from unions.approvals import seal_of
from unions.common.refusals import Refused, Stale
from unions.log.audit import broken_links
from unions.models import Event, Union
from unions.tree import actions as tree

BACKEND = "unions.people.backends.AppointmentBackend"
DAY = date(2026, 11, 20)


@pytest.fixture
def world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread and on a connection of its own, from one starting shot; what each gave, or raised."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(10)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=row) for row in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def won_and_told(results: list[Any], told: type[Refused] = Stale) -> None:
    """One went through; every other was refused, and not by a fault."""
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == len(results) - 1, results
    assert all(isinstance(result, told) for result in refused), results


def nothing_broken() -> None:
    assert list(broken_links()) == []


def asked(world: World) -> Escalation:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    return escalations.request(case, case.union, "negotiation_failed", "", world.user("li"), AT, seen=case.version)


# ---- two decisions ------------------------------------------------------------------------------------------------


def test_one_report_is_decided_once(world: World) -> None:
    row = asked(world)
    wang, li, shown = world.user("wang"), world.user("li"), row.snapshot_hash
    won_and_told(
        together(
            lambda: escalations.approve(row, by=wang, at=AT, seal=shown),
            lambda: escalations.approve(row, by=world.user("wang"), at=AT, seal=shown),
            lambda: escalations.withdraw(row, by=li, at=AT),
            lambda: escalations.decline(row, by=world.user("wang"), at=AT, opinion="不妥"),
        )
    )
    decided = Event.objects.filter(stream=row.case.stream, verb__startswith="escalate").exclude(verb="escalate.request")
    assert decided.count() == 1
    nothing_broken()


def test_one_report_under_way_per_sender(world: World) -> None:
    case = a_case(world, mass=True)
    ask = lambda: escalations.request(  # noqa: E731
        case, case.union, "mass", "", world.user("li"), AT, seen=case.version
    )
    won_and_told(together(ask, ask, ask))
    assert Escalation.objects.count() == 1
    nothing_broken()


def test_an_entry_is_cancelled_once(world: World) -> None:
    case = a_case(world)
    entry = ledger.post(case, EntryKind.PAID, DAY, world.user("he"), AT, workers=2, amount=Decimal(9))
    won_and_told(together(*[lambda: ledger.reverse(entry, DAY, world.user("he"), AT, "重复")] * 3))
    assert ledger.balance(case).resolved == ledger.Sums()
    nothing_broken()


def test_the_last_payment_is_posted_once(world: World) -> None:
    """Even past the page's check of the version the books never go below nothing."""
    case = a_case(world)
    pay = lambda: ledger.post(  # noqa: E731
        case, EntryKind.PAID, DAY, world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120000)
    )
    won_and_told(together(pay, pay), Refused)
    assert not ledger.balance(case).outstanding
    nothing_broken()


def test_nothing_is_posted_into_a_case_that_closes(world: World) -> None:
    he = world.user("he")
    case = a_case(world)
    case = ledger.post(case, EntryKind.PAID, DAY, he, AT, workers=12, migrants=10, amount=Decimal(120000)).case
    case.refresh_from_db()
    results = together(
        lambda: workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid"),
        lambda: ledger.post(
            case, EntryKind.RECOGNISED, DAY, world.user("he"), AT, workers=1, amount=Decimal(1), source="新"
        ),
    )
    won_and_told(results, Refused)
    case.refresh_from_db()
    assert (case.state == "settled") == (not ledger.balance(case).outstanding)
    nothing_broken()


def test_a_case_is_closed_once(world: World) -> None:
    case = a_case(world)
    he = world.user("he")
    ledger.post(case, EntryKind.PAID, DAY, he, AT, workers=12, migrants=10, amount=Decimal(120000))
    case.refresh_from_db()
    case = workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid")
    shown = seal_of(snapshot.closing(case))
    won_and_told(
        together(
            lambda: workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown),
            lambda: workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown),
            lambda: workflow.move(case, "send_back", world.user("wang"), AT, seen=case.version, reason="再核"),
        )
    )
    assert case.closures.count() <= 1
    nothing_broken()


# ---- the same sheet twice -----------------------------------------------------------------------------------------

FORM = {
    "union": "370202E0001",
    "employer_name": "双击建设有限公司",
    "no_code": "unknown",
    "region_code": "370202",
    "industry": "E",
    "channel": "report",
    "stated_workers": "3",
    "stated_amount": "3000",
    "accepted_on": "2026-11-01",
    "submit": "file",
}


def posting(world: World, name: str, url: str, data: dict[str, str]) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend=BACKEND)
    return lambda: client.post(url, data).status_code


def test_a_double_click_files_one_case(world: World) -> None:
    sheet = FORM | {"once": "abc"}
    statuses = together(*(posting(world, "li", "/cases/new/", sheet) for _ in range(3)))
    assert sorted(statuses) == [302, 409, 409]
    assert Case.objects.count() == 1 and LedgerEntry.objects.count() == 1
    nothing_broken()


def test_three_people_name_the_same_new_employer(world: World) -> None:
    visit = {name: FORM[name] for name in ("union", "employer_name", "no_code", "region_code", "industry")}
    visit |= {"on": "2026-11-01", "workers": "3"}
    statuses = together(
        posting(world, "li", "/cases/new/", FORM | {"once": "li"}),
        posting(world, "he", "/cases/new/", FORM | {"once": "he"}),
        posting(world, "he", "/inspections/new/", visit),
        posting(world, "sun", "/inspections/new/", visit | {"union": "370202"}),
    )
    assert statuses == [302] * 4
    assert Case.objects.values("employer").distinct().count() == 1
    numbers = list(Case.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 2
    nothing_broken()


def test_a_draft_thrown_away_while_others_work_on_it(world: World) -> None:
    draft = a_draft(world)
    discard = f"/cases/{draft.pk}/discard/"
    statuses = together(
        posting(world, "li", discard, {}),
        posting(world, "he", discard, {}),
        posting(world, "he", f"/cases/{draft.pk}/moves/file/", {"seen": "1"}),
        posting(world, "li", f"/cases/{draft.pk}/edit/", FORM | {"seen": "1"}),
    )
    assert 500 not in statuses and 302 in statuses, statuses
    nothing_broken()


def test_an_export_asked_for_twice_is_one(world: World) -> None:
    asked_for = {"form": "shandong-winter", "from": "2026-01-01", "as_of": "2026-11-20"}
    statuses = together(*(posting(world, "sun", "/exports/new/", asked_for) for _ in range(3)))
    assert statuses == [302] * 3 and Export.objects.count() == 1


def test_an_account_is_opened_once(world: World) -> None:
    new = {"role": "clerk", "who": "new", "username": "neu", "name": "新人", "since": "2026-11-20"}
    statuses = together(*(posting(world, "wu", "/unions/370202/people/appoint/", new) for _ in range(3)))
    assert sorted(statuses) == [200, 422, 422]
    assert world.user("neu").appointments.count() == 1


# ---- while the tree changes ---------------------------------------------------------------------------------------


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return int(cursor.fetchone()[0])


def until_somebody_waits() -> None:
    for _ in range(500):
        if waiting_for_a_lock():
            return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waited")


def moves_city(world: World, hold: threading.Event | None = None) -> Callable[[], Any]:
    """市南区 goes from the city to the province; with `hold` its transaction stays open until that is set."""

    def run() -> None:
        with transaction.atomic():
            tree.move(world.unions["370202"], world.unions["370000"], DAY, None, AT)
            if hold:
                held.set()
                hold.wait(10)

    held = threading.Event()
    run.held = held  # type: ignore[attr-defined]
    return run


def every_copy_agrees() -> None:
    for case in Case.objects.select_related("union"):
        assert case.path == case.union.path
    for visit in Inspection.objects.select_related("union"):
        assert visit.path == visit.union.path
    for drawn in Involvement.objects.select_related("union"):
        assert drawn.path == drawn.union.path


def test_what_is_written_while_a_unit_moves_lies_where_the_unit_is(world: World) -> None:
    reported = asked(world)
    elsewhere = a_case(world, "jiang", "370000I0001E0001", employer=an_employer("远方路桥", "370202"), mass=True)
    there = escalations.request(elsewhere, elsewhere.union, "mass", "", world.user("jiang"), AT, seen=elsewhere.version)
    assert there.receiver.code == "370202"
    release = threading.Event()
    move = moves_city(world, release)
    employer = an_employer("排查的单位")
    facts = {"industry": "C", "on": DAY, "workers": 8}

    def once_moving(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            assert move.held.wait(10)  # type: ignore[attr-defined]
            return act()

        return run

    def let_go() -> None:
        assert move.held.wait(10)  # type: ignore[attr-defined]
        until_somebody_waits()
        release.set()

    results = together(
        move,
        let_go,
        once_moving(lambda: a_draft(world, employer=employer)),
        once_moving(
            lambda: inspections.record_inspection(world.unions["370202"], employer, facts, world.user("sun"), AT)
        ),
        once_moving(lambda: escalations.approve(reported, by=world.user("wang"), at=AT, seal=reported.snapshot_hash)),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Case.objects.filter(employer=employer).get().path == Union.objects.get(code="370202E0001").path
    every_copy_agrees()
    nothing_broken()


def test_an_import_and_a_move_do_not_pass_each_other(world: World, tmp_path: Any) -> None:
    release = threading.Event()
    move = moves_city(world, release)
    path = sheet(tmp_path / "a.xlsx", [GOOD])

    def bring_in() -> Any:
        read = run.read(path, world.unions["370202"], AT)  # before the move
        assert move.held.wait(10)  # type: ignore[attr-defined]
        return take_over(read, Author(world.user("sun"), AT, "a.xlsx", world.unions["370202"]))

    def let_go() -> None:
        assert move.held.wait(10)  # type: ignore[attr-defined]
        until_somebody_waits()
        release.set()

    results = together(move, let_go, bring_in)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Case.objects.count() == 1
    every_copy_agrees()


def test_a_unit_moves_while_its_case_is_worked_on(world: World) -> None:
    """The officer holds the case and will name the unit; who moves the unit wants the case: no circle."""
    case = a_case(world)
    here = threading.Event()

    def post() -> None:
        with transaction.atomic():
            ledger.lock(case)
            here.set()
            until_somebody_waits()
            ledger.post(case, EntryKind.PAID, DAY, world.user("he"), AT, workers=1, amount=Decimal(1))

    def then_move() -> None:
        assert here.wait(10)
        tree.move(world.unions["370202E0001"], world.unions["370203"], DAY, None, AT)

    results = together(post, then_move)
    assert [result for result in results if isinstance(result, Exception)] == []
    every_copy_agrees()
