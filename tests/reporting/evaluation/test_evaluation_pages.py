"""The pages of 考核评价: the table of the units above, a unit's own score and why, the rows behind a figure, the workbook."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases.models import Case
from arrears.law.obligations import attachments
from reporting.evaluation.facts import SOURCES
from reporting.evaluation.ranking import counts, rulebooks_judging
from tests.cast import AT, World, a_case
from tests.judged import DUE, YEAR, a_return, a_term
from tests.readers import as_user
from unions.models import Event

SECOND = timedelta(seconds=1)


@pytest.fixture
def city(world: World) -> World:
    """市南 sent one return late and one in time, missed a term, and has a case nobody took up; 市北 sent its one in time."""
    a_return(world, stage="received", submitted_at=DUE + SECOND)
    a_return(world, stage="received", submitted_at=DUE)
    a_return(world, code="370203", stage="received", submitted_at=DUE)
    a_term(world)
    Case.objects.filter(pk=a_case(world).pk).update(owed_from=None, owed_until=None)
    return world


def page(client: Client, name: str, *args: Any, **query: str) -> Any:
    return client.get(reverse(name, args=args), {"period": "2026"} | query)


def text_of(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def rows(html: str) -> list[str]:
    return [text_of(row) for row in re.findall(r"<tr>.*?</tr>", html.split("<tbody>")[1], re.S)]


# ---- the table --------------------------------------------------------------------------------------------------------


def test_QD_8_the_city_sees_its_districts_ranked_with_every_indicator(city: World) -> None:
    answer = page(as_user(city, "lv"), "evaluation")
    html = answer.content.decode()
    found = rows(html)
    assert found[0].startswith("1市北区总工会") and found[1].startswith("2市南区总工会")
    assert "1/3" in found[1]  # one return of two in time, and the term missed
    for title, weight in (
        ("报告及时", 25),
        ("报告准确", 15),
        ("处理积极", 20),
        ("调处完成", 20),
        ("台账健全", 10),
        ("日常排查", 5),
    ):
        assert f"{title}{weight}分" in text_of(html)
    assert "海风建设工会" not in html and "权重和计分标准为本地设置" in html


def test_every_cell_of_the_table_opens_exactly_its_rows(city: World) -> None:
    client = as_user(city, "lv")
    links = re.findall(r'href="(/evaluation/(\w+)/([\w-]+)/\?[^"]+)">', page(client, "evaluation").content.decode())
    assert len(links) == 7 + 4  # 市北 has no case and no term of its own
    entries = {one.name: one for one in rulebooks_judging(city.unions["370200"], YEAR)[0].indicators}
    for url, code, name in links:
        answer = client.get(url.replace("&amp;", "&"))
        seen = answer.context["behind"].count
        for source in SOURCES[entries[name].measure][1:]:
            seen += client.get(url.replace("&amp;", "&") + f"&rows={source.name}").context["behind"].count
        unit = city.unions[code]
        wanted = counts([unit], [entries[name]], YEAR)[unit.pk][name]
        if entries[name].per_year is None and entries[name].per_quarter is None:
            assert (seen.met, seen.of) == (wanted.met, wanted.of), f"{code} {name}"


def test_the_table_and_its_workbook_say_what_a_rate_leaves_out(city: World) -> None:
    """An unfinished case of the year before is in no number of this year's rate: it stands beside it."""
    client, title = as_user(city, "lv"), "调处完成"
    assert "期外未办1" not in text_of(page(client, "evaluation").text)
    Case.objects.update(accepted_on=date(2025, 12, 1), verified_on=date(2025, 12, 1))
    html = page(client, "evaluation").text
    assert "期外未办1" in rows(html)[1] and "期外未办1" not in rows(html)[0], "of 市南 alone"
    sheet = openpyxl.load_workbook(io.BytesIO(page(client, "evaluation-sheet").content)).active
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(f"{title}：期间以外至今逾期或未办结的同类事项 1 件" in line for line in said)


def test_a_case_merged_or_not_the_table_costs_the_same(city: World, django_assert_max_num_queries: Any) -> None:
    client = as_user(city, "lv")
    page(client, "evaluation")
    with django_assert_max_num_queries(29):
        page(client, "evaluation")


def test_a_quarter_or_any_span_can_be_asked_for(city: World) -> None:
    client = as_user(city, "lv")
    assert "2/2" not in rows(page(client, "evaluation", period="2026Q2").content.decode())[0]
    span = page(client, "evaluation", period="", since="2026-09-30", until="2026-09-30")
    assert any("1/1" in row for row in rows(span.content.decode()))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"period": "明年"}, "期间“明年”不对"),
        ({"period": "2099"}, "还没有数据"),
        ({"period": "", "since": "2026-01-01"}, "起止日期要一起写"),
        ({"period": "", "since": "2026-05-01", "until": "2026-04-01"}, "止日早于起日"),
        ({"period": "2026", "since": "2026-05-01", "until": "2026-06-01"}, "只能写一种"),
    ],
)
def test_a_period_that_cannot_be_read_is_said(city: World, query: dict[str, str], said: str) -> None:
    for name, args in (("evaluation", ()), ("evaluation-unit", ("370202",))):
        assert said in page(as_user(city, "lv"), name, *args, **query).content.decode()
    assert page(as_user(city, "lv"), "evaluation-rows", "370202", "timely", **query).status_code == 422
    assert page(as_user(city, "lv"), "evaluation-sheet", **query).status_code == 422


def test_days_may_end_with_the_calendar(city: World) -> None:
    client = as_user(city, "lv")
    for name in ("evaluation", "comparison", "overview"):
        for days in ({"period": "2026-01-01~9999-12-31"}, {"period": "", "since": "2026-01-01", "until": "9999-12-31"}):
            assert page(client, name, **days).status_code == 200, name


def test_where_no_notice_holds_the_places_below_that_have_one_are_named(city: World) -> None:
    html = page(as_user(city, "han"), "evaluation").content.decode()
    assert "没有考核指标" in html and "unit=370200" in html


def test_a_unit_without_units_below_is_led_to_its_own_score(city: World) -> None:
    answer = page(as_user(city, "li"), "evaluation")
    assert answer.status_code == 302 and answer["Location"].startswith("/evaluation/370202E0001/")


# ---- a unit's own score -----------------------------------------------------------------------------------------------


def test_QD_8_a_unit_sees_its_own_score_and_what_cost_points(city: World) -> None:
    answer = page(as_user(city, "qian"), "evaluation-unit", "370202")
    html = answer.content.decode()
    assert answer.context["own"].rank == 2 and "同级参评单位共2个" in text_of(html)
    assert "25.00分：2件" in text_of(html)  # a third of 60…100 % earns nothing
    lost = page(as_user(city, "qian"), "evaluation-rows", "370202", "timely", show="lost").content.decode()
    assert "迟报" in lost and "按期，" not in lost and re.search(r"扣分的[^件]*\d份", text_of(lost))
    terms = page(as_user(city, "qian"), "evaluation-rows", "370202", "timely", rows="terms").content.decode()
    assert "逾期，尚未办理" in terms
    assert (
        "缺少：欠薪起始日期、欠薪截止日期"
        in page(as_user(city, "qian"), "evaluation-rows", "370202", "complete").content.decode()
    )
    assert "还没有办理记录" in page(as_user(city, "qian"), "evaluation-rows", "370202", "prompt").content.decode()


def test_neighbours_see_of_each_other_only_the_place(city: World) -> None:
    client = as_user(city, "feng")
    own = page(client, "evaluation-unit", "370203")
    html = own.content.decode()
    assert own.context["own"].rank == 1 and "市南" not in html
    for name, args in (("evaluation-unit", ("370202",)), ("evaluation-rows", ("370202", "timely"))):
        assert page(client, name, *args).status_code == 404
    assert page(client, "evaluation", unit="370200").status_code == 404
    assert page(client, "evaluation-sheet", unit="370200").status_code == 404
    assert page(client, "evaluation-rows", "370203", "nothing").status_code == 404


def test_a_unit_picked_above_the_page_is_opened_or_not_found(city: World) -> None:
    client = as_user(city, "lv")
    opened = page(client, "evaluation-unit", "370202", unit="370203")
    assert (opened.status_code, opened["Location"]) == (302, "/evaluation/370203/?period=2026")
    for strange in ("市北", "370203/timely", "630000"):
        assert page(client, "evaluation-unit", "370202", unit=strange).status_code == 404, strange


def test_price_of_the_own_score_and_of_its_rows(city: World, django_assert_max_num_queries: Any) -> None:
    client = as_user(city, "qian")
    page(client, "evaluation-unit", "370202")
    with django_assert_max_num_queries(29):
        page(client, "evaluation-unit", "370202")
    for name in ("timely", "accurate", "prompt", "closed", "complete", "prevention", "prevention-log"):
        with django_assert_max_num_queries(24):
            page(client, "evaluation-rows", "370202", name)


def test_QP_4_2_the_body_of_each_indicator_stands_over_it(city: World) -> None:
    district = city.unions["370202"]
    row = attachments.propose(district, "qingpu-2023-1", date(2023, 6, 1), "试点", city.user("qian"), AT)
    attachments.beginning.approve(row, by=city.user("zhou"), at=AT, seal=attachments.beginning.seal(row, AT))
    answer = page(as_user(city, "qian"), "evaluation", period="2023", book="qingpu-2023-1")
    assert "台账资料台账健全15分" in text_of(answer.content.decode())
    sheet = page(as_user(city, "qian"), "evaluation-sheet", period="2023", book="qingpu-2023-1")
    cells = openpyxl.load_workbook(io.BytesIO(sheet.content)).active
    heads = [cell.value for row in cells.iter_rows(min_row=3, max_row=3) for cell in row if cell.value]
    assert heads == ["名次", "单位", "台账资料", "实地检查", "线索处置", "总分"]


# ---- the workbook -----------------------------------------------------------------------------------------------------


def test_QD_8_the_sheet_of_the_year_says_what_the_page_says_and_is_logged(city: World) -> None:
    client = as_user(city, "lv")
    answer = page(client, "evaluation-sheet")
    assert answer.status_code == 200 and "考核表_青岛市总工会_2026年.xlsx" in unquote(answer["Content-Disposition"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    lines = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    body = {line[1]: line for line in lines if len(line) > 10 and isinstance(line[0], int)}
    for row in page(client, "evaluation").context["rows"]:
        one = row["judged"]
        line = body[one.union.name]
        assert line[0] == one.rank and line[-1] == float(one.score.total)
        first = one.score.marks[0]
        assert line[2] == f"{first.count.met}／{first.count.of}" and line[4] == float(first.points)
    event = Event.objects.filter(verb="export-evaluation").get()
    assert event.by == city.people["lv"] and event.data["rulebook"] == "qingdao-2021"
