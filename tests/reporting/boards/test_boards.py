"""The board of a unit: every number is the rows behind it, for the unit and below, and nobody else's."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Project
from arrears.inspections.models import Inspection, KeyTarget, Round, RoundTarget, TargetReason
from arrears.safety_nets.models import WageDeposit
from arrears.sanctions.models import Listing, Publication
from arrears.serious.models import Opinion
from arrears.transfers.models import Transfer
from reporting.boards.case_lines import week_of
from reporting.boards.counts import read_board
from reporting.boards.lines import all_lines, by_panel, line_named, lines_by_panel
from tests.cast import AT, World, a_case, an_employer, moment
from tests.judged import a_return, a_term
from tests.matters import LINES, matters
from tests.readers import as_user
from tests.warned import a_signal, under_yingkou
from unions.models import Event

NOW = moment("2026-11-20 12:00")  # a Friday
DAY = timedelta(days=1)
FRAME = 6  # session, reader, rights, appointments, and what waits (two): every page's own


def counts(world: World, code: str = "370202", now: Any = NOW) -> dict[str, int]:
    return read_board(world.unions[code], now).counts


def a_target(world: World, name: str, since: date, every: int = 7, code: str = "370202") -> KeyTarget:
    unit, sun = world.unions[code], world.user("sun")
    return KeyTarget.objects.create(
        union=unit,
        path=unit.path,
        employer=an_employer(name),
        reasons=[TargetReason.OFFENDER],
        responsible="孙",
        risk="高",
        every_days=every,
        since=since,
        by=sun,
        at=AT,
    )


def a_visit(world: World, employer: Any, on: date, code: str = "370202") -> Inspection:
    unit = world.unions[code]
    return Inspection.objects.create(
        union=unit, path=unit.path, employer=employer, industry="E", on=on, workers=5, by=world.user("sun"), at=AT
    )


# ---- what is counted ------------------------------------------------------------------------------------------------


def test_terms_due_in_three_days_and_overdue(world: World) -> None:
    for due in (NOW - DAY, NOW + DAY, NOW + 3 * DAY, NOW + 3 * DAY + timedelta(seconds=1)):
        a_term(world, due=due)
    a_term(world, due=NOW + DAY, met_at=NOW)
    a_term(world, code="370203", due=NOW + DAY)  # the neighbour's
    a_term(world, code="370202E0001", due=NOW - DAY, subject="warning:1")  # below, about a warning
    found = counts(world)
    assert (found["due-soon"], found["overdue"], found["verification-overdue"]) == (2, 2, 1)
    assert counts(world, "370203")["due-soon"] == 1
    assert counts(world, "370200")["due-soon"] == 3


def test_missing_returns(world: World) -> None:
    a_return(world, due=NOW - DAY)
    a_return(world, due=NOW + DAY)
    a_return(world, due=NOW - DAY, stage="received", submitted_at=NOW - 2 * DAY)
    assert counts(world)["returns-missing"] == 1


def test_warnings_by_grade_and_what_came_today(world: World) -> None:
    under_yingkou(world)
    one, two = an_employer("甲建设"), an_employer("乙餐饮")
    a_signal(world, one, received_on=NOW.date())
    a_signal(world, two)
    found = read_board(world.unions["370202"], NOW)
    assert found.counts["signals-today"] == 1 and found.counts["unverified"] == 2
    assert read_board(world.unions["370203"], NOW).levels == []


def test_the_week_of_inspections_planned_and_done(world: World) -> None:
    assert week_of(NOW.date()) == (date(2026, 11, 16), date(2026, 11, 22))
    never = a_target(world, "未查公司", date(2026, 11, 1))
    done = a_target(world, "已查公司", date(2026, 11, 1))
    a_target(world, "下周公司", date(2026, 11, 17))  # first due on the 24th
    fresh = a_target(world, "上周查过公司", date(2026, 10, 1), every=14)
    a_visit(world, fresh.employer, date(2026, 11, 13))  # next on the 27th
    a_visit(world, done.employer, date(2026, 11, 17))
    a_visit(world, an_employer("随机抽查"), date(2026, 11, 15))  # the Sunday before
    found = counts(world)
    assert (found["targets-planned"], found["targets-not-yet"], found["visits"]) == (2, 1, 1)
    line = line_named("targets-not-yet")
    assert line is not None and [row.pk for row in line.rows(world.unions["370202"], NOW)] == [never.pk]


def test_transfers_on_both_ends_and_cases_by_stage(world: World) -> None:
    case = a_case(world, "sun", "370202", mass=True)
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"))
    case.refresh_from_db()
    workflow.move(
        case, "transfer", world.user("sun"), AT, seen=case.version, receiver=world.unions["370203"], reason="属地在市北"
    )
    here, there = counts(world), counts(world, "370203")
    assert (here["transfers-leaving"], here["transfers-arriving"]) == (1, 0)
    assert (there["transfers-leaving"], there["transfers-arriving"]) == (0, 1)
    assert (here["cases-transferring"], here["cases-open"], here["cases-grave"]) == (1, 0, 1)
    assert there["cases-open"] == 1


def test_every_line_is_counted_as_its_rows_are(world: World) -> None:
    """One statement counts them all: each number equals its own queryset."""
    a_case(world)
    a_term(world, due=NOW + DAY)
    a_target(world, "未查公司", date(2026, 11, 1))
    a_signal(world, an_employer("预警公司"), received_on=NOW.date())
    matters(world, 0)
    for code in ("370000", "370200", "370202", "370202E0001"):
        found = counts(world, code)
        assert found == {line.name: line.rows(world.unions[code], NOW).count() for line in all_lines()}


def test_a_name_of_a_line_is_its_own() -> None:
    line = all_lines()[0]
    with pytest.raises(ValueError, match=line.name):
        by_panel([("warnings", line), ("terms", line)])
    assert [one for lines in lines_by_panel().values() for one in lines].count(line) == 1


def test_figures_are_fresh_after_every_act(world: World) -> None:
    before = counts(world)["cases-open"]
    assert counts(world)["cases-open"] == before
    a_case(world)
    assert counts(world)["cases-open"] == before + 1


# ---- what other books add ---------------------------------------------------------------------------------------------


def test_plans_that_run_this_week_and_whom_nobody_visited(world: World) -> None:
    unit, sun = world.unions["370202"], world.user("sun")
    here = {"union": unit, "path": unit.path, "kind": "special", "by": sun, "at": AT}
    running = Round.objects.create(name="本月", since=date(2026, 11, 1), until=date(2026, 11, 30), **here)
    over = Round.objects.create(name="上月", since=date(2026, 10, 1), until=date(2026, 11, 15), **here)
    met, unmet = an_employer("查过公司"), an_employer("没查公司")
    for round_, employer in ((running, met), (running, unmet), (over, unmet)):
        RoundTarget.objects.create(round=round_, union=unit, path=unit.path, employer=employer, why="重点")
    a_visit(world, met, date(2026, 11, 3))
    found = counts(world)
    assert (found["rounds-listed"], found["rounds-not-yet"]) == (2, 1)
    assert counts(world, "370203")["rounds-listed"] == 0


def test_SD_3_3_opinions_that_are_not_handled_yet(world: World) -> None:
    unit, sun = world.unions["370202"], world.user("sun")
    seen = {"source": "press", "seen_at": AT, "by": sun, "at": AT}
    for title, more in (
        ("刚发现", {}),
        ("已回应", {"answered_at": AT, "answer": "已联系"}),
        ("已处置", {"answered_at": AT, "handled_at": AT, "outcome": "已清偿"}),
    ):
        Opinion.objects.create(union=unit, path=unit.path, title=title, **seen, **more)
    assert [counts(world, code)["opinions-open"] for code in ("370200", "370202", "370203")] == [2, 2, 0]
    rows = as_user(world, "sun").get(reverse("board-rows", args=["opinions-open"])).text
    assert "待首次回应" in rows and "已回应，处置中" in rows and "已处置" not in rows


def test_guarantees_listings_and_publications_that_end(world: World) -> None:
    unit, sun, today = world.unions["370202"], world.user("sun"), NOW.date()
    case = a_case(world)
    project = Project.objects.create(employer=case.employer, name="海风广场", nature="other")
    for days in (-1, 30, 31):
        WageDeposit.objects.create(
            union=unit,
            path=unit.path,
            kind="deposit",
            name=f"海风广场{days}",
            by=sun,
            at=AT,
            project=project,
            contract_amount=Decimal(1_000_000),
            ratio=Decimal(3),
            amount_due=Decimal(30_000),
            stored_as="guarantee",
            bank="青岛银行",
            guarantee_number=f"G{days}",
            guarantee_until=today + days * DAY,
        )
    for days, code in ((90, "370202"), (91, "370202")):
        Listing.objects.create(
            case=case,
            employer=an_employer(f"失信{days}"),
            union=world.unions[code],
            department="市南区人社局",
            reason="拒不支付",
            stage="listed",
            requested_by=sun,
            requested_at=AT,
            decided_on=today,
            listed_on=today - 900 * DAY,
            until=today + days * DAY,
        )
    Publication.objects.create(
        union=unit,
        path=unit.path,
        period="2026Q3",
        first=date(2026, 7, 1),
        last=date(2026, 9, 30),
        until=today,
        stage="published",
        drafted_by=sun,
        drafted_at=AT,
        published_on=date(2026, 10, 9),
        hash="x",
    )
    found = counts(world)
    assert (found["guarantees-ending"], found["listings-ending"], found["publications-ending"]) == (2, 1, 1)
    client = as_user(world, "sun")
    for name in ("guarantees-ending", "listings-ending", "publications-ending", "rounds-listed", "advances-asked"):
        assert client.get(reverse("board-rows", args=[name])).status_code == 200, name


# ---- the pages ------------------------------------------------------------------------------------------------------


def linked(html: str) -> dict[str, tuple[int, str]]:
    """Name of each line on the page → its number and address."""
    found = re.findall(r'href="(/boards/rows/([\w-]+)/\?unit=\w+)".*?board-number">([\d,]+)<', html, re.S)
    return {name: (int(number.replace(",", "")), url) for url, name, number in found}


def test_every_number_opens_its_rows(world: World) -> None:
    now = timezone.now()
    a_case(world, mass=True)
    a_term(world, due=now + DAY)
    a_term(world, due=now - DAY)
    a_target(world, "未查公司", timezone.localdate() - 30 * DAY)
    a_return(world, due=now - DAY)
    client = as_user(world, "sun")
    found = linked(client.get(reverse("board")).text)
    assert set(found) == {line.name for line in all_lines()}
    assert found["overdue"][0] >= 1 and found["cases-grave"][0] == 1 and found["targets-not-yet"][0] == 1
    for name, (number, url) in found.items():
        answer = client.get(url)
        assert answer.status_code == 200, name
        assert (answer.context["count"], len(answer.context["rows"])) == (number, number), name


def test_rows_the_reader_may_not_open_are_counted_and_not_shown(world: World) -> None:
    """A transfer to the district out of books that she does not see."""
    case = a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"))
    sender, receiver = world.unions["370203E0001"], world.unions["370202"]
    Transfer.objects.create(
        case=case,
        sender=sender,
        receiver=receiver,
        reason="属地",
        from_state="open",
        asked_by=world.user("chu"),
        asked_at=AT,
    )
    answer = as_user(world, "sun").get(reverse("board-rows", args=["transfers-arriving"]))
    assert (answer.context["count"], answer.context["seen"]) == (1, 0)
    assert "台东酒店" not in answer.text and "有一部分不在您的查看范围" in answer.text


@pytest.mark.parametrize("name", ["overdue", "cases-open"])
def test_a_number_below_the_reader_alone(world: World, name: str) -> None:
    client = as_user(world, "sun")
    assert client.get(reverse("board-rows", args=[name]), {"unit": "370203"}).status_code == 404
    assert client.get(reverse("board-rows", args=["nothing"])).status_code == 404
    assert client.get(reverse("board"), {"unit": "\x00"}).status_code in (404, 422)


def test_the_board_as_a_workbook(world: World) -> None:
    a_term(world, due=timezone.now() + DAY)
    answer = as_user(world, "sun").get(reverse("board-sheet"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {row[1]: row[2] for row in sheet.iter_rows(values_only=True) if isinstance(row[2], int)}
    assert rows["3 日内到期"] == 1 and rows["办理中"] == 0
    assert Event.objects.filter(verb="export-board").count() == 1


def test_the_rows_as_a_workbook(world: World) -> None:
    a_case(world, employer=an_employer("=恶意公式"))
    answer = as_user(world, "sun").get(reverse("board-rows-sheet", args=["cases-open"]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=恶意公式"]
    assert len(cells) == 1 and cells[0].data_type == "s"


def test_the_price_of_the_board(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    client = as_user(world, "sun")
    client.get(reverse("board"))
    cache.clear()
    with django_assert_max_num_queries(FRAME + 6):
        client.get(reverse("board"))
    cache.clear()
    with django_assert_max_num_queries(FRAME + 5):
        client.get(reverse("board-rows", args=["cases-open"]))


def test_rows_cost_the_same_however_many_they_are(world: World) -> None:
    """Of what other books count: what a row tells is read with the rows."""
    queries: dict[str, list[int]] = {}
    for wanted in (range(1), range(1, 3)):
        for number in wanted:
            matters(world, number)
        for name in LINES:
            (line,) = [one for one in all_lines() if one.name == name]
            with CaptureQueriesContext(connection) as asked:
                told = [line.tell(row, NOW) for row in line.readable(world.unions["370202"], NOW, world.user("sun"))]
            assert len(told) == wanted.stop, name
            queries.setdefault(name, []).append(len(asked))
    assert {name: counts for name, counts in queries.items() if counts[0] != counts[1]} == {}


# ---- the desk -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shows"), [("li", ""), ("zhou", "board"), ("sun", "board"), ("lv", "map"), ("yang", "map")]
)
def test_each_desk_begins_with_its_board(world: World, name: str, shows: str) -> None:
    html = as_user(world, name).get("/").text
    assert ("desk-figures" in html) == (shows == "board")
    assert ("/boards/desk/" in html) == (shows == "map")
    if shows:
        assert html.index("desk-board") < html.index("box-clock")
