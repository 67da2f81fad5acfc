"""The pages of returns: what a unit owes, one return with its table, its moves, its versions, and what stands behind a figure."""

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
from reporting.returns import actions as life
from reporting.returns.models import Return, ReturnStage, ReturnVersion
from tests.cast import World, load, moment
from tests.qinghai import a_case, fresh, sent, signed, the_return
from tests.readers import as_user
from unions.models import Event

MONDAY = moment("2022-10-10 09:00")
WEEK, FINAL = "2022-W40", "final"
IN_WEEK = date(2022, 10, 5)


@pytest.fixture
def qh(open_returns_database: None, db: None) -> World:
    return load()


@pytest.fixture
def xining(qh: World) -> Return:
    """The weekly return of a prefecture with one case."""
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    return the_return("630100", WEEK)


def url(report: Return, name: str = "return", *more: Any) -> str:
    return reverse(name, args=[report.pk, *more])


def act(client: Client, report: Return, name: str, **sent_too: Any) -> Any:
    """Press the button as the page shows it now."""
    explained = {"reason": "已与台账核对，情况属实。"} if name.startswith("sign") else {}
    data = {"seen": fresh(report).version} | explained | sent_too
    if name == "approve":
        data.setdefault("seal", ReturnVersion.objects.get(report=report, approved_at=None).hash)
    return client.post(url(report, "return-move", name), data)


def figures_of(html: str) -> list[list[str]]:
    """The text of every row of the official table."""
    body = html.split('class="table official"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    return [[re.sub(r"<[^>]+>|\s", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


# ---- the list ---------------------------------------------------------------------------------------------------------


def test_a_unit_sees_what_it_owes_and_no_sibling(qh: World) -> None:
    page = as_user(qh, "n0").get(reverse("returns")).content.decode()
    assert "西宁市总工会" in page and "海东市总工会" not in page
    assert "漏报" in page and WEEK in page


def test_whoever_has_nothing_to_do_begins_at_what_her_unit_reports(qh: World) -> None:
    sent(qh, the_return("630100", WEEK), MONDAY)
    Return.objects.exclude(union__code="630100", period=WEEK).delete()
    (mine,) = as_user(qh, "n0").get(reverse("returns")).context["rows"]
    assert mine.row.union.code == "630100"
    tabs = as_user(qh, "n0").get(reverse("returns")).context["tabs"]
    assert [(key, count) for key, _, count, current in tabs if current] == [("own", 0)]


def test_the_list_is_narrowed_by_state_period_rulebook_and_unit(qh: World) -> None:
    sent(qh, the_return("630100", WEEK), MONDAY)
    province = as_user(qh, "shengji")

    def shown(**query: str) -> set[tuple[str, str]]:
        page = province.get(reverse("returns"), {"list": "all"} | query).context
        return {(one.row.union.code, one.row.period) for one in page["rows"]}

    assert shown(state="submitted") == {("630100", WEEK)}
    assert shown(period="2022-w40", unit="630200") == {("630200", WEEK)}
    assert shown(rulebook="qingdao-2021") == set()
    assert ("630100", WEEK) not in shown(state="missing", period=WEEK)
    assert shown(state="late") == set()
    assert province.get(reverse("returns"), {"unit": "没有这个单位"}).status_code == 200


def test_what_waits_stands_under_its_own_head(qh: World, xining: Return) -> None:
    signed(qh, xining, MONDAY)
    page = as_user(qh, "a0").get(reverse("returns")).context
    assert [one.row for one in page["rows"]] == [xining]
    sent(qh, the_return("630200", WEEK), MONDAY)
    page = as_user(qh, "shengji").get(reverse("returns"), {"list": "receive"}).context
    assert [one.row.union.code for one in page["rows"]] == ["630200"]


def test_price_of_the_list(qh: World, django_assert_max_num_queries: Any) -> None:
    client = as_user(qh, "shengji")
    client.get(reverse("returns"))
    with django_assert_max_num_queries(13):
        client.get(reverse("returns"), {"list": "all"})


# ---- one return ---------------------------------------------------------------------------------------------------------


def test_QH_3d_weekly_the_page_shows_the_table_as_on_paper(qh: World, xining: Return) -> None:
    page = as_user(qh, "n0").get(url(xining)).content.decode()
    assert "欠薪案件情况周报表" in page and "青海通知第三条" in page and "2022-10-10 16:00" in page
    rows = figures_of(page)
    assert rows[0][:4] == ["工程建设领域", "1", "12", "12.00"]
    assert [row[0] for row in rows] == ["工程建设领域", "制造业", "其他用人单位", "合计"]


def test_each_live_figure_opens_its_cases(qh: World, xining: Return) -> None:
    client = as_user(qh, "n0")
    page = client.get(url(xining)).content.decode()
    link = re.search(r'href="(/forms/qinghai-weekly/cell/\?[^"]+column=workers_new)"', page)
    assert link
    behind = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "西宁第" in behind and "12" in behind


def test_each_frozen_figure_opens_its_frozen_rows(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    late_entry = a_case(qh, "630100", IN_WEEK, moment("2022-10-06 11:00"))
    client = as_user(qh, "shengji")
    link = re.search(r'href="(/returns/\d+/cell/[^"]+column=workers_new)"', client.get(url(xining)).content.decode())
    assert link
    behind = client.get(link[1].replace("&amp;", "&")).context["behind"]
    assert (behind.figure, behind.seen, behind.count) == (12, 12, 1)
    assert late_entry.employer.name not in {part.title for part in behind.parts}


def test_a_sibling_and_a_stranger_find_nothing(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    for path in (
        url(xining),
        url(xining, "return-version", 1),
        url(xining, "return-paper", 1),
        url(xining, "return-cell"),
    ):
        assert as_user(qh, "n1").get(path).status_code == 404
    assert as_user(qh, "n1").post(url(xining, "return-move", "receive"), {"seen": 1}).status_code == 404


def test_the_level_above_does_not_read_a_draft(qh: World, xining: Return) -> None:
    signed(qh, xining, MONDAY)
    client = as_user(qh, "shengji")
    page = client.get(url(xining)).content.decode()
    assert "尚未报出" in page and "制表签字" not in page and 'class="table official"' not in page
    assert client.get(url(xining, "return-version", 1)).status_code == 404


# ---- from signature to receipt ------------------------------------------------------------------------------------------


def test_signed_approved_received_from_the_pages(qh: World, xining: Return) -> None:
    n0, a0, province = (as_user(qh, name) for name in ("n0", "a0", "shengji"))
    assert act(n0, xining, "sign").status_code == 302
    page = a0.get(url(xining)).content.decode()
    version = ReturnVersion.objects.get(report=xining)
    assert version.hash in page and "西宁统计" in page
    assert act(a0, xining, "approve").status_code == 302
    assert act(province, xining, "receive").status_code == 302
    assert fresh(xining).stage == ReturnStage.RECEIVED
    verbs = list(Event.objects.filter(stream=xining.stream).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["sign", "approve", "receive"]
    assert "已接收" in province.get(url(xining)).content.decode()


def test_pressing_sign_twice_signs_once(qh: World, xining: Return) -> None:
    client, seen = as_user(qh, "n0"), xining.version
    first, second = (
        client.post(url(xining, "return-move", "sign"), {"seen": seen, "reason": "属实。"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (302, 409)
    assert Event.objects.filter(stream=xining.stream, verb="sign").count() == 1
    assert -1 < second.text.find("没有办理，请看最新内容") < second.text.find("报送对象"), "what happened is said first"


def test_QH_3d_zero_is_one_click_and_refused_where_the_books_speak(qh: World, xining: Return) -> None:
    quiet = the_return("630200", WEEK)
    n0, n1 = as_user(qh, "n0"), as_user(qh, "n1")
    assert ">零报告<" in re.sub(r"<svg.*?</svg>|<i[^>]*></i>", "", n1.get(url(quiet)).content.decode(), flags=re.S)
    assert act(n1, quiet, "sign_zero").status_code == 302
    assert ReturnVersion.objects.get(report=quiet).nil
    assert "不能报零" in n0.get(url(xining)).content.decode()
    assert act(n0, xining, "sign_zero").status_code == 422
    assert not ReturnVersion.objects.filter(report=xining).exists()


def test_the_approver_is_told_what_moved_since_the_signature(qh: World, xining: Return) -> None:
    case = a_case(qh, "630100", IN_WEEK, moment("2022-10-06 10:00"))
    signed(qh, xining, MONDAY)
    client = as_user(qh, "a0")
    assert "签字以来，台账中这些数字没有变动" in client.get(url(xining)).content.decode()
    ledger.post(case, EntryKind.PAID, IN_WEEK, qh.user("o0"), MONDAY, workers=5, amount=Decimal("50000"))
    page = client.get(url(xining)).content.decode()
    assert "签字之后台账有变动" in page and "解决人数" in page
    assert figures_of(page)[3][5] == "0"


def test_nobody_approves_from_another_unit_nor_a_stale_page(qh: World, xining: Return) -> None:
    signed(qh, xining, MONDAY)
    assert act(as_user(qh, "a1"), xining, "approve").status_code == 404
    assert act(as_user(qh, "shengshen"), xining, "approve").status_code == 403
    assert act(as_user(qh, "a0"), xining, "approve", seal="0" * 64).status_code == 409
    assert act(as_user(qh, "a0"), xining, "approve", seen=0).status_code == 409
    assert fresh(xining).stage == ReturnStage.SIGNED


def test_a_reason_is_asked_and_what_was_typed_stays(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    client = as_user(qh, "shengji")
    answer = act(client, xining, "send_back", reason="  ")
    assert answer.status_code == 422 and "请填写原因" in answer.content.decode()
    stale = act(client, xining, "send_back", reason="少一件海风工地", seen=0)
    assert stale.status_code == 409 and "少一件海风工地" in stale.content.decode()
    assert act(client, xining, "send_back", reason="少一件").status_code == 302
    page = as_user(qh, "n0").get(url(xining)).content.decode()
    assert "上级退回" in page and "少一件" in page


def test_an_amendment_stands_beside_the_first_version(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    a_case(qh, "630100", IN_WEEK, moment("2022-10-06 11:00"))
    n0, a0 = as_user(qh, "n0"), as_user(qh, "a0")
    assert act(n0, xining, "amend", reason="补登一件").status_code == 302
    assert act(n0, xining, "sign").status_code == 302
    assert act(a0, xining, "approve").status_code == 302
    page = as_user(qh, "shengji").get(url(xining, "return-version", 2)).content.decode()
    assert "与第 1 版对照" in page and "补登一件" in page
    assert re.search(r"工程建设领域，本周新增案件数.*?1</del>.*?2</ins>", page, re.S)
    assert "第 2 版" in as_user(qh, "shengji").get(url(xining)).content.decode()


def test_computing_again_gives_the_same(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    a_case(qh, "630100", IN_WEEK, moment("2022-10-06 11:00"))
    page = as_user(qh, "shengji").get(url(xining, "return-version", 1), {"again": 1}).content.decode()
    assert "复算一致" in page and "校验值也相符" in page


def test_the_paper_has_its_signature_lines(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    page = as_user(qh, "n0").get(url(xining, "return-paper", 1)).content.decode()
    for words in ("单位负责人：西宁审批", "制表人：西宁统计", "联系电话：", "盖章"):
        assert words in page
    assert "制表时间：2022年10月10日" in re.sub(r"\s", "", page)


# ---- by hand ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def annex_2(qh: World) -> Return:
    """The final Annex 2: figures of paper inspections may be corrected."""
    return Return.objects.select_related("union", "receiver", "current").get(
        form="qinghai-annex-2", union__code="630100", compiles=False
    )


def place(client: Client, report: Return) -> tuple[int, int]:
    """The first figure the page offers to correct."""
    link = re.search(
        r'class="sheet-edit" href="[^"]*row=(\d+)&amp;column=(\d+)"', client.get(url(report)).content.decode()
    )
    assert link
    return int(link[1]), int(link[2])


def test_QH_3e_final_a_figure_corrected_by_hand_is_marked_with_its_reason(qh: World, annex_2: Return) -> None:
    client = as_user(qh, "n0")
    row, column = place(client, annex_2)
    small = client.get(url(annex_2, "return-correct"), {"row": row, "column": column}, HTTP_HX_REQUEST="true")
    assert "台账数为 <strong>0</strong>" in small.content.decode() and "<html" not in small.content.decode()
    data = {"seen": annex_2.version, "row": row, "column": column, "given": "３7", "reason": "纸质排查表"}
    assert client.post(url(annex_2, "return-correct"), data).status_code == 302
    page = client.get(url(annex_2)).content.decode()
    assert "sheet-by-hand" in page and "纸质排查表" in page and "手工改动：台账数为 0" in page
    back = {"seen": fresh(annex_2).version, "row": row, "column": column, "back": "1", "given": "37"}
    assert client.post(url(annex_2, "return-correct"), back).status_code == 302
    assert not annex_2.corrections.exists()


@pytest.mark.parametrize("given", ["十二", "-3", "NaN", "Infinity", "1e99", "9" * 39, "1.5", "", "１,２,x", "<b>"])
def test_no_figure_is_taken_that_is_none(qh: World, annex_2: Return, given: str) -> None:
    client = as_user(qh, "n0")
    row, column = place(client, annex_2)
    data = {"seen": annex_2.version, "row": row, "column": column, "given": given, "reason": "纸质排查表"}
    answer = client.post(url(annex_2, "return-correct"), data)
    assert answer.status_code == 422 and "纸质排查表" in answer.content.decode()
    assert not annex_2.corrections.exists()


def test_a_correction_needs_a_reason_a_right_and_a_fresh_page(qh: World, annex_2: Return) -> None:
    client = as_user(qh, "n0")
    row, column = place(client, annex_2)
    data = {"seen": annex_2.version, "row": row, "column": column, "given": "37", "reason": ""}
    assert client.post(url(annex_2, "return-correct"), data).status_code == 422
    assert client.post(url(annex_2, "return-correct"), data | {"reason": "x", "row": "99"}).status_code == 422
    assert client.post(url(annex_2, "return-correct"), data | {"row": "x"}).status_code == 404
    assert as_user(qh, "o0").post(url(annex_2, "return-correct"), data | {"reason": "x"}).status_code == 403
    stale = client.post(url(annex_2, "return-correct"), data | {"reason": "纸质排查表", "seen": 77})
    assert stale.status_code == 409 and 'value="37"' in stale.content.decode()


def test_what_was_corrected_by_hand_is_shown_to_the_approver(qh: World, annex_2: Return) -> None:
    client = as_user(qh, "n0")
    row, column = place(client, annex_2)
    data = {"seen": annex_2.version, "row": row, "column": column, "given": "37", "reason": "纸质排查表"}
    client.post(url(annex_2, "return-correct"), data)
    assert act(client, annex_2, "sign").status_code == 302
    page = as_user(qh, "a0").get(url(annex_2)).content.decode()
    assert "sheet-by-hand" in page and "纸质排查表" in page
    assert "签字以来，台账中这些数字没有变动" in page


# ---- 免报 ------------------------------------------------------------------------------------------------------------------


def test_a_waiver_is_asked_above_and_decided_by_a_second_person(qh: World) -> None:
    report = the_return("632200", WEEK)
    asker, decider = as_user(qh, "shengji"), as_user(qh, "shengshen")
    assert asker.post(url(report, "return-waive"), {"until": "很久", "reason": "x"}).status_code == 422
    assert asker.post(url(report, "return-waive"), {"until": "2022-10-09", "reason": "雪灾"}).status_code == 302
    waiver = report.union.pk and fresh(report)
    page = decider.get(url(report))
    asked = page.context["waiver_asked"]
    assert "雪灾" in page.content.decode() and waiver
    approve, decline = (reverse("waiver-step", args=[asked.pk, step]) for step in ("approve", "decline"))
    assert asker.post(approve).status_code == 403
    assert decider.post(decline).status_code == 422
    seal = decider.get(asked.get_absolute_url()).context["seal"]
    assert decider.post(approve, {"seal": seal}).status_code == 302
    assert fresh(report).stage == ReturnStage.WAIVED
    assert "免报" in as_user(qh, "n2").get(url(report)).content.decode()


# ---- price ------------------------------------------------------------------------------------------------------------------


def test_price_of_one_return(qh: World, xining: Return, django_assert_max_num_queries: Any) -> None:
    life.move(xining, "sign", qh.user("n0"), MONDAY, seen=xining.version, reason="属实。")
    client = as_user(qh, "a0")
    client.get(url(xining))
    with django_assert_max_num_queries(40):
        client.get(url(xining))
