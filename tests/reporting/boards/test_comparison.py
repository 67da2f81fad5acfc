"""Units side by side: every figure is a plain count of rows, opens exactly them, sorts, and stands in the workbook."""

from __future__ import annotations

import html as markup
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from arrears.early_warning.models import WarningStanding
from arrears.inspections.models import Finding, Inspection
from arrears.law.models import Obligation
from reporting.boards import comparison
from reporting.boards.columns import COLUMNS
from reporting.boards.comparison import ComparedCell, ComparedUnit, region_prefix
from reporting.boards.wording import printed, share_note
from reporting.evaluation.facts import EvaluationPeriod
from tests.books import Payment, write_case
from tests.cast import AT, World, a_case, an_employer, moment
from tests.judged import DUE, a_return, a_term, closed
from tests.readers import as_user
from tests.reporting.boards.test_boards import FRAME
from unions.models import Union

YEAR = EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), moment("2026-11-20 18:00"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def books(world: World) -> World:
    """市南: two cases, one closed and one half paid, a visit with a finding closed late, one return late, one missing, one
    zero, a term missed, one employer warned of red. 市北: one case. Three employers known in 市南, one in 市北.
    """
    half = a_case(world)
    he, at = world.user("he"), date(2026, 11, 18)
    ledger.post(half, EntryKind.PAID, at, he, AT, workers=5, migrants=5, amount=Decimal(50_000))
    closed(a_case(world, "sun", "370202", employer=an_employer("市南餐饮", "370202")), date(2026, 11, 19))
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"), stated_workers=3, stated_migrants=0)
    a_return(world, stage="received", submitted_at=DUE + SECOND)
    a_return(world)
    a_return(world, stage="implied")
    a_return(world, stage="waived")
    a_term(world)
    a_term(world, code="370202E0001", met_at=DUE)
    unit, red = world.unions["370202"], an_employer("红色公司", "370202")
    visit = Inspection.objects.create(
        union=unit, path=unit.path, employer=red, industry="E", on=date(2026, 10, 9), workers=9, by=he, at=AT
    )
    Finding.objects.create(
        inspection=visit,
        path=unit.path,
        detail="未设告示牌",
        due_on=date(2026, 10, 20),
        by=he,
        at=AT,
        closed_on=date(2026, 10, 21),
    )
    WarningStanding.objects.create(
        union=unit, path=unit.path, employer=red, level="红", rank=3, latest_on=at, graded_on=at
    )
    return world


def figures(world: World, *codes: str, span: EvaluationPeriod = YEAR) -> list[dict[str, Any]]:
    cache.clear()
    rows = comparison.compare([world.unions[code] for code in codes], span)
    return [{name: cell.value for name, cell in row.cells.items()} for row in rows]


def test_every_column_is_counted_as_its_note_says(books: World) -> None:
    south, north = figures(books, "370202", "370203")
    third = Decimal("33.33")
    assert south == {
        "new": 2,
        "closed": 1,
        "closing-rate": 50,
        "left-workers": 7,
        "left-amount": Decimal(70_000),
        "confirmed-rate": None,
        "returns-due": 3,
        "returns-rate": third,
        "filled": 1,
        "zero": 0,
        "implied": 1,
        "missing": 1,
        "terms-rate": 50,
        "red": 1,
        "inspected": third,
        "prevention": 0,
        "findings-rate": 0,
        "aided-rate": 0,
    }
    assert north == {
        "new": 1,
        "closed": 0,
        "closing-rate": 0,
        "left-workers": 3,
        "left-amount": Decimal(120_000),
        "confirmed-rate": None,
        "returns-due": 0,
        "returns-rate": None,
        "filled": 0,
        "zero": 0,
        "implied": 0,
        "missing": 0,
        "terms-rate": None,
        "red": 0,
        "inspected": 0,
        "prevention": 0,
        "findings-rate": None,
        "aided-rate": None,
    }


def test_the_days_are_those_asked_for(books: World) -> None:
    october = EvaluationPeriod(date(2026, 10, 1), date(2026, 10, 31), YEAR.now)
    [south] = figures(books, "370202", span=october)
    assert (south["new"], south["closed"], south["returns-rate"], south["findings-rate"]) == (0, 0, None, 0)
    assert south["left-amount"] == Decimal(70_000)  # as it stands now, whatever the days


def test_units_of_several_depths_are_counted_alike(books: World) -> None:
    codes = ("370200", "370202", "370202E0001", "370000I0001")
    together = figures(books, *codes)
    assert together == [figures(books, code)[0] for code in codes]
    assert [one["new"] for one in together] == [3, 2, 1, 0]


def test_the_last_line_adds_counts_and_shares_of_sums(books: World) -> None:
    cache.clear()
    city = books.unions["370200"]
    found = comparison.compare_below(city, [books.unions["370202"], books.unions["370203"]], YEAR)
    total = found.total.cells
    assert (total["new"].value, total["closing-rate"].value) == (3, Decimal("33.33"))
    assert total["left-amount"].value == Decimal(190_000)
    [whole] = comparison.compare([city], YEAR)
    assert {name: (cell.top, cell.bottom, cell.left_out) for name, cell in total.items()} == {
        name: (cell.top, cell.bottom, cell.left_out) for name, cell in whole.cells.items()
    }


def test_the_rows_of_a_province_are_all_of_it(books: World) -> None:
    """Cities, industrial unions, the own books; by district, what stands under a city alone is a row as well."""
    province, filed = (
        books.unions["370000"],
        a_case(books, "jiang", "370000I0001E0001", employer=an_employer("远方路桥")),
    )
    a_case(books, "lv", "370200", employer=an_employer("青岛直管"), stated_amount=Decimal(5_000))
    a_case(books, "han", "370000", employer=an_employer("省直管"), stated_amount=Decimal(7_000))
    assert filed.stated_amount == 120_000
    cache.clear()
    by_city = comparison.compare_below(province, [books.unions["370200"]], YEAR)
    left = {one.name: one.cells["left-amount"].value for one in by_city.all}
    assert left == {"青岛市总工会": 195_000, "山东省建设产业工会": 120_000, "山东省总工会（本级）": 7_000}
    assert by_city.total.cells["left-amount"].value == 322_000
    by_district = comparison.compare_below(province, [books.unions["370202"], books.unions["370203"]], YEAR)
    assert [one.name for one in by_district.beside][1:] == ["山东省总工会（本级）", "其他单位"]
    for name, column in COLUMNS.items():
        for found in (by_city, by_district):
            cells = [one.cells[name] for one in found.all]
            if column.adds:
                assert sum(cell.top or 0 for cell in cells) == found.total.cells[name].top, name
    [whole] = comparison.compare([province], YEAR)
    assert by_district.total.cells == by_city.total.cells == whole.cells


def test_what_was_due_is_reported_zero_taken_for_zero_or_missing(books: World) -> None:
    [south] = figures(books, "370202")
    assert south["returns-due"] == sum(south[name] for name in ("filled", "zero", "implied", "missing"))


def test_a_rate_says_what_it_leaves_out_and_few_events_are_no_percentage(books: World) -> None:
    """One of two terms in time, beside what is overdue from before the span."""
    october = EvaluationPeriod(date(2026, 11, 18), date(2026, 12, 31), YEAR.now)
    cache.clear()
    [south] = comparison.compare([books.unions["370202"]], october, ["terms-rate", "returns-rate", "closing-rate"])
    late = Obligation.objects.overdue(october.now).filter(path__startswith=books.unions["370202"].path)
    assert south.cells["terms-rate"].left_out == late.count() > 0
    assert (south.cells["returns-rate"].value, south.cells["returns-rate"].left_out) == (None, 1)
    [year] = comparison.compare([books.unions["370202"]], YEAR, ["closing-rate"])
    cell = year.cells["closing-rate"]
    assert (printed(cell), cell.ranks, share_note(cell)) == ("1/2", False, "")
    assert printed(ComparedCell(COLUMNS["closing-rate"], 4, 8)) == "50"
    assert share_note(ComparedCell(COLUMNS["terms-rate"], 1, 2, 191)) == "期外逾期 191"
    assert share_note(ComparedCell(COLUMNS["terms-rate"], 4, 8, 191)) == "4/8，期外逾期 191"


def test_few_events_take_no_place() -> None:
    def one(code: str, *numbers: int) -> ComparedUnit:
        return ComparedUnit(Union(code=code), {"closing-rate": ComparedCell(COLUMNS["closing-rate"], *numbers)})

    rows = [one("a", 1, 1), one("b", 0, 0), one("c", 5, 10), one("d", 9, 10)]
    assert [row.union.code for row in comparison.in_order(rows, "closing-rate", True)] == ["d", "c", "a", "b"]
    assert [row.union.code for row in comparison.in_order(rows, "closing-rate", False)] == ["c", "d", "a", "b"]


def test_a_share_of_nothing_is_none() -> None:
    assert ComparedCell(COLUMNS["closing-rate"]).value is None
    assert ComparedCell(COLUMNS["closing-rate"], 2, 3).value == Decimal("66.67")


@pytest.mark.parametrize(
    ("code", "prefix"), [("370000", "37"), ("370200", "3702"), ("370202", "370202"), ("632800", "6328"), (None, "")]
)
def test_a_region_begins_like_its_places(world: World, code: str | None, prefix: str) -> None:
    unit = world.unions["370202"]
    unit.region_code = code
    assert region_prefix(unit) == prefix


# ---- the page -------------------------------------------------------------------------------------------------------


def page(client: Any, **query: str) -> Any:
    cache.clear()
    return client.get(reverse("comparison"), {"period": "2026"} | query)


def lines(answer: Any) -> list[str]:
    return [row["union"].code for row in answer.context["rows"]]


def test_the_city_sees_its_districts_and_sorts_them(books: World) -> None:
    client = as_user(books, "lv")
    assert lines(page(client)) == ["370202", "370203"]
    assert lines(page(client, sort="-left-amount")) == ["370203", "370202"]
    assert lines(page(client, sort="returns-rate")) == ["370202", "370203"]  # nothing to do stands last, either way
    assert lines(page(client, sort="-returns-rate")) == ["370202", "370203"]
    assert lines(page(client, sort="nonsense")) == ["370202", "370203"]
    html = page(client, sort="-left-amount").text
    assert 'aria-sort="descending"' in html and "sort=left-amount" in html


def test_every_figure_opens_exactly_its_rows(books: World) -> None:
    client = as_user(books, "lv")
    opened = set()
    for row in page(client).context["rows"]:
        for column, text, _, url, _ in row["cells"]:
            if text == "—":
                continue
            answer = client.get(url)
            assert answer.status_code == 200, (column.name, url)
            if column.source is not None:
                cell = comparison.compare([row["union"]], YEAR)[0].cells[column.name]
                met_of = answer.context["behind"].count
                if column.kind == "rate":
                    assert (met_of.met, met_of.of) == (cell.top, cell.bottom), column.name
                elif column.kind == "count":
                    assert met_of.of == cell.value, column.name
            opened.add(column.name)
    assert opened == set(COLUMNS) - {"confirmed-rate"}, "nobody of a list was paid here"


def test_rows_that_older_pages_show_agree(books: World) -> None:
    client, south = as_user(books, "lv"), books.unions["370202"]
    urls = {column.name: url for column, _, _, url, _ in page(client).context["rows"][0]["cells"]}
    assert client.get(urls["closed"]).context["count"] == 1
    listed = client.get(urls["left-amount"]).context["rows"]
    assert sum(row.outstanding.amount for row in listed) == Decimal(70_000)
    assert Case.objects.unfinished().filter(path__startswith=south.path).count() == len(listed)
    assert "红色公司" in client.get(urls["red"]).text


def test_each_unit_stands_beside_itself_a_year_ago(books: World) -> None:
    """What was left is told as it stood on that day; of whom was warned then nobody knows."""
    paid = [Payment(date(2025, 6, 3), 2, Decimal(20_000)), Payment(date(2026, 3, 4), 2, Decimal(30_000))]
    write_case(books, date(2025, 5, 6), 4, "50000", "370202", payments=paid, closed_on=date(2026, 3, 5))
    write_case(books, date(2025, 8, 7), 3, "7000", "370203")
    client = as_user(books, "lv")
    answer = page(client, period="2026-01-01~2026-11-20")
    told = {
        row["name"]: {column.name: (text, then) for column, text, _, _, then in row["cells"]}
        for row in (*answer.context["rows"], *answer.context["beside"])
    }
    assert told["市南区总工会"]["left-amount"] == ("7.00", "3.00")
    assert told["市北区总工会"]["left-amount"] == ("12.70", "0.70")
    assert (told["市南区总工会"]["new"], told["市北区总工会"]["new"]) == (("2", "1"), ("1", "1"))
    assert told["市南区总工会"]["red"] == ("1", "—")
    whole = {column.name: (text, then) for column, text, _, then in answer.context["total"]}
    assert whole["left-amount"] == ("19.70", "3.70") and "去年 3.70" in answer.text
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("comparison-sheet"), {"period": "2026-01-01~2026-11-20"}).content)
    ).active
    rows = [row[1:7] for row in book.iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(rows) if row[0] == "合计")
    assert (rows[at][5], rows[at + 1][0], rows[at + 1][5]) == (19.7, "去年同期", 3.7)


def test_a_neighbour_is_not_compared_for_a_district(books: World) -> None:
    answer = page(as_user(books, "sun"))
    assert "市北区" not in answer.text and lines(answer) == ["370202T0001"]
    client = as_user(books, "sun")
    for name in ("comparison", "board-map"):
        assert client.get(reverse(name), {"unit": "370203"}).status_code == 404
    url = reverse("comparison-rows", args=["new"])
    assert client.get(url, {"unit": "370203"}).status_code == 404
    assert client.get(reverse("comparison-rows", args=["closed"])).status_code == 404  # another page shows those


def test_bad_days_are_told(books: World) -> None:
    client = as_user(books, "lv")
    assert "期间或条件有误" in page(client, period="第十三季").text
    for name in ("comparison-sheet", "comparison-rows"):
        args = ["new"] if name == "comparison-rows" else []
        assert client.get(reverse(name, args=args), {"period": "第十三季"}).status_code == 422


def test_the_workbook_says_what_the_page_says(books: World) -> None:
    client = as_user(books, "lv")
    answer = client.get(reverse("comparison-sheet"), {"period": "2026"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    found = {row[1]: row[2:] for row in sheet.iter_rows(values_only=True) if row[1]}
    heads = tuple(str(text).replace("\n", "") for text in found["单位"])
    assert heads == tuple(column.heading for column in COLUMNS.values())
    assert found["市南区总工会"][:5] == (2, 1, "1/2", 7, 7)  # 70,000 yuan are 7 万元
    assert found["合计"][4] == 19
    assert found["青岛市总工会（本级）"][4] == 0
    shown = [
        [re.sub(r"[,]", "", markup.unescape(text)) for _, text, *_ in row["cells"]]
        for row in page(client).context["rows"]
    ]
    for row, name in zip(shown, ("市南区总工会", "市北区总工会"), strict=True):
        assert [_number(text) for text in row] == [_number(str(cell)) for cell in found[name]]


def _number(text: str) -> Any:
    return text if text == "—" or "/" in text else Decimal(text)


def test_the_price_does_not_grow_with_the_units(books: World, django_assert_max_num_queries: Any) -> None:
    for name, kind in (("lv", "district"), ("han", "city"), ("han", "district")):
        client = as_user(books, name)
        page(client, kind=kind)
        with django_assert_max_num_queries(FRAME + 46):
            page(client, kind=kind)
