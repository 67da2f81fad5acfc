"""The overview: every figure equals a plain sum over the books, and opens what is behind it."""

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry
from reporting.overview import figures as overview
from tests.cast import AT, World, a_case, a_draft, an_employer
from unions.approvals import seal_of

TODAY = date(2026, 11, 20)
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
    read = overview.outstanding(province)
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
    read = overview.outstanding(books.unions["370000"])
    assert (read.unverified.cases, read.unverified.left.amount) == (1, Decimal(3_000))
    assert "青岛市总工会（本级及直管）" in [group.label for group in read.places]
    assert sum(group.left.amount for group in read.places) == read.all.left.amount
    client.force_login(books.user("han"), backend=BACKEND)
    page = client.get(reverse("overview")).content.decode()
    assert "其中未查实的线索 0.30 万元" in page and "报表只计已查实的案件" in page


def test_places_are_counties_else_the_units_next_below(books: World) -> None:
    assert [g.key for g in overview.outstanding(books.unions["370200"]).places] == ["370203", "370202"]
    assert [g.label for g in overview.outstanding(books.unions["370202"]).places] == ["海风建设工会"]
    assert [g.label for g in overview.outstanding(books.unions["370202E0001"]).places] == ["海风建设工会（本级）"]


def test_months_go_by_the_day_of_the_entry(books: World) -> None:
    found = {month.label: month for month in overview.months(books.unions["370200"], TODAY)}
    assert len(found) == 13 and (min(found), max(found)) == ("2025-11", "2026-11")
    assert found["2026-10"].recognised.amount == Decimal("999.99")
    assert found["2026-11"].resolved == ledger.Sums(17, 0, Decimal(170000))
    assert found["2026-11"].recognised.amount == Decimal(360000)
    behind = overview.behind(books.unions["370200"], "resolved", date(2026, 11, 1), date(2026, 11, 30))
    assert behind.total().amount == found["2026-11"].resolved.amount
    assert overview.closed_since(books.unions["370200"], date(2026, 1, 1), TODAY) == 1


def test_figures_are_fresh_after_every_act(books: World) -> None:
    city = books.unions["370200"]
    before = overview.read(city, TODAY)
    assert overview.read(city, TODAY) == before
    ledger.post(Case.objects.earliest("id"), EntryKind.PAID, TODAY, books.user("he"), AT, amount=Decimal(1))
    assert overview.read(city, TODAY).open.all.left.amount == before.open.all.left.amount - 1


def test_the_page_its_charts_and_what_is_behind(client: Client, books: World) -> None:
    client.force_login(books.user("lv"), backend=BACKEND)
    page = client.get(reverse("overview"))
    assert page.status_code == 200 and "青岛市总工会及以下" in page.content.decode()
    for name in ("places", "industries", "months"):
        option = json.loads(client.get(reverse("overview-chart", args=[name])).content)
        drawn = [item for series in option["series"] for item in series["data"]]
        assert drawn
        for url in {item["url"] for item in drawn}:
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
