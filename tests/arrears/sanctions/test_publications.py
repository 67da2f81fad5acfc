"""What is published of employers (QP-3.3, YK-3), the public page against everybody, and lists received as copies (QP-3.1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Employer
from arrears.law.scope import Period, Scope
from arrears.sanctions import publication_sheet, shared_cases
from arrears.sanctions.actions import copied_lists, listings, publications, sanctions
from arrears.sanctions.actions.publications import PublicationPeriod
from arrears.sanctions.employers import employers_to_publish, sanctions_of_employer
from arrears.sanctions.employers import listed_employers as form_rows
from arrears.sanctions.models import CopiedRow, Listing, Publication, PublicationRow, PublicationStage
from arrears.sanctions.publication_draft import draft_rows, past_periods, period_containing
from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from reporting.forms.measures import MEASURES, rows_of
from tests.cast import AT, World, a_case, an_employer, moment
from tests.readers import as_user
from tests.sanctioned import Q3, a_copy, a_file, a_promise, drafted_list, in_q3, listed, order, penalty, published, put
from unions.common.clock import day_of
from unions.common.encrypted_fields import Private
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Appointment

TODAY = day_of(AT)
LATER = moment("2026-12-15 09:00")


def shown(day: date = TODAY) -> list[str]:
    return [row.name for row in PublicationRow.objects.shown_on(day)]


# ---- the list -------------------------------------------------------------------------------------------------------


def test_QP_3_3_a_list_is_drafted_from_the_decisions_of_the_period(world: World) -> None:
    row = in_q3(world)
    in_q3(world, "上季户", on=date(2026, 6, 30))
    order(world, in_q3(world, "同户").case, pay_by=date(2026, 9, 1), at=AT)
    line = drafted_list(world).rows.get(name="海风三季")
    assert row.number in line.decision and row.department in line.decision
    assert (line.workers, line.amount, line.decided_on) == (12, Decimal(120000), date(2026, 8, 5))
    assert line.violation == "拖欠劳动报酬，涉及职工 12 人、金额 120,000.00 元"
    assert sorted(Publication.objects.get().rows.values_list("name", flat=True)) == ["同户", "海风三季"]
    with pytest.raises(Refused, match="已有一份名单"):
        drafted_list(world)


def test_QP_3_3_cities_by_the_quarter_provinces_by_the_half_year(world: World) -> None:
    city, province = world.unions["370200"], world.unions["370000"]
    assert past_periods(city, TODAY, 2) == [Q3, PublicationPeriod("2026Q2", date(2026, 4, 1), date(2026, 6, 30))]
    assert past_periods(province, TODAY, 2) == [
        PublicationPeriod("2026H1", date(2026, 1, 1), date(2026, 6, 30)),
        PublicationPeriod("2025H2", date(2025, 7, 1), date(2025, 12, 31)),
    ]
    with pytest.raises(Refused, match="等到期间结束"):
        drafted_list(world, span=period_containing(city, TODAY))


def test_QP_3_3_who_drafts_and_who_approves_sees_what_was_paid_meanwhile(world: World) -> None:
    case = in_q3(world).case
    row = drafted_list(world)
    page = as_user(world, "sun").get(row.get_absolute_url()).text
    assert "台账现在：尚未解决 12 人、120,000.00 元" in page
    case.refresh_from_db()
    ledger.post(case, "paid", TODAY, world.user("he"), AT, workers=12, migrants=10, amount=Decimal("120000.00"))
    page = as_user(world, "sun").get(row.get_absolute_url()).text
    assert "台账已全部解决" in page and "请核对是否仍应公布" in page


def test_QP_3_3_taking_out_wants_a_reason_and_can_be_undone(world: World) -> None:
    in_q3(world)
    in_q3(world, "留下的")
    line = drafted_list(world).rows.get(name="海风三季")
    qian = world.user("qian")
    line = publications.take_out(line, "行政复议期间", qian, AT)
    assert line.out and line.out_reason == "行政复议期间"
    row = published(world, row=line.publication)
    assert shown() == ["留下的"]
    with pytest.raises(Stale):
        publications.take_out(line, "", qian, AT)  # frozen
    assert [one["out"] for one in row.frozen] == ["行政复议期间", ""]


def test_QP_3_3_two_people_frozen_with_its_hash(world: World) -> None:
    in_q3(world)
    row = drafted_list(world)
    publications.reword(row.rows.get(), {"violation": "拖欠 12 人工资", "decision": "罚款"}, world.user("sun"), AT)
    row = publications.submit(row, world.user("qian"), AT)
    seen = publications.APPROVAL.seal(row, AT)
    for name in ("qian", "sun", "wang", "shi"):
        with pytest.raises(Forbidden):
            publications.approve(row, by=world.user(name), at=AT, seal=seen)
    with pytest.raises(Stale, match="有了变动"):
        publications.approve(row, by=world.user("zhou"), at=AT, seal="0" * 64)
    row = publications.approve(row, by=world.user("zhou"), at=AT, seal=seen)
    assert (row.hash, row.published_on) == (seen, TODAY) and row.frozen[0]["violation"] == "拖欠 12 人工资"
    with pytest.raises(Stale):  # twice
        publications.approve(row, by=world.user("zhou"), at=AT, seal=seen)
    PublicationRow.objects.update(violation="改了")
    assert publications.APPROVAL.seal(row, AT) != row.hash


def test_QP_3_3_whoever_edited_or_stands_in_for_the_drafter_does_not_approve(world: World) -> None:
    in_q3(world)
    row = drafted_list(world)
    zhou, qian = world.user("zhou"), world.user("qian")
    Appointment.objects.create(
        user=qian, union=world.unions["370202"], role="approver", since=date(2026, 11, 1), acting_for=zhou
    )
    row = publications.submit(row, qian, AT)
    with pytest.raises(Forbidden, match="代理"):
        publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))


def test_QP_3_3_no_worker_is_ever_named(world: World) -> None:
    row = in_q3(world)
    row.case.refresh_from_db()
    workers.add_workers(
        row.case, [WorkerFacts(Private("赵小六"), Decimal(9000), Private("13812345678"))], world.user("he"), AT
    )
    line = drafted_list(world).rows.get()
    bad = {
        "拖欠赵 小六等人工资": "职工姓名",
        "证件 11010519491231002X": "身份证号码",
        "电话１３８１２３４５６７８": "手机号码",
    }
    for text, why in bad.items():
        with pytest.raises(Refused) as refused:
            publications.reword(line, {"violation": text, "decision": "罚款"}, world.user("qian"), AT)
        assert why in refused.value.fields["violation"]
    # A name typed into the books of a case before is found when the list is sent up.
    PublicationRow.objects.filter(pk=line.pk).update(violation="拖欠赵小六工资")
    with pytest.raises(Refused, match="含有职工信息"):
        publications.submit(line.publication, world.user("qian"), AT)


def test_YK_3_who_is_put_forward_comes_into_the_next_list(world: World) -> None:
    case = a_case(world, employer=an_employer("屡欠户", "370202"), accepted_on=date(2026, 7, 1))
    one = put(world, case)
    line = drafted_list(world).rows.get()
    assert line.put_forward == one and "数额大、性质恶劣" in line.decision
    row = published(world, row=line.publication)
    assert shown() == ["屡欠户"]
    span = PublicationPeriod("2026Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert draft_rows(row.union, span, date(2027, 1, 4)) == []  # published once
    with pytest.raises(Forbidden):
        put(world, case, by="sun")


def test_YK_3_taken_back_it_is_not_listed(world: World) -> None:
    one = put(world, a_case(world, accepted_on=date(2026, 7, 1)))
    with pytest.raises(Refused, match="写明撤回的原因"):
        publications.withdraw_request(one, " ", world.user("he"), AT)
    publications.withdraw_request(one, "已清偿", world.user("he"), AT)
    assert draft_rows(world.unions["370202"], Q3, TODAY) == []


# ---- against everybody ----------------------------------------------------------------------------------------------


def public(query: str = "") -> str:
    answer = Client().get(reverse("window-published") + query)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    return answer.text


def test_QP_3_3_the_public_page_shows_only_what_is_approved_and_stands(world: World) -> None:
    now = timezone.now()
    year = timezone.localdate(now).year
    span = PublicationPeriod(f"{year - 1}Q1", date(year - 1, 1, 1), date(year - 1, 3, 31))
    case = a_case(world, employer=an_employer("公开户", "370202"))
    row = penalty(world, case, date(year - 1, 2, 3))
    draft = drafted_list(world, at=now, span=span)
    assert "公开户" not in public()
    submitted = publications.submit(draft, world.user("qian"), now)
    assert "公开户" not in public()
    done = publications.approve(
        submitted, by=world.user("zhou"), at=now, seal=publications.APPROVAL.seal(submitted, AT)
    )
    page = public()
    assert "公开户" in page and row.number in page and "李填报" not in page and str(case.number) not in page
    assert "公开户" in public("?at=370202") and "公开户" not in public("?at=370203")
    assert "公开户" in public("?q=公开") and "公开户" not in public("?q=别家") and "公开户" not in public("?q=%25")
    Publication.objects.update(until=timezone.localdate(now) - timedelta(days=1))
    assert "公开户" not in public()
    Publication.objects.update(until=timezone.localdate(now) + timedelta(days=1))
    line = done.rows.get()
    publications.withdraw_row(line, by=world.user("zhou"), at=now, opinion="名称有误")
    assert "公开户" not in public()


def test_QP_3_3_withdrawn_revoked_or_removed_is_gone_at_once(world: World) -> None:
    first = in_q3(world)
    published(world)
    assert shown() == ["海风三季"]
    sanctions.void(first, TODAY, "部门撤销", world.user("he"), AT)
    assert shown() == []
    row = Publication.objects.get()
    with pytest.raises(Forbidden):
        publications.withdraw(row, by=world.user("qian"), at=AT, opinion="原因")
    with pytest.raises(Refused, match="写明原因"):
        publications.withdraw(row, by=world.user("zhou"), at=AT, opinion=" ")
    publications.withdraw(row, by=world.user("zhou"), at=AT, opinion="依据已撤销")
    assert drafted_list(world).rows.count() == 0  # a new one may be drafted; the revoked decision is not in it


def test_QP_3_3_a_listing_taken_off_early_is_not_published_any_more(world: World) -> None:
    row = listed(
        world, a_case(world, mass=True, employer=an_employer("列入户", "370202")), at=moment("2026-07-06 09:00")
    )
    published(world)
    assert shown() == ["列入户"]
    assert row.until is not None and shown(row.until + timedelta(days=1)) == []

    he, at = world.user("he"), moment("2027-03-01 09:00")
    row = listings.record_correction(row, he, AT, on=date(2026, 8, 3))
    promise = a_promise(world, row.case, at)
    row = listings.ask_removal(row, date(2027, 2, 26), "移1号", "已清偿", promise, he, at)
    listings.remove(row, by=world.user("wang"), at=at, seal=listings.REMOVAL.seal(row, at))
    assert shown() == []


def test_QP_3_3_a_revoked_decision_bars_the_approval(world: World) -> None:
    one = in_q3(world)
    in_q3(world, "另一户")
    row = publications.submit(drafted_list(world), world.user("qian"), AT)
    sanctions.void(one, TODAY, "部门撤销", world.user("he"), AT)
    with pytest.raises(Refused, match="海风三季"):
        publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))
    row = publications.decline(row, by=world.user("zhou"), at=AT, opinion="依据已撤销")
    assert row.stage == PublicationStage.DRAFT


# ---- the form, the tables, what is shared ---------------------------------------------------------------------------


def scope(world: World, as_of: date = TODAY) -> Scope:
    return Scope(world.unions["370202"], Period(Q3.first, Q3.last, as_of))


def test_QP_3_3_the_form_shows_the_approved_list(world: World) -> None:
    first, second = in_q3(world), in_q3(world, "拿下的")
    put(world, a_case(world, employer=an_employer("提请户", "370202"), accepted_on=date(2026, 7, 2)))
    live = employers_to_publish(scope(world), ())
    assert live == [first.case.employer_id, second.case.employer_id]
    row = drafted_list(world)
    publications.take_out(row.rows.get(name="拿下的"), "复议", world.user("qian"), AT)
    published(world, row=row)
    ids = employers_to_publish(scope(world), ())
    got = [(one.employer, one.owed.workers) for one in form_rows(ids, scope(world), (), 1)]
    assert got == [("海风三季", 12), ("提请户", 12)]
    assert employers_to_publish(scope(world, date(2026, 11, 19)), ()) == live  # as it was known the day before
    publications.withdraw(row, by=world.user("zhou"), at=LATER, opinion="有误")
    assert employers_to_publish(scope(world, day_of(LATER)), ()) == live


def test_SD_2_3b_columns_15_and_16_count_what_stands(world: World) -> None:
    """One penalty and one listing; an order counts in neither; a revoked penalty leaves on its day."""
    stays, goes = in_q3(world), in_q3(world, "撤销户")
    order(world, stays.case, pay_by=date(2026, 9, 1))
    listed(world, stays.case, at=moment("2026-09-07 09:00"))
    sanctions.void(goes, date(2026, 10, 8), "部门撤销", world.user("he"), AT)

    def count(name: str, as_of: date) -> int:
        measure, here = MEASURES[name], scope(world, as_of)
        return rows_of(measure.over, here).filter(measure.when(here)).count()

    assert count("penalties", date(2026, 10, 7)) == 2
    assert count("penalties", date(2026, 10, 8)) == 1
    assert count("employers_listed", TODAY) == 1


def test_QP_3_3_what_is_transferred_and_penalised_is_shared(world: World, tmp_path: Path) -> None:
    row = in_q3(world, "=1+1")
    acts = list(shared_cases.shared_acts(scope(world)))
    shared_cases.write(scope(world), acts, AT, tmp_path / "shared.xlsx")
    cells = [[cell.value for cell in line] for line in openpyxl.load_workbook(tmp_path / "shared.xlsx").active.rows]
    line = next(line for line in cells if line[0] == 1)
    assert line[1:2] + line[5:8] == ["=1+1", "行政处理处罚", row.department, row.number]
    assert line[9:12] == [12, 120000, 120000]


def test_QP_3_3_the_workbook_is_what_was_frozen(world: World, tmp_path: Path) -> None:
    in_q3(world)
    row = published(world)
    PublicationRow.objects.update(name="改了名")
    publication_sheet.write(row, tmp_path / "list.xlsx")
    cells = [[cell.value for cell in line] for line in openpyxl.load_workbook(tmp_path / "list.xlsx").active.rows]
    line = next(line for line in cells if line[0] == 1)
    assert line[1] == "海风三季" and line[8:10] == [12, 12]
    assert any(row.hash in str(cells[-n][0]) for n in range(1, 4))


# ---- copies ---------------------------------------------------------------------------------------------------------


def test_QP_3_1_a_copied_list_is_matched_with_reasons_and_never_mixed(world: World) -> None:
    code = "91370202MA3C4X7Y1A"
    known = an_employer("海风建设有限公司", uscc=code)
    twins = [an_employer("同名建筑", region) for region in ("370202", "370203")]
    an_employer("另有代码", uscc="91370200163562681G")
    copy = a_copy(
        world,
        "企业名称,社会信用代码,工程名称,列入事由,列入日期\n"
        f"海风 建设有限公司,{code},一号楼,拖欠工资,2026-10-01\n同名建筑,,,,\n另有代码,91370200MA3TLLXF4E,,,\n外地公司,,,,\n",
    )
    got = [(row.employer, row.because) for row in copy.rows.all()]
    assert got[0] == (known, copied_lists.BY_CODE)
    assert got[1] == (None, "同名的用人单位有 2 个，没有代码，无法确定") and len(twins) == 2
    assert got[2][0] is None and "代码不同" in got[2][1]
    assert got[3] == (None, copied_lists.NOBODY)
    assert Employer.objects.count() == 4  # nobody was invented

    assert not Listing.objects.exists()
    standing = sanctions_of_employer(known, world.user("he"), TODAY)  # below the unit that received it
    assert [row.project for row in standing.copied] == ["一号楼"]
    assert sanctions_of_employer(known, world.user("feng"), TODAY).copied == []


def test_QP_3_1_a_copied_list_is_taken_whole_once_and_kept(world: World) -> None:
    copy = a_copy(world, "单位名称\n甲\n乙\n")
    with pytest.raises(Refused, match="已经登记过"):
        a_copy(world, "单位名称\n甲\n乙\n")
    bad = copied_lists.read_list(a_file("单位名称,决定日期\n甲,不知道\n,2026-01-01\n"), TODAY)
    assert [(cell.row, cell.column) for cell in bad.faults] == [(2, "决定日期"), (3, "单位名称")]
    with pytest.raises(Refused, match="没有单位名称这一列"):
        copied_lists.read_list(a_file("甲,乙\n1,2\n"), TODAY)
    with pytest.raises(Exception, match="only grows"), transaction.atomic():
        CopiedRow.objects.filter(copy=copy).update(decision="改")
    with pytest.raises(Forbidden):
        a_copy(world, "单位名称\n丙\n", by="zhou")


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_QP_3_3_from_draft_to_the_public_on_the_pages(world: World) -> None:
    now, today = timezone.now(), timezone.localdate()
    last = past_periods(world.unions["370202"], today)[0]
    penalty(world, a_case(world, employer=an_employer("页面户", "370202")), last.last, at=now)
    qian, zhou = as_user(world, "qian"), as_user(world, "zhou")
    typed = {"union": world.unions["370202"].pk, "period": str(last.last), "until": str(today + timedelta(days=90))}
    wrong = qian.post(reverse("publications"), typed | {"until": "2020-01-01"})
    assert wrong.status_code == 422 and "公布至的日期" in wrong.text
    row_url = qian.post(reverse("publications"), typed)["Location"]
    row = Publication.objects.get()
    assert row_url == row.get_absolute_url() and "页面户" in qian.get(row_url).text
    line = row.rows.get()
    edit = reverse("publication-row", args=[row.pk, line.pk])
    kept = qian.post(edit, {"violation": "", "decision": "罚款", "representative": "王经理"})
    assert kept.status_code == 422 and "王经理" in kept.text
    qian.post(edit, {"violation": "拖欠工资", "decision": "罚款二万元", "representative": "王经理"})
    out = reverse("publication-row-step", args=[row.pk, line.pk, "out"])
    assert qian.post(out, {"opinion": ""}).status_code == 422
    assert qian.post(reverse("publication-step", args=[row.pk, "submit"])).status_code == 302
    assert "不能由您审批" in qian.get(row_url).text
    seen = zhou.get(row_url).context["seal"]
    assert zhou.post(reverse("publication-step", args=[row.pk, "decline"]), {"opinion": ""}).status_code == 422
    zhou.post(reverse("publication-step", args=[row.pk, "approve"]), {"seal": seen})
    assert zhou.post(reverse("publication-step", args=[row.pk, "approve"]), {"seal": seen}).status_code == 409
    assert "王经理" in public() and "内容与批准时一致" in zhou.get(row_url).text
    sheet = qian.get(reverse("publication-sheet", args=[row.pk]))
    assert sheet.status_code == 200 and sheet["Content-Type"].startswith("application/vnd.openxml")
    zhou.post(reverse("publication-step", args=[row.pk, "withdraw"]), {"opinion": "有误"})
    assert "王经理" not in public()


LISTS = ["sanctions", "listings", "unlisted", "publications", "shared-cases", "copied-lists"]


@pytest.mark.parametrize("name", LISTS)
def test_QP_3_1_the_price_of_the_registers(world: World, name: str, django_assert_max_num_queries: Any) -> None:
    for nth in range(4):
        case = a_case(world, mass=True, employer=an_employer(f"第{nth}户", "370202"))
        order(world, case)
        penalty(world, case, TODAY)
        a_copy(world, f"单位名称\n第{nth}户\n外地{nth}\n")
    listed(world, case)
    sun = as_user(world, "sun")
    sun.get(reverse(name))
    with django_assert_max_num_queries(26):
        page = sun.get(reverse(name))
    assert page.status_code == 200 and "惩戒公布" in page.text
