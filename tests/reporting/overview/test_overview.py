"""The overview: every figure equals a plain sum over the books, and opens what is behind it."""

import io
import json
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry
from reporting.boards.comparison import ComparedCell
from reporting.evaluation.facts import EvaluationPeriod
from reporting.overview import figures as overview
from reporting.overview.summary import SUMMARY, change, spans_of
from tests.books import Payment, write_case
from tests.cast import AT, World, a_case, a_draft, an_employer, moment
from unions.approvals import seal_of

TODAY, LAST_YEAR = date(2026, 11, 20), date(2025, 11, 20)
NOW = moment("2026-11-20 18:00")
YEAR = EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), NOW)
BACKEND = "unions.people.backends.AppointmentBackend"


@pytest.fixture
def books(world: World) -> World:
    """市南: one half paid, one closed. 市北: one. 远方路桥 (industrial): one that nobody has paid."""
    first = a_case(world)
    he = world.user("he")
    ledger.post(first, EntryKind.PAID, date(2026, 11, 18), he, AT, workers=5, migrants=5, amount=Decimal("50000.00"))
    ledger.post(first, EntryKind.ADJUSTED, date(2026, 10, 2), he, AT, workers=1, amount=Decimal("999.99"), source="补")
    done = a_case(world, employer=an_employer("海风餐饮", industry="H"), industry="H", on_project=False, nature="")
    ledger.post(done, EntryKind.PAID, date(2026, 11, 19), he, AT, workers=12, migrants=10, amount=Decimal(120000))
    done.refresh_from_db()
    done = workflow.move(done, "settle", he, AT, seen=done.version, conclusion="paid")
    shown = seal_of(snapshot.closing(done))
    workflow.move(done, "close", world.user("wang"), AT, seen=done.version, seal=shown)
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"), stated_workers=3, stated_migrants=0)
    a_case(
        world, "jiang", "370000I0001E0001", employer=an_employer("远方路桥", "370202"), stated_amount=Decimal("0.01")
    )
    return world


def plain_sums(below: str, key: Any) -> dict[Any, tuple[int, Decimal]]:
    """Outstanding people and money of unfinished cases under a path, added up one by one."""
    found: dict[Any, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for case in Case.objects.unfinished().filter(path__startswith=below).select_related("union"):
        left = ledger.balance(case).outstanding
        workers, amount = found[key(case)]
        found[key(case)] = (workers + left.workers, amount + left.amount)
    return dict(found)


def test_figures_are_plain_sums(books: World) -> None:
    province = books.unions["370000"]
    read = overview.outstanding(province, TODAY, LAST_YEAR)
    assert {g.key: (g.left.workers, g.left.amount) for g in read.industries} == plain_sums(
        province.path, lambda case: case.industry
    )
    county = {"370202E0001": "370202", "370203E0001": "370203", "370000I0001E0001": "370000I0001"}
    assert {g.key: (g.left.workers, g.left.amount) for g in read.places} == plain_sums(
        province.path, lambda case: county[case.union.code]
    )
    assert (read.all.cases, read.all.left.workers) == (3, 8 + 3 + 12)
    assert read.all.left.amount == Decimal("70999.99") + Decimal(120000) + Decimal("0.01")
    assert read.unverified.left == ledger.Sums()


def test_clues_and_what_a_city_has_of_its_own_are_said(client: Client, books: World) -> None:
    clue = a_draft(books, "lv", "370200", employer=an_employer("线索"), stated_amount=Decimal(3_000))
    workflow.move(clue, "report_clue", books.user("lv"), AT, seen=clue.version)
    read = overview.outstanding(books.unions["370000"], TODAY, LAST_YEAR)
    assert (read.unverified.cases, read.unverified.left.amount) == (1, Decimal(3_000))
    assert "青岛市总工会（本级及直管）" in [group.label for group in read.places]
    assert sum(group.left.amount for group in read.places) == read.all.left.amount
    client.force_login(books.user("han"), backend=BACKEND)
    page = client.get(reverse("overview")).content.decode()
    assert "其中未查实的线索 0.30 万元" in page and "报表只计已查实的案件" in page


def test_places_are_counties_else_the_units_next_below(books: World) -> None:
    assert [g.key for g in overview.outstanding(books.unions["370200"], TODAY, LAST_YEAR).places] == [
        "370203",
        "370202",
    ]
    assert [g.label for g in overview.outstanding(books.unions["370202"], TODAY, LAST_YEAR).places] == ["海风建设工会"]
    assert [g.label for g in overview.outstanding(books.unions["370202E0001"], TODAY, LAST_YEAR).places] == [
        "海风建设工会（本级）"
    ]


def test_months_go_by_the_day_of_the_entry(books: World) -> None:
    left = overview.read(books.unions["370200"], YEAR).open.all.left.amount
    found = {month.label: month for month in overview.months(books.unions["370200"], TODAY, left)}
    assert len(found) == 13 and (min(found), max(found)) == ("2025-11", "2026-11")
    assert found["2026-10"].recognised.amount == Decimal("999.99")
    assert found["2026-11"].resolved == ledger.Sums(17, 0, Decimal(170000))
    assert found["2026-11"].recognised.amount == Decimal(360000)
    behind = overview.behind(books.unions["370200"], "resolved", date(2026, 11, 1), date(2026, 11, 30))
    assert behind.total().amount == found["2026-11"].resolved.amount
    assert overview.read(books.unions["370200"], YEAR).summary.value("closed") == 1


def a_year_ago(world: World) -> None:
    """What was owed and paid in 2025: one case closed since, one still open, one of which nothing but a clue is known."""
    paid = [Payment(date(2025, 6, 3), 2, Decimal(20_000)), Payment(date(2026, 3, 4), 2, Decimal(30_000))]
    write_case(world, date(2025, 5, 6), 4, "50000", "370202", payments=paid, closed_on=date(2026, 3, 5))
    write_case(world, date(2025, 8, 7), 3, "7000", "370203", payments=[Payment(date(2025, 12, 1), 1, Decimal(1_000))])
    write_case(world, date(2025, 9, 9), 1, "900", "370202", clue=True)


def test_the_same_days_of_last_year_as_known_today(books: World) -> None:
    """What was left on a past day is what was owed by then less what was paid by then, of cases closed since as well."""
    a_year_ago(books)
    read = overview.read(books.unions["370200"], YEAR)
    assert (read.spans.year_ago.since, read.spans.year_ago.last) == (date(2025, 1, 1), LAST_YEAR)
    assert read.spans.before is None, "the year before is the same of last year"
    told = {line.column.name: (line.now.top, line.year_ago.top) for line in read.summary.lines()}
    assert told["left-cases"] == (4, 3)
    assert told["left-amount"] == (Decimal("190999.99") + 6_000 + 900, Decimal(30_000) + 7_000 + 900)
    assert told["owed-amount"] == (Decimal("360999.99"), Decimal(57_900))
    assert told["paid-amount"] == (Decimal(200_000), Decimal(20_000))
    assert (told["closed"], told["new"]) == ((2, 0), (3, 2))
    assert read.open.all.left_then.amount == told["left-amount"][1] == read.months[-1].left_then + 0
    assert read.open.all.left.amount == told["left-amount"][0] == read.months[-1].left
    assert sum(one.left_then.amount for one in read.open.places) == told["left-amount"][1]


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2025, 11, 30), date(2025, 12, 31), date(2026, 2, 28)])
def test_the_end_of_a_month_is_that_day_as_the_cases_behind_it_say(books: World, day: date) -> None:
    a_year_ago(books)
    city = books.unions["370200"]
    left = overview.read(city, YEAR).open.all.left.amount
    found = {month.label: month for month in overview.months(city, TODAY, left)}
    then = overview.months(city, TODAY, left)
    told = (
        found[f"{day:%Y-%m}"].left
        if f"{day:%Y-%m}" in found
        else next(month.left_then for month in then if month.first == day.replace(day=1, year=day.year + 1))
    )
    behind = overview.behind(city, "left", day, day)
    assert told == behind.total().amount
    assert behind.cases.count() == sum(1 for case in behind.cases if case.accepted_on <= day)


def test_a_period_is_compared_with_the_same_days(books: World) -> None:
    def days(since: date, until: date, now: str = "2026-11-20 18:00") -> list[tuple[date, date]]:
        return [(span.since, span.last) for _, span in spans_of(EvaluationPeriod(since, until, moment(now))).named()]

    assert days(date(2026, 11, 1), date(2026, 11, 30)) == [
        (date(2026, 11, 1), TODAY),
        (date(2025, 11, 1), LAST_YEAR),
        (date(2026, 10, 1), date(2026, 10, 20)),
    ]
    assert days(date(2024, 2, 1), date(2024, 2, 29)) == [
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2023, 2, 1), date(2023, 2, 28)),
        (date(2024, 1, 1), date(2024, 1, 31)),
    ]
    assert days(date(2025, 2, 1), date(2025, 2, 28))[1] == (date(2024, 2, 1), date(2024, 2, 29))
    assert days(date(2026, 3, 5), date(2026, 3, 14))[2] == (date(2026, 2, 23), date(2026, 3, 4))


def test_a_change_is_said_in_words() -> None:
    left, rate = SUMMARY["left-amount"], SUMMARY["closing-rate"]
    worse = change(ComparedCell(left, Decimal(30_000)), ComparedCell(left, Decimal(20_000)))
    assert (worse.words, worse.tone) == ("增加 1.00 万元（50.0%）", "bad")
    better = change(ComparedCell(rate, 9, 10), ComparedCell(rate, 5, 10))
    assert (better.words, better.tone) == ("上升 40.00 个百分点", "good")
    assert change(ComparedCell(rate, 9, 10), ComparedCell(rate, 1, 2)).words == "—", "of few events nothing is compared"
    assert change(ComparedCell(left, Decimal(5)), ComparedCell(left, Decimal(5))).words == "持平"
    assert change(ComparedCell(left, Decimal(50_000)), ComparedCell(left, Decimal(0))).words == "增加 5.00 万元"


def test_every_figure_of_the_page_opens_its_cases(client: Client, books: World) -> None:
    a_year_ago(books)
    client.force_login(books.user("lv"), backend=BACKEND)
    page = client.get(reverse("overview"), {"period": "2026"}).text
    main = page[page.index('id="content"') :]
    addresses = {unescape(url) for url in re.findall(r'href="(/(?:cases|overview|boards)/[^"]+)"', main)}
    assert len(addresses) > 40
    for address in addresses:
        assert client.get(address).status_code == 200, address
    then = client.get(
        reverse("overview-cases"),
        {"what": "left", "since": LAST_YEAR, "until": LAST_YEAR, "by": "cause", "key": "none"},
    )
    assert then.context["total"].amount == Decimal(37_900)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("overview-sheet"), {"period": "2025"}).content)).active
    rows = {row[1]: row[3:] for row in book.iter_rows(values_only=True) if row[0] == "指标"}
    assert rows["清偿和垫付金额"][:2] == (2.1, 0)


def test_focus_sectors_are_told_where_a_notice_asks_for_them(client: Client, books: World) -> None:
    for who, asks in (("lv", True), ("han", False)):  # of Qingdao; of its province
        client.force_login(books.user(who), backend=BACKEND)
        book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("overview-sheet")).content)).active
        kinds = {row[0] for row in book.iter_rows(values_only=True)}
        assert ("按重点行业" in kinds) is asks and "按行业" in kinds
        assert ("按重点行业：" in client.get(reverse("overview")).text) is asks


def test_the_unit_and_the_days_go_along(client: Client, books: World) -> None:
    client.force_login(books.user("lv"), backend=BACKEND)
    for name in ("overview", "comparison", "board-map", "board"):
        page = client.get(reverse(name), {"unit": "370202", "period": "2026-10"}).text
        tabs = re.findall(r'<a class="tab[^"]*" href="([^"]+)"', page)
        assert len(tabs) >= 4 and all("period=2026-10&amp;unit=370202" in url for url in tabs), name
        assert '<option value="370202" selected' in page
        bar = page[page.index('class="analysis-form"') :]
        assert re.search(
            r'<(?:input type="hidden" name="period"|option) value="2026-10"', bar[: bar.index("</form>")]
        ), name
    assert "2026年10月" in client.get(reverse("overview"), {"since": "2026-10-01", "until": "2026-10-31"}).text
    assert "止日早于起日" in client.get(reverse("overview"), {"since": "2026-10-31", "until": "2026-10-01"}).text
    days = client.get(reverse("comparison"), {"period": "2026-10-05~2026-11-03"})
    assert days.context["period"] == "2026年10月5日至2026年11月3日"
    assert "不能早于起日" in client.get(reverse("comparison"), {"period": "2026-10-05~2026-10-03"}).text


def test_figures_are_fresh_after_every_act(books: World) -> None:
    city = books.unions["370200"]
    before = overview.read(city, YEAR)
    assert overview.read(city, YEAR) == before
    ledger.post(Case.objects.earliest("id"), EntryKind.PAID, TODAY, books.user("he"), AT, amount=Decimal(1))
    assert overview.read(city, YEAR).open.all.left.amount == before.open.all.left.amount - 1


def test_the_page_its_charts_and_what_is_behind(client: Client, books: World) -> None:
    client.force_login(books.user("lv"), backend=BACKEND)
    page = client.get(reverse("overview"))
    assert page.status_code == 200 and "青岛市总工会及以下" in page.content.decode()
    for name in ("places", "industries", "channels", "causes", "months"):
        option = json.loads(client.get(reverse("overview-chart", args=[name])).content)
        drawn = [item for series in option["series"] for item in series["data"]]
        assert drawn
        for url in {item["url"] for item in drawn if item.get("url")}:
            assert client.get(url).status_code == 200
    assert client.get(reverse("overview-chart", args=["nothing"])).status_code == 404
    resolved = client.get(
        reverse("overview-cases"), {"what": "resolved", "since": "2026-11-01", "until": "2026-11-30"}
    ).content.decode()
    assert "2 件，17 人，17.00 万元" in resolved and "50,000.00" in resolved


def test_who_sees_what(client: Client, books: World) -> None:
    client.force_login(books.user("sun"), backend=BACKEND)
    assert "市南区总工会及以下" in client.get(reverse("overview")).content.decode()
    for code, status in {"370202E0001": 200, "370202T0001": 200, "370203": 404, "370200": 404, "999": 404}.items():
        for name in ("overview", "overview-cases"):
            query = {"unit": code, "what": "closed", "since": "2026-01-01", "until": "2026-12-31"}
            assert client.get(reverse(name), query).status_code == status, (name, code)
    client.force_login(books.user("xitong"), backend=BACKEND)
    assert client.get(reverse("overview")).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [("what=paid&since=2026-01-01&until=2026-02-01", 404), ("what=closed", 422), ("what=closed&since=x&until=y", 422)],
)
def test_bad_questions(client: Client, world: World, query: str, status: int) -> None:
    client.force_login(world.user("sun"), backend=BACKEND)
    assert client.get(f"{reverse('overview-cases')}?{query}").status_code == status


def test_nothing_yet(client: Client, world: World) -> None:
    client.force_login(world.user("sun"), backend=BACKEND)
    assert "暂无案件" in client.get(reverse("overview")).content.decode()


def test_the_price_does_not_grow(client: Client, books: World, django_assert_max_num_queries: Any) -> None:
    client.force_login(books.user("han"), backend=BACKEND)
    with django_assert_max_num_queries(21):
        client.get(reverse("overview"))
    with django_assert_max_num_queries(13):
        client.get(reverse("overview-cases"), {"what": "resolved", "since": "2026-01-01", "until": "2026-12-31"})
    assert LedgerEntry.objects.exists()
