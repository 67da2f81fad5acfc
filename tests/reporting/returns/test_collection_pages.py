"""The pages of what a unit collects: who sent, what it adds up to, where the books differ, and receiving, sending back, asking."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases import ledger
from arrears.cases.models import EntryKind
from arrears.law.models import Obligation
from reporting.returns import actions as life
from reporting.returns import opening, reported, zero_reports
from reporting.returns.models import Return, ReturnStage, ReturnVersion, Urge
from tests import qinghai
from tests.cast import FOUNDED, World, load, moment
from tests.qinghai import BOOK, a_case, approved, fresh, sent, signed, the_return
from tests.readers import as_user
from tests.reporting.returns.test_return_pages import figures_of
from unions.models import Event, UnionKind
from unions.tree import actions as tree

MONDAY = moment("2022-10-10 09:00")
AFTER = moment("2022-10-10 16:00:01")
WEEK, CAMPAIGN = "2022-W40", "2022-10-01/2023-01-21"
IN_WEEK = date(2022, 10, 5)


@pytest.fixture
def qh(open_returns_database: None, db: None) -> World:
    return load()


@pytest.fixture
def week(qh: World) -> World:
    """One on time with a case, one zero, one silent, one silent but with a case, one late."""
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    a_case(qh, "632300", IN_WEEK, moment("2022-10-05 11:00"))
    a_case(qh, "632500", IN_WEEK, moment("2022-10-06 10:00"))
    sent(qh, the_return("630100", WEEK), MONDAY)
    sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    zero_reports.imply_zeros(AFTER)
    sent(qh, the_return("632500", WEEK), moment("2022-10-10 18:00"))
    return qh


def url(name: str = "collection", period: str = WEEK, rule: str = "weekly", *more: Any) -> str:
    return reverse(name, args=["630000", BOOK, rule, period, *more])


def send_back_url(report: Return) -> str:
    return url("collection-send-back", WEEK, "weekly", report.pk)


def button_of(*codes: str) -> list[str]:
    """What the page posts for the returns of these units."""
    rows = [the_return(code, WEEK) for code in codes]
    return [f"{row.pk}-{row.version}" for row in rows]


def tiles(client: Client, **query: str) -> dict[str, int]:
    page = client.get(url(), query)
    return {tile.label: tile.count for tile in page.context["tree"].tiles}


def stages() -> dict[str, str]:
    rows = Return.objects.of_period(BOOK, "weekly", WEEK).filter(compiles=False)
    return dict(rows.values_list("union__code", "stage"))


# ---- what is collected ----------------------------------------------------------------------------------------------------


def test_how_far_it_is_and_what_the_books_have_had_since_is_said(week: World) -> None:
    client = as_user(week, "shengji")
    said = "本期应报 5 个单位，已报 3 个，推定零报告 2 个，最近报出 2022-10-10 18:00"
    page = client.get(url(), {"show": "sent"}).text
    assert said in page and "各单位签字以后，台账中本期没有新记录" in page
    a_case(week, "630100", IN_WEEK, moment("2022-10-11 10:00"))
    a_case(week, "632300", IN_WEEK, moment("2022-10-11 11:00"))  # its zero was nobody's signature
    page = client.get(url(), {"show": "sent"}).text
    assert "台账中本期有 1 笔新记录未计入" in page
    assert said in client.get(url(), {"show": "live"}).text
    live = client.get(reverse("form", args=["qinghai-weekly"]), {"period": WEEK, "union": "630000"}).text
    assert said in live and url() in live


def test_of_many_units_it_is_said_whose_books_were_looked_at(week: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reported, "MANY", 2)
    assert "前 2 个单位签字以后，台账中本期" in as_user(week, "shengji").get(url(), {"show": "sent"}).text


def test_each_entry_and_period_is_one_row_the_newest_first(week: World) -> None:
    page = as_user(week, "shengji").get(reverse("collections"))
    rows = {(row["rule"], row["period"]): row for row, _ in page.context["rows"]}
    row = rows["weekly", WEEK]
    counts = {
        name: row[name]
        for name in (
            "expected",
            "received",
            "to_receive",
            "again",
            "implied",
            "missing",
            "waiting",
            "late",
            "zeros",
            "contradicted",
        )
    }
    assert counts == {
        "expected": 5,
        "received": 0,
        "to_receive": 3,
        "again": 0,
        "implied": 2,
        "missing": 0,
        "waiting": 0,
        "late": 1,
        "zeros": 1,
        "contradicted": 1,
    }
    parts = ("received", "to_receive", "again", "implied", "missing", "waiting")
    assert all(row["expected"] == sum(row[name] for name in parts) for row, _ in page.context["rows"])
    due = [row["due"] for row, _ in page.context["rows"]]
    assert due == sorted(due, reverse=True)
    assert rows["annex-1", "2022-09"]["missing"] == 5  # Annex 1 knows no implied zero


def test_a_period_with_a_stroke_has_an_address(week: World) -> None:
    client = as_user(week, "shengji")
    assert "2022-10-01--2023-01-21" in url(period=CAMPAIGN, rule="annex-2")
    assert client.get(url(period=CAMPAIGN, rule="annex-2")).status_code == 200
    listed = [address for _, address in client.get(reverse("collections")).context["rows"]]
    assert url(period=CAMPAIGN, rule="annex-2") in listed


def test_the_list_is_narrowed_and_belongs_to_the_receiver_alone(week: World) -> None:
    client = as_user(week, "shengji")
    rows = client.get(reverse("collections"), {"period": "2022-w40"}).context["rows"]
    assert [(row["rule"], row["period"]) for row, _ in rows] == [("weekly", WEEK)]
    assert client.get(reverse("collections"), {"rulebook": "qingdao-2021"}).context["rows"] == []
    assert as_user(week, "n0").get(reverse("collections")).context["rows"] == []


def test_price_of_the_list(week: World, django_assert_max_num_queries: Any) -> None:
    client = as_user(week, "shengji")
    client.get(reverse("collections"))
    with django_assert_max_num_queries(10):
        client.get(reverse("collections"), {"list": "all"})


# ---- one collection --------------------------------------------------------------------------------------------------------


def test_QH_3d_weekly_five_prefectures_on_one_page(week: World) -> None:
    client = as_user(week, "shengji")
    assert tiles(client) == {
        "应报": 5,
        "已收": 0,
        "待接收": 3,
        "漏报": 0,
        "推定零报告": 2,
        "按时": 2,
        "迟报": 1,
        "零报告": 1,
        "零报告与台账矛盾": 1,
    }
    page = client.get(url())
    html = page.content.decode()
    assert [branch.row.union.code for branch in page.context["tree"].branches] == qinghai.CODES
    assert "制表 西宁统计 · 负责人 西宁审批" in html and "推定零报告" in html and "迟报" in html
    late = client.get(url(), {"units": "late"}).context["tree"]
    assert [branch.row.union.code for branch in late.branches] == ["632500"]


def test_QH_3d_zero_a_contradicted_zero_stands_out_with_its_case_and_task(week: World) -> None:
    page = as_user(week, "shengji").get(url())
    (one,) = page.context["contradictions"]
    assert (one.row.union.code, [case.path for case in one.cases]) == ("632300", [one.row.path])
    html, task = page.content.decode(), Obligation.objects.get(pk=one.task.pk)
    assert (task.holder.code, task.subject) == ("630000", one.row.stream)
    assert reverse("obligation", args=[task.pk]) in html and one.cases[0].get_absolute_url() in html


def test_QH_3d_weekly_the_sum_the_books_and_what_lies_between(week: World) -> None:
    client = as_user(week, "shengji")
    whole = {
        show: figures_of(client.get(url(), {"show": show}).content.decode())[3] for show in ("sent", "live", "gap")
    }
    assert whole["sent"][:4] == ["合计", "2", "24", "24.00"]
    assert whole["live"][:4] == ["合计", "3", "36", "36.00"]
    assert whole["gap"][:4] == ["合计", "+1", "+12", "+12.00"]


def test_each_difference_names_the_cases_that_make_it(week: World) -> None:
    case = week.unions["632300"].cases.get()
    paid = week.unions["630100"].cases.get()
    page = as_user(week, "shengji").get(url(), {"show": "gap"})
    gaps = {gap.place: gap for gap in page.context["gaps"]}
    gap = next(gap for place, gap in gaps.items() if place.startswith("合计") and gap.unit == "人")
    assert (gap.sent, gap.live, gap.by, gap.more) == ("24", "36", "12", True)
    assert [[matter.url for matter in share.matters] for share in gap.shares] == [[case.get_absolute_url()]]
    html = re.sub(r"<[^>]+>", "", page.content.decode())
    assert "本表 24 人，台账 36 人，台账多 12 人" in html
    ledger.post(paid, EntryKind.PAID, IN_WEEK, week.user("o0"), AFTER, workers=5, amount=Decimal("50000"))
    page = as_user(week, "shengji").get(url(), {"show": "gap"})
    linked = {
        matter.url
        for gap in page.context["gaps"]
        if "解决" in gap.place and "未解决" not in gap.place
        for share in gap.shares
        for matter in share.matters
    }
    assert linked == {paid.get_absolute_url()}


def test_every_figure_opens_units_then_frozen_rows_then_cases(week: World) -> None:
    client = as_user(week, "shengji")
    link = re.search(r'href="(/collections/[^"]+/cell/[^"]+column=workers_new)"', client.get(url()).content.decode())
    assert link
    cell = client.get(link[1].replace("&amp;", "&"))
    assert {one.report.union.code: text for one, text, _ in cell.context["parts"]} == {
        "630100": "12",
        "632500": "12",
        "630200": "0",
    }
    assert {row.union.code for row in cell.context["nothing"]} == {"632200", "632300"}
    deeper = re.search(r'href="(/returns/\d+/cell/[^"]+)"', cell.content.decode())
    assert deeper
    behind = client.get(deeper[1].replace("&amp;", "&")).context["behind"]
    assert behind.parts and behind.parts[0].url.startswith("/cases/")


def test_a_list_is_one_below_the_other_with_each_rows_unit(week: World) -> None:
    for code in ("630100", "632500"):
        sent(week, the_return(code, "2022-10", "annex-1"), moment("2022-11-03 09:00"))
    client = as_user(week, "shengji")
    page = client.get(url(period="2022-10", rule="annex-1"))
    assert [cells[0].text for _, cells in page.context["rows"]] == ["西宁市总工会", "海南州总工会"]
    assert page.context["grid"][0][0].text == "填报单位"
    gaps = client.get(url(period="2022-10", rule="annex-1"), {"show": "gap"}).context["list_gaps"]
    (share,) = gaps
    assert [matter.url for matter in share.matters] == [week.unions["632300"].cases.get().get_absolute_url()]


def test_strangers_siblings_and_units_below_find_nothing(week: World) -> None:
    for path in (url(), url("collection-cell"), send_back_url(the_return("630100", WEEK))):
        assert as_user(week, "n1").get(path).status_code == 404
    assert as_user(week, "shengji").get(url(period="2022-W41")).status_code == 200
    assert as_user(week, "shengji").get(url(period="2021-W01")).status_code == 404


# ---- receiving, sending back --------------------------------------------------------------------------------------------------


def test_received_one_by_one_and_all_at_once(week: World) -> None:
    client = as_user(week, "shengji")
    rows = button_of("630100", "630200", "632500")
    one = the_return("630200", WEEK)
    assert client.post(url("collection-receive"), {"row": rows, "only": one.pk}).status_code == 302
    assert [code for code, stage in stages().items() if stage == "received"] == ["630200"]
    rest = button_of("630100", "632500")
    answer = client.post(url("collection-receive"), {"row": rest}, follow=True)
    assert "已接收 2 个单位的报表" in answer.content.decode()
    assert tiles(client)["已收"] == 3
    version = ReturnVersion.objects.get(report=one)
    assert version.answered_by == week.people["shengji"]


def test_what_one_refuses_stops_no_other_and_each_says_why(week: World) -> None:
    client = as_user(week, "shengji")
    rows = button_of("630100", "630200", "632500")
    report = the_return("630200", WEEK)
    life.move(report, "send_back", week.user("shengji"), AFTER, seen=report.version, reason="漏一件")
    answer = client.post(url("collection-receive"), {"row": rows})
    text = re.sub(r"<[^>]+>|\s", "", answer.content.decode())
    assert answer.status_code == 200 and "接收了2个单位，1个没有接收" in text
    assert "海东市总工会：没有接收。这份报表现在是“已退回”" in text
    assert stages()["630100"] == "received" and stages()["630200"] == "returned"


def test_pressed_twice_it_is_received_once(week: World) -> None:
    client, rows = as_user(week, "shengji"), button_of("630100")
    first, second = (client.post(url("collection-receive"), {"row": rows}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "0 个单位，1 个没有接收" in re.sub(r"<[^>]+>", "", second.content.decode())
    stream = the_return("630100", WEEK).stream
    assert Event.objects.filter(stream=stream, verb="receive").count() == 1


def test_a_page_made_before_an_amendment_receives_nothing(week: World) -> None:
    rows, report = button_of("630100"), the_return("630100", WEEK)
    life.move(report, "amend", week.user("n0"), AFTER, seen=report.version, reason="少一件")
    sent(week, report, moment("2022-10-10 19:00"))
    answer = as_user(week, "shengji").post(url("collection-receive"), {"row": rows})
    assert answer.status_code == 409 and "这份报表有了变动" in answer.content.decode()
    assert stages()["630100"] == ReturnStage.SUBMITTED


def test_only_who_receives_may_and_nobody_touches_others_returns(week: World) -> None:
    rows = button_of("630100")
    assert as_user(week, "shengshen").post(url("collection-receive"), {"row": rows}).status_code == 403
    assert as_user(week, "shengshen").post(url("collection-urge"), {}).status_code == 403
    assert as_user(week, "n0").post(url("collection-receive"), {"row": rows}).status_code == 404
    province = as_user(week, "shengji")
    other = the_return("630100", "2022-W39")
    for row in (f"{other.pk}-{other.version}", "x", "-", "999999999999-1"):
        assert province.post(url("collection-receive"), {"row": row}).status_code == 404
    assert province.post(url("collection-urge"), {"urge": other.pk}).status_code == 404
    assert "接收：" not in as_user(week, "shengshen").get(url()).content.decode()


def test_sent_back_with_a_reason_and_no_neighbour_touched(week: World) -> None:
    client, report = as_user(week, "shengji"), the_return("630100", WEEK)
    assert "退回“西宁市总工会”第 1 版" in client.get(send_back_url(report)).content.decode()
    part = client.get(send_back_url(report), headers={"HX-Request": "true"}).content.decode()
    assert "<form" in part and "<html" not in part
    empty = client.post(send_back_url(report), {"seen": report.version, "reason": " "})
    assert empty.status_code == 422 and "请填写原因" in empty.content.decode()
    stale = client.post(send_back_url(report), {"seen": 0, "reason": "少一件海风工地"})
    assert stale.status_code == 409 and "少一件海风工地" in stale.content.decode()
    done = client.post(send_back_url(report), {"seen": report.version, "reason": "少一件"})
    assert done.status_code == 302
    assert stages() | {"630100": "returned"} == stages() and stages()["630200"] == "submitted"
    again = client.post(send_back_url(report), {"seen": fresh(report).version, "reason": "少一件"})
    assert again.status_code == 409
    assert client.get(send_back_url(report)).status_code == 409


# ---- asking ---------------------------------------------------------------------------------------------------------------------


def test_one_click_asks_everyone_who_is_missing(qh: World) -> None:
    monthly = {"period": "2022-09", "rule": "annex-1"}
    sent(qh, the_return("630100", "2022-09", "annex-1"), MONDAY)
    client = as_user(qh, "shengji")
    page = client.get(url(**monthly))
    missing = [branch.row.pk for branch in page.context["tree"].to_urge]
    assert len(missing) == 4 and "催报全部漏报（4）" in page.content.decode()
    address = url("collection-urge", **monthly)
    first = the_return("630200", "2022-09", "annex-1")
    assert client.post(address, {"urge": first.pk, "missing": missing}).status_code == 302
    assert Urge.objects.get().report == first
    answer = client.post(address, {"missing": missing}, follow=True).content.decode()
    assert "已向 3 个单位催报" in answer and "另有 1 个单位" in answer and "省统计" in answer
    again = client.post(address, {"missing": missing})
    assert again.status_code == 409 and "一小时内已经催过" in again.content.decode()
    assert Urge.objects.count() == 4


def test_who_asks_comes_back_to_the_same_list(qh: World) -> None:
    monthly = {"period": "2022-09", "rule": "annex-1"}
    client, page, address = as_user(qh, "shengji"), url(**monthly), url("collection-urge", **monthly)
    shown = client.get(page, {"units": "missing"})
    assert '<input type="hidden" name="units" value="missing">' in shown.text
    asked = {"urge": shown.context["tree"].to_urge[0].row.pk, "units": "missing"}
    assert client.post(address, asked)["Location"] == f"{page}?units=missing"
    refused = client.post(address, asked)
    assert refused.status_code == 409 and refused.context["tree"].chosen.key == "missing"
    # A tile of the page that says no is a link beside the address the form was sent to.
    tile = client.get(address, {"units": "received"}, headers={"referer": f"http://testserver{address}"})
    assert (tile.status_code, tile["Location"]) == (302, f"{page}?units=received")
    assert client.get(address).status_code == 405


# ---- sent on -----------------------------------------------------------------------------------------------------------------------


def compiled(world: World, at: Any) -> Return:
    report = the_return("630000", WEEK)
    report = life.move(report, "sign", world.user("shengji"), at, seen=report.version, reason="属实。")
    shown = ReturnVersion.objects.get(report=report, approved_at=None).hash
    return life.move(report, "approve", world.user("shengshen"), at, seen=report.version, seal=shown)


def test_QH_3d_weekly_the_provinces_report_closes_the_week_and_says_when_it_is_behind(week: World) -> None:
    client, at = as_user(week, "shengji"), moment("2022-10-10 20:00")
    own = the_return("630000", WEEK)
    page = client.get(url()).content.decode()
    assert own.get_absolute_url() in page and "本期已汇总报出" not in page
    compiled(week, at)
    page = client.get(url()).content.decode()
    assert (
        "本期已汇总报出：省统计 制表，省审批 于 2022-10-10 20:00 审批报送中华全国总工会权益保障部，汇总 3 个单位"
        in page
    )
    assert "落后" not in page
    report = the_return("630100", WEEK)
    life.move(report, "amend", week.user("n0"), at, seen=report.version, reason="漏一件")
    a_case(week, "630100", IN_WEEK, moment("2022-10-10 20:30"))
    assert "落后" not in client.get(url()).content.decode()  # the first version stands until the second is approved
    sent(week, report, moment("2022-10-10 21:00"))
    late = approved(
        week, signed(week, the_return("632300", WEEK), moment("2022-10-10 21:30")), moment("2022-10-10 22:00")
    )
    gone = the_return("632500", WEEK)
    life.move(gone, "send_back", week.user("shengji"), moment("2022-10-10 22:10"), seen=gone.version, reason="错")
    html = re.sub(r"<[^>]+>", "", client.get(url()).content.decode())
    assert "汇总上报的第 1 版落后于下级的报表" in html and late.current is not None
    assert "西宁市总工会已更正为第 2 版，计入的是第 1 版" in html
    assert "黄南州总工会后来报来第 1 版，没有计入" in html
    assert "海南州总工会的第 1 版已退回，仍计在内" in html


def test_a_version_in_another_layout_is_named_and_left_out(week: World) -> None:
    version = the_return("632500", WEEK).current
    assert version is not None
    other = ReturnVersion(
        report=version.report,
        number=2,
        cells={"lines": [["9"]]},
        as_of=IN_WEEK,
        ledger_position=0,
        form_digest="f" * 64,
        rulebook_digest="",
        calendar_version="x",
        hash="h",
        signed_by=week.people["n4"],
        signed_at=MONDAY,
        approved_by=week.people["a4"],
        approved_at=MONDAY,
    )
    other.save()
    Return.objects.filter(pk=version.report_id).update(current=other)
    client = as_user(week, "shengji")
    html = client.get(url()).content.decode()
    assert "有报表没有计入汇总" in html and figures_of(html)[3][:3] == ["合计", "1", "12"]
    assert client.get(the_return("630000", WEEK).get_absolute_url()).status_code == 200


# ---- as many as a large province has ----------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(qh: World) -> World:
    """150 units below, of which half say zero by silence and the others have not sent."""
    home = qh.unions["630000"]
    for nth in range(145):
        tree.found(
            f"64{nth:04d}", f"第{nth}县总工会", UnionKind.CITY, home, FOUNDED, None, MONDAY, region_code=f"64{nth:04d}"
        )
    opening.open_between(date(2022, 9, 30), date(2023, 3, 31), moment("2022-10-09 09:00"))
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    sent(qh, the_return("630100", WEEK), MONDAY)
    zero_reports.imply_zeros(AFTER)
    a_case(qh, "632300", IN_WEEK, moment("2022-10-10 17:00"))
    return qh


@pytest.mark.parametrize("show", ["sent", "live", "gap"])
def test_price_of_the_page_with_150_units(crowd: World, show: str, django_assert_max_num_queries: Any) -> None:
    client = as_user(crowd, "shengji")
    client.get(url())
    with django_assert_max_num_queries(32):
        page = client.get(url(), {"show": show})
    assert len(page.context["tree"].branches) == 150
    assert [one.row.union.code for one in page.context["contradictions"]] == ["632300"]
