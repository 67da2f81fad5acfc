"""A worker killed at random points of opening, signing, deciding, adding up and exporting: the next one ends where an undisturbed one would.

The dying process is a real one with a connection of its own, killed (SIGKILL) just before or just after one of its statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.law.scope import Period, Scope
from reporting.exports import actions as exports
from reporting.exports.models import Export
from reporting.forms.files import known
from reporting.returns import actions as life
from reporting.returns import opening, recomputing, versions, zero_reports
from reporting.returns.models import FrozenFigure, Return, ReturnStage, ReturnVersion
from reporting.tasks import open_returns
from tests import qinghai
from tests.arrears.imports.test_hostile_killed import kill_while_it_stands, until, worker  # noqa: F401 - a fixture
from tests.cast import World, load, moment
from tests.dying import forks, run_and_die
from tests.qinghai import a_case, fresh, sent, the_return
from tests.readers import undone
from unions.log.audit import broken_links
from unions.models import Event, User

POINTS = 20
WEEK, IN_WEEK, MONDAY = "2022-W40", date(2022, 10, 5), moment("2022-10-10 09:00")


@pytest.fixture
def qh(qinghai_database: None, transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


@pytest.fixture(scope="module", autouse=True)
def dying(database_url: str) -> Iterator[None]:
    with forks(database_url):
        yield


@pytest.fixture
def week(qh: World) -> World:
    """The week is open; two prefectures have a case each, and one has one by hand."""
    opening.open_between(date(2022, 10, 8), date(2022, 10, 12), moment("2022-10-09 08:00"), qinghai.BOOK, ["weekly"])
    for code in ("630100", "630200"):
        a_case(qh, code, IN_WEEK, moment("2022-10-05 10:00"))
    return qh


def undisturbed(act: Callable[[], Any]) -> tuple[int, dict[str, Any]]:
    """How many statements `act` takes, and the state it leads to; taken back."""
    with undone():
        with CaptureQueriesContext(connection) as queries:
            act()
        told = [one for one in queries if "SAVEPOINT" not in one["sql"]]
        return len(told), state()


# ---- what is compared ---------------------------------------------------------------------------------------------


def state() -> dict[str, Any]:
    """Everything there is of returns, without row numbers and without when it was written."""
    names = {row.stream: (row.rulebook, row.rule, row.period, row.union.code) for row in _returns()}
    facts = ("stage", "version", "path", "due_at", "first", "last", "compiles", "receiver_id", "submitted_at")
    owed = Obligation.objects.order_by().values_list(
        "subject", "rule", "holder_id", "due_at", "met_at", "lifted_reason"
    )
    frozen = FrozenFigure.objects.values_list("version__number", "version__report", "measure", "row", "total", "ids")
    return {
        "returns": {names[row.stream]: [getattr(row, fact) for fact in facts] for row in _returns()},
        "versions": sorted((names[row.report.stream], row.number, row.hash) for row in _versions()),
        "figures": sorted(map(str, frozen)),
        "owed": sorted((names[subject], *map(str, rest)) for subject, *rest in owed if subject in names),
    }


def _returns() -> list[Return]:
    return list(Return.objects.select_related("union").order_by("pk"))


def _versions() -> list[ReturnVersion]:
    return list(ReturnVersion.objects.select_related("report__union").order_by("pk"))


def nothing_half() -> None:
    """What must hold at every moment, also between a death and the next start."""
    assert list(broken_links()) == []
    for version in ReturnVersion.objects.all():
        assert versions.seal(version) == version.hash
        assert recomputing.recomputed(version) == version.cells
    assert Return.objects.filter(stage=ReturnStage.SIGNED).exclude(versions__approved_at=None).count() == 0
    owed = Obligation.objects.filter(subject__startswith="return:").exclude(rule__contains=":contradicted")
    assert sorted(owed.values_list("subject", flat=True)) == sorted(row.stream for row in _returns())


def rebuilt_is_the_same(at: datetime) -> None:
    rows = list(Obligation.objects.order_by("pk").values())
    rebuild_all(at)
    assert list(Obligation.objects.order_by("pk").values()) == rows


# ---- opening ------------------------------------------------------------------------------------------------------


def test_opening_killed_at_twenty_points(qh: World) -> None:
    """The clock was down for seven weeks; then it dies on twenty days, every day a little later, and lives on the next: nothing
    that fell due meanwhile is lost."""
    opening.open_due(moment("2022-10-03 00:05"))
    back = moment("2022-11-21 00:05")
    days = [back + timedelta(days=nth) for nth in range(POINTS + 1)]
    statements, _ = undisturbed(lambda: opening.open_due(back))
    _, wanted = undisturbed(lambda: [opening.open_due(at) for at in days])
    chance, died = Random(41), 0
    for nth, at in enumerate(days[:-1], 1):
        point = chance.randint(statements * nth // (2 * POINTS), statements * (nth + POINTS) // (2 * POINTS))
        died += not run_and_die(partial(opening.open_due, at), point, chance.random() < 0.5)
        nothing_half()
        opened = Event.objects.filter(verb="open")
        assert sum(event.data["count"] for event in opened) == Return.objects.count()
    opening.open_due(days[-1])
    assert state() == wanted
    assert died >= POINTS / 2
    assert len(wanted["returns"]) >= 50
    rebuilt_is_the_same(days[-1])


@pytest.mark.usefixtures("cast_database", "transactional_db")
def test_a_real_worker_killed_while_it_opens(worker: Any) -> None:  # noqa: F811
    now = timezone.now()
    _, wanted = undisturbed(lambda: opening.open_due(now))
    assert wanted["returns"]
    open_returns.delay()
    kill_while_it_stands(worker, "law_obligation")
    assert Return.objects.count() == 0
    worker()
    open_returns.delay()
    open_returns.delay()
    until(lambda: Return.objects.count() == len(wanted["returns"]), "the second worker never finished")
    until(lambda: state()["owed"] == wanted["owed"], "its terms never came")
    assert list(broken_links()) == []


# ---- moves --------------------------------------------------------------------------------------------------------


def dies_at_twenty_points(act: Callable[[], Any], back: Callable[[], Any]) -> None:
    """Kill `act` at POINTS of its statements: each time all of it is there or nothing. `back` undoes it where it was done."""
    statements, _ = undisturbed(act)
    chance, died, done = Random(2022), 0, 0
    for point in (chance.randint(1, statements) for _ in range(POINTS)):
        untouched, (_, wanted) = state(), undisturbed(act)
        died += not run_and_die(act, point, chance.random() < 0.5)
        nothing_half()
        assert state() in (untouched, wanted), f"half of it was there after statement {point} of {statements}"
        if state() == wanted:
            done += 1
            back()
    assert died >= POINTS - 2
    assert done < POINTS / 2
    _, wanted = undisturbed(act)
    act()
    assert state() == wanted
    rebuilt_is_the_same(MONDAY)


@dataclass(frozen=True)
class Moving:
    """The move as the person makes it who has just opened the page."""

    report: Return
    name: str
    who: str

    def __call__(self) -> None:
        now = fresh(self.report)
        shown = ReturnVersion.objects.filter(report=now, approved_at=None).values_list("hash", flat=True)
        reason = "数字不对"
        by = User.objects.get(username=self.who)
        life.move(now, self.name, by, MONDAY, seen=now.version, seal=shown.first() or "", reason=reason)


def test_prefilling_and_signing_killed_at_twenty_points(week: World) -> None:
    report = the_return("630100", WEEK)
    dies_at_twenty_points(Moving(report, "sign", "n0"), Moving(report, "withdraw", "n0"))


def test_approving_an_amendment_killed_at_twenty_points(week: World) -> None:
    """Over again each time: an amended version is sent, and the one before stands until it is."""
    report = sent(week, the_return("630100", WEEK), MONDAY)

    def prepare() -> None:
        Moving(report, "amend", "n0")()
        Moving(report, "sign", "n0")()

    prepare()
    dies_at_twenty_points(Moving(report, "approve", "a0"), prepare)


def test_adding_up_killed_at_twenty_points(week: World) -> None:
    for code, name in (("630100", "sign"), ("630200", "sign"), ("632200", "sign_zero")):
        sent(week, the_return(code, WEEK), MONDAY, name)
    report = the_return("630000", WEEK)
    dies_at_twenty_points(Moving(report, "sign", "shengji"), Moving(report, "withdraw", "shengji"))
    assert len(ReturnVersion.objects.get(report=report).sources) == 3


def test_silence_at_the_due_time_killed_at_twenty_points(qh: World) -> None:
    """Zeros of many weeks fall due at once, after a clock that was down; some speak against the books."""
    a_case(qh, "632300", IN_WEEK, moment("2022-10-05 10:00"))
    opening.open_between(date(2022, 10, 8), date(2023, 1, 20), moment("2023-01-09 08:00"), qinghai.BOOK, ["weekly"])
    at = moment("2023-01-20 00:00")
    statements, wanted = undisturbed(lambda: zero_reports.imply_zeros(at))
    chance = Random(7)
    for _ in range(POINTS):
        run_and_die(partial(zero_reports.imply_zeros, at), chance.randint(1, statements - 5), chance.random() < 0.5)
        nothing_half()
    zero_reports.imply_zeros(at)
    assert state() == wanted
    assert Return.objects.filter(stage=ReturnStage.IMPLIED, contradicted_at=at).exists()


# ---- exports ------------------------------------------------------------------------------------------------------


def test_exporting_killed_at_twenty_points(qh: World, tmp_path: Path) -> None:
    for nth in range(6):
        a_case(qh, qinghai.CODES[nth % 5], IN_WEEK, moment("2022-10-05 10:00"))
    form, now = known()["qinghai-annex-1"], partial(moment, "2022-10-12 09:00")
    scope = Scope(qh.unions["630000"], Period(date(2022, 10, 1), date(2022, 10, 31), date(2022, 10, 12)))
    statements, wanted = _written(exports.request(form, scope, qh.user("shengji"), now()), now)
    chance, died = Random(14), 0
    for _ in range(POINTS):
        export = exports.request(form, scope, qh.user("shengji"), now())
        died += not run_and_die(
            partial(exports.JOB.work, export.pk, now), chance.randint(1, statements), chance.random() < 0.5
        )
        later = now() + timedelta(minutes=10)
        exports.JOB.requeue_stale(later)
        exports.JOB.work(export.pk, lambda at=later: at)  # type: ignore[misc]
        export.refresh_from_db()
        assert (export.state, _cells(export)) == ("done", wanted)
    assert died >= POINTS - 2
    stored = {path.relative_to(tmp_path / "files").as_posix() for path in (tmp_path / "files").rglob("*.xlsx")}
    assert stored == set(Export.objects.values_list("file", flat=True))


def _written(export: Export, now: Callable[[], datetime]) -> tuple[int, list[Any]]:
    with CaptureQueriesContext(connection) as queries:
        exports.JOB.work(export.pk, now)
    export.refresh_from_db()
    return len(queries), _cells(export)


def _cells(export: Export) -> list[Any]:
    with export.file.open("rb") as content:
        sheet = load_workbook(content).active
        assert sheet is not None
        return [cell for row in sheet.iter_rows(values_only=True) for cell in row]
