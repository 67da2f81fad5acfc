"""SD-3.2: looks of one unit at another, planned above, findings answered and closed singly by a second person."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from arrears.inspections.actions import reviews
from arrears.inspections.models import Review, ReviewFinding
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from tests.cast import AT, World
from tests.readers import as_user
from tests.rounds import a_finding, a_review
from tests.rulebook_uploads import still_in_force
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Appointment
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

DAY = timedelta(days=1)


def answered(world: World, finding: ReviewFinding, by: str = "sun") -> ReviewFinding:
    return reviews.answer_finding(finding, "两件均已销号，附清单", world.user(by), AT, seen=finding.version)


# Planning ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"inspector": "370202E0001"}, "不能是被检查单位自己或其下级"),
        ({"inspector": "370200"}, "同级单位之间"),
        ({"inspector": "370000I0001"}, "须是“青岛市总工会”或其下级"),
        ({"inspected": "370200"}, "须在“青岛市总工会”以下"),
        ({"inspected": "370000I0001"}, "须在“青岛市总工会”以下"),
        ({"kind": "third_party"}, "不选检查单位"),
        ({"outsider": "某会计师事务所"}, "只有第三方审计"),
        ({"leader": " "}, "请填写带队人"),
        ({"until": date(2026, 10, 1)}, "止日早于起日"),
    ],
)
def test_who_may_look_at_whom(world: World, wrong: dict[str, Any], says: str) -> None:
    units = {name: world.unions[code] for name, code in wrong.items() if name in ("inspector", "inspected")}
    with pytest.raises(Refused, match=says):
        a_review(world, **(wrong | units))
    assert not Review.objects.exists()


def test_the_union_above_plans_and_an_outsider_may_look(world: World) -> None:
    for name in ("shi", "sun", "feng"):
        with pytest.raises(Forbidden):
            a_review(world, name)
    row = a_review(world, kind="third_party", inspector=None, outsider="青岛某会计师事务所")
    assert row.inspects == "青岛某会计师事务所" and row.inspecting_unit.code == "370200"
    with pytest.raises(Forbidden):
        a_finding(world, row, "feng")
    assert a_finding(world, row, "lv").pk
    special = a_review(world, kind="special", inspector=world.unions["370200"])
    assert special.inspecting_unit.code == "370200"


# Findings ------------------------------------------------------------------------------------------------------------


def test_SD_3_2_a_finding_is_answered_by_the_inspected_and_closed_by_a_second_person(world: World) -> None:
    finding = a_finding(world)
    for name in ("feng", "lv", "zhou", "han"):
        with pytest.raises(Forbidden):
            answered(world, finding, name)
    with pytest.raises(Refused, match="还没有答复"):
        reviews.close(finding, by=world.user("feng"), at=AT, seal=reviews.APPROVAL.seal(finding, AT), opinion="")
    finding = answered(world, finding)
    with pytest.raises(Stale):
        answered(world, finding)
    for name in ("sun", "zhou", "han", "qian"):
        with pytest.raises(Forbidden):
            reviews.close(finding, by=world.user(name), at=AT, seal=reviews.APPROVAL.seal(finding, AT), opinion="")
    with pytest.raises(Stale):
        reviews.close(finding, by=world.user("feng"), at=AT, seal="0" * 64, opinion="")
    closed = reviews.close(
        finding, by=world.user("chen"), at=AT, seal=reviews.APPROVAL.seal(finding, AT), opinion="已核对清单"
    )
    assert closed.closed_by == world.user("chen")
    with pytest.raises(Stale):
        reviews.close(closed, by=world.user("feng"), at=AT, seal=reviews.APPROVAL.seal(closed, AT), opinion="")
    assert list(audit.broken_links()) == []


def test_SD_3_2_who_answered_never_closes_even_with_the_right(world: World) -> None:
    """The city's officer works at the district as well: he answers there, and may close nothing he answered."""
    finding = a_finding(world)
    Appointment.objects.create(
        user=world.people["lv"], union=world.unions["370202"], role=RoleName.OFFICER, since=date(2026, 1, 1)
    )
    sync_rights(world.people["lv"], AT.date())
    finding = answered(world, finding, "lv")
    with pytest.raises(Forbidden, match="您是整改答复人"):
        reviews.close(finding, by=world.user("lv"), at=AT, seal=reviews.APPROVAL.seal(finding, AT), opinion="")
    assert reviews.close(
        finding, by=world.user("shi"), at=AT, seal=reviews.APPROVAL.seal(finding, AT), opinion=""
    ).closed_at


def test_SD_3_2_what_is_sent_back_is_owed_again_and_the_term_runs_on(world: World) -> None:
    still_in_force(world)
    finding = a_finding(world)
    term = Obligation.objects.get(subject=finding.stream)
    assert (term.holder.code, term.clause, term.bearer) == ("370202", "SD-3.2", "被检查单位") and term.is_open
    finding = answered(world, finding)
    term.refresh_from_db()
    assert not term.is_open
    with pytest.raises(Refused, match="退回的原因"):
        reviews.send_back(finding, by=world.user("feng"), at=AT, opinion=" ")
    finding = reviews.send_back(finding, by=world.user("feng"), at=AT, opinion="清单缺一件")
    term.refresh_from_db()
    assert term.is_open and finding.late(date(2026, 11, 26)) and not finding.late(date(2026, 11, 25))
    finding = answered(world, finding)
    assert finding.sent_back == ""
    kept = rebuild_all(AT)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_SD_3_2_the_visit_is_owed_by_whoever_inspects(world: World) -> None:
    row = a_review(world)
    term = Obligation.objects.get(subject=row.stream)
    assert term.holder.code == "370203" and term.is_open
    with pytest.raises(Refused, match="到场检查"):
        reviews.record_finding(row, "ledger", "台账不全", date(2026, 11, 25), world.user("feng"), AT)
    early: dict[str, Any] = {"on": date(2026, 10, 31), "people": "冯", "summary": "查了"}
    with pytest.raises(Refused, match="不能早于计划开始"):
        reviews.record_visit(row, **early, by=world.user("feng"), at=AT, seen=row.version)
    a_finding(world, row)
    term.refresh_from_db()
    assert not term.is_open
    with pytest.raises(Refused, match="已经到场"):
        reviews.call_off_review(row, "不查了", world.user("lv"), AT)
    other = a_review(world, name="第二组")
    reviews.call_off_review(other, "合并", world.user("lv"), AT)
    assert Obligation.objects.get(subject=other.stream).lifted_reason == "计划已取消"


def test_SD_3_2_weak_spots_are_counted_and_judged_by_their_terms(world: World) -> None:
    row = a_review(world)
    first = a_finding(world, row)
    row.refresh_from_db()
    late = a_finding(world, row, detail="月报迟报", spot="reports", due_on=date(2026, 11, 19))
    a_finding(world, row, detail="台账缺页", due_on=date(2026, 12, 25))
    found = reviews.weak_spots(ReviewFinding.objects.all())
    assert found == [("台账与销号", 2, 2), ("信息报送", 1, 1)]
    answered(world, first)
    answered(world, late)  # on the 20th, a day late
    judged = reviews.findings_due_between(date(2026, 11, 1), date(2026, 11, 30))
    assert (judged.count(), judged.filter(reviews.ANSWERED_IN_TIME).count()) == (2, 1)


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_way_of_a_finding_through_the_pages(world: World) -> None:
    lv, feng, sun = (as_user(world, name) for name in ("lv", "feng", "sun"))
    said = {
        "planner": "370200",
        "kind": "peer",
        "name": "互查第一组",
        "inspector": "370203",
        "inspected": "370202",
        "leader": "冯经办",
        "since": "2026-11-01",
        "until": "2026-11-30",
        "scope": "台账",
    }
    wrong = lv.post(reverse("review-new"), said | {"inspector": "", "scope": "台账和专户"})
    assert wrong.status_code == 422 and "台账和专户" in wrong.content.decode()
    assert lv.post(reverse("review-new"), said).status_code == 302
    row = Review.objects.get()
    assert feng.get(reverse("review-paper", args=[row.pk])).status_code == 422
    visit = {"on": "2026-11-18", "people": "冯经办", "summary": "查阅台账", "seen": row.version}
    assert feng.post(reverse("review-visit", args=[row.pk]), visit).status_code == 302
    bad = feng.post(
        reverse("review-find", args=[row.pk]), {"spot": "ledger", "detail": "未销号", "due_on": "2026-11-01"}
    )
    assert bad.status_code == 422 and "不能早于到场日期" in bad.content.decode()
    given = {"spot": "ledger", "detail": "未销号", "due_on": "2026-11-25"}
    assert feng.post(reverse("review-find", args=[row.pk]), given).status_code == 302
    finding = ReviewFinding.objects.get()
    step = lambda name: reverse("review-step", args=[finding.pk, name])  # noqa: E731
    assert "答复整改情况" in sun.get(row.get_absolute_url()).content.decode()
    assert sun.post(step("answer"), {"answer": "已销号", "seen": 1}).status_code == 302
    stale = feng.post(step("close"), {"opinion": "属实", "seen": 1})
    assert stale.status_code == 409 and "有了变动" in stale.content.decode() and "属实" in stale.content.decode()
    seal = re.search(r'name="seal" value="(\w+)"', feng.get(finding.get_absolute_url()).content.decode())
    assert finding.get_absolute_url() in feng.get(row.get_absolute_url()).content.decode()
    assert seal and feng.post(step("close"), {"opinion": "属实", "seal": seal[1]}).status_code == 302
    listed = sun.get(reverse("reviews")).content.decode()
    assert "薄弱环节" in listed and "台账与销号" in listed
    assert feng.post(step("open"), {}).status_code == 404


def test_SD_3_2_the_report_is_printed(world: World) -> None:
    finding = a_finding(world, detail="两件\x0b案件=未销号")
    answered(world, finding)
    answer = as_user(world, "feng").get(reverse("review-paper", args=[finding.review_id]))
    document = Document(io.BytesIO(answer.content))
    text = "\n".join(line.text for line in document.paragraphs)
    assert "市北区总工会对市南区总工会进行了检查" in text and "共发现问题 1 条，已销号 0 条" in text
    (table, _) = document.tables
    cells = [cell.text for cell in table.rows[1].cells]
    assert cells == ["1", "台账与销号", "两件案件=未销号", "2026-11-25", "两件均已销号，附清单（待销号）"]


def test_who_sees_a_look_and_the_list_costs_the_same(world: World) -> None:
    row = a_finding(world, due_on=timezone.localdate() + DAY).review
    sees = {name for name in world.people if Review.objects.visible_to(world.user(name)).exists()}
    assert sees == {"sun", "zhou", "qian", "feng", "chen", "lv", "shi", "han", "yang", "shen"}
    for number in range(5):
        due = date(2026, 11, 19)
        a_finding(world, a_review(world, name=f"第{number}组"), detail=f"问题{number}", due_on=due)
    client = as_user(world, "lv")

    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("reviews") + query).status_code == 200
        return len(seen)

    cost("")
    assert cost("") == cost("?q=第1组")
    late = client.get(reverse("reviews") + "?stage=late").content.decode()
    assert row.name not in late and "第1组" in late


def test_the_workbook_of_looks_holds_those_at_units_one_exports_for(world: World) -> None:
    row = a_review(world)

    def said(name: str) -> str:
        answer = as_user(world, name).get(reverse("reviews") + "?copy=xlsx")
        lines = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for line in lines for cell in line if cell)

    assert row.name in said("sun") and "未列入" not in said("sun")
    assert row.name not in said("feng") and "另有 1 条" in said("feng")  # who looks reads it; the rows are of 市南区
