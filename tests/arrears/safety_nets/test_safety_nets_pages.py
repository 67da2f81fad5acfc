"""Safety nets as people meet them: the pages, their price, the terms in 办理时限, the workbook."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from arrears.cases import ledger
from arrears.cases.models import Case, LedgerEntry, Project
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.reminders.models import Reminder
from arrears.safety_nets import net_ledger
from arrears.safety_nets.actions import deposits, drawings, funds
from arrears.safety_nets.models import Drawing, DrawingKind, EmergencyFund, NetEntryKind, WageDeposit
from arrears.safety_nets.rules import Outgo
from tests.cast import AT, World, a_case, an_employer, moment
from tests.nets import DAY, a_deposit, a_fund, a_project, advanced, approved, asked, put_in
from tests.readers import as_user, days_ago


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def newest(case: Case) -> dict[str, Any]:
    case.refresh_from_db()
    return {"seen": case.version}


# ---- an advance, from the case page to both books --------------------------------------------------------------------------


def test_YK_2_3_the_clerk_asks_the_approver_agrees_and_both_books_say_so(world: World, case: Case) -> None:
    fund = a_fund(world)
    li, zhou = as_user(world, "li"), as_user(world, "zhou")
    page = li.get(f"{case.get_absolute_url()}?tab=ledger").text
    assert "提出垫付" in page and "余额 500,000.00 元" in page
    typed = {
        "net": str(fund.pk),
        "workers": "4",
        "migrants": "4",
        "amount": "40,000",
        "paid_on": days_ago(1),
        "reason": "区治欠办会议纪要〔2026〕8号",
    } | newest(case)
    wrong = li.post(reverse("case-advance", args=[case.pk]), typed | {"amount": "四千"})
    assert wrong.status_code == 422 and "会议纪要〔2026〕8号" in wrong.text and "金额只能填数字" in wrong.text
    too_much = li.post(reverse("case-advance", args=[case.pk]), typed | {"amount": "120000.01"})
    assert too_much.status_code == 422 and "多于未解决的 120,000.00 元" in too_much.text
    answer = li.post(reverse("case-advance", args=[case.pk]), typed)
    row = Drawing.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert li.post(reverse("case-advance", args=[case.pk]), typed).status_code == 409
    assert Drawing.objects.count() == 1
    assert "不能由您审批" in li.get(row.get_absolute_url()).text
    assert Reminder.objects.get(user__username="zhou").title == f"垫付待审批：案件 {case.number}"
    assert "1" in zhou.get(reverse("nets-todo")).text and "待审批" in zhou.get(reverse("nets-todo")).text
    shown = zhou.get(row.get_absolute_url()).context["seal"]
    assert zhou.post(reverse("drawing-step", args=[row.pk, "approve"]), {"seal": "x"}).status_code == 409
    assert zhou.post(reverse("drawing-step", args=[row.pk, "approve"]), {"seal": shown}).status_code == 302
    entry = LedgerEntry.objects.get(kind="advanced")
    assert (entry.amount, net_ledger.balance(fund)) == (40_000, 460_000)
    page = as_user(world, "he").get(f"{case.get_absolute_url()}?tab=ledger").text
    assert "应急周转金" in page and "冲正" in page


def test_QP_1_2_out_of_a_deposit_by_notice_and_bank(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    he, zhou = as_user(world, "he"), as_user(world, "zhou")
    typed = {"net": str(deposit.pk), "amount": "30000", "notice_on": days_ago(3), "reason": "通知书 7 号"}
    missing = he.post(reverse("case-advance", args=[case.pk]), typed | {"notice_on": ""} | newest(case))
    assert missing.status_code == 422 and "须填写支付通知书日期" in missing.text
    he.post(reverse("case-advance", args=[case.pk]), typed | newest(case))
    row = Drawing.objects.get()
    shown = zhou.get(row.get_absolute_url()).context["seal"]
    zhou.post(reverse("drawing-step", args=[row.pk, "approve"]), {"seal": shown})
    assert "银行已支付" in he.get(row.get_absolute_url()).text
    early = he.post(reverse("drawing-step", args=[row.pk, "paid"]), {"on": days_ago(4)})
    assert early.status_code == 422 and "不能早于支付通知书日期" in early.text
    he.post(reverse("drawing-step", args=[row.pk, "paid"]), {"on": days_ago(1)})
    assert LedgerEntry.objects.get(kind="advanced").fund == "deposit"
    assert "待补足" in as_user(world, "sun").get(deposit.get_absolute_url()).text


def test_SD_2_4c_the_api_and_the_plain_form_know_no_advance(world: World, case: Case) -> None:
    he = as_user(world, "he")
    typed = {"kind": "advanced", "on": days_ago(1), "amount": "1"} | newest(case)
    assert he.post(reverse("case-entry", args=[case.pk]), typed).status_code == 422
    answer = he.post(reverse("api-entries", args=[case.pk]), typed, content_type="application/json")
    assert answer.status_code == 422 and not LedgerEntry.objects.filter(kind="advanced").exists()


def test_SD_2_4c_recovery_stands_on_the_case_and_with_the_employer(world: World, case: Case) -> None:
    fund = a_fund(world)
    row = advanced(world, case, fund, 40_000).drawing
    sun = as_user(world, "sun")
    page = sun.get(fund.get_absolute_url())
    typed = {"drawing": row.pk, "on": days_ago(0), "amount": "15000", "source": "归还回单"}
    typed |= {"seen": page.context["net"].version}
    assert sun.post(reverse("net-step", args=[fund.pk, "recover"]), typed).status_code == 302
    again = sun.post(reverse("net-step", args=[fund.pk, "recover"]), typed)
    assert again.status_code == 409 and "归还回单" in again.text and row.recovered() == 15_000
    he = as_user(world, "he")
    assert "已向用人单位追偿 15,000.00 元" in he.get(f"{case.get_absolute_url()}?tab=ledger").text
    assert "15,000.00" in he.get(reverse("employer", args=[case.employer_id])).text
    assert ledger.balance(case).outstanding.amount == 80_000


# ---- registering and keeping ------------------------------------------------------------------------------------------------

DEPOSIT = {
    "employer_name": "海天建设有限公司",
    "region_code": "370202",
    "project_name": "海天广场",
    "nature": "other",
    "contract_amount": "50,000,000",
    "ratio": "1.5",
    "stored_as": "guarantee",
    "bank": "农业银行",
    "guarantee_number": "BH-9",
    "guarantee_until": "2099-12-31",
    "stored": "750000",
    "stored_on": "2026-11-01",
    "source": "BH-9",
}


def test_QP_1_2_a_deposit_is_registered_with_its_project_in_one_form(world: World) -> None:
    sun = as_user(world, "sun")
    typed = DEPOSIT | {"union": world.unions["370202"].pk}
    for changes, said in {
        ("ratio", "4"): "1%–3%",
        ("guarantee_number", ""): "请填写保函编号",
        ("ratio", "二"): "比例请填数字",
        ("stored_on", ""): "请填写存入日期",
        ("guarantee_until", "2020-01-01"): "已于 2020-01-01 到期",
    }.items():
        refused = sun.post(reverse("deposit-new"), typed | {changes[0]: changes[1]})
        assert refused.status_code == 422 and said in refused.text and "海天广场" in refused.text, changes
    assert not Project.objects.exists()
    sun.post(reverse("deposit-new"), typed)
    deposit = WageDeposit.objects.get()
    assert (deposit.amount_due, net_ledger.balance(deposit), deposit.project.employer.name) == (
        750_000,
        750_000,
        "海天建设有限公司",
    )
    assert "已存足" in sun.get(reverse("safety-nets")).text
    page = sun.get(reverse("project", args=[deposit.project_id]))
    assert page.status_code == 200 and "余额 750,000.00 元" in page.text
    renewed = sun.post(
        reverse("net-step", args=[deposit.pk, "renew"]),
        {"number": "BH-10", "guarantee_until": "2100-12-31", "seen": deposit.version},
    )
    deposit.refresh_from_db()
    assert renewed.status_code == 302 and deposit.guarantee_number == "BH-10"


def test_YK_2_3_a_fund_is_founded_filled_and_given_back_by_two(world: World) -> None:
    sun, zhou = as_user(world, "sun"), as_user(world, "zhou")
    typed = {
        "union": world.unions["370202"].pk,
        "name": "欠薪应急周转金",
        "founder": "government",
        "founder_name": "区政府",
        "basis": "南政办〔2026〕3号第二条",
        "founded_on": days_ago(10),
        "amount": "500000",
    }
    assert sun.post(reverse("fund-new"), typed | {"amount": "0"}).status_code == 422
    sun.post(reverse("fund-new"), typed)
    fund = EmergencyFund.objects.get()

    def step(name: str, **said: Any) -> Any:
        fund.refresh_from_db()
        return sun.post(reverse("net-step", args=[fund.pk, name]), said | {"on": days_ago(0), "seen": fund.version})

    assert step("put-in", kind="granted", amount="1000", source="拨款单").status_code == 302
    assert step("put-in", kind="stored", amount="1000", source="x").status_code == 422
    assert step("outgo", kind="give_back", amount="600000", reason="结余").status_code == 422
    assert step("outgo", kind="give_back", amount="1000", reason="结余").status_code == 302
    row = Drawing.objects.get(kind=DrawingKind.GIVE_BACK)
    shown = zhou.get(row.get_absolute_url()).context["seal"]
    zhou.post(reverse("drawing-step", args=[row.pk, "approve"]), {"seal": shown})
    assert net_ledger.balance(fund) == 500_000
    entry = fund.entries.get(kind=NetEntryKind.GIVEN_BACK)
    assert step("reverse", cancels=entry.pk, reason="退错").status_code == 302
    assert step("reverse", cancels=entry.pk, reason="退错").status_code == 409
    assert step("nothing").status_code == 404


# ---- the lists ---------------------------------------------------------------------------------------------------------------


def fill(world: World, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        case = a_case(world, employer=an_employer(f"海风{number}"))
        deposit = a_deposit(world, a_project(case, f"大厦{number}"))
        fund = a_fund(world, name=f"周转金{number}")
        advanced(world, case, deposit, 1000)
        advanced(world, case, fund, 1000)
        asked(world, case, fund, 10)


@pytest.mark.parametrize("name", ["safety-nets", "funds", "nets-todo"])
def test_the_lists_cost_the_same_however_long(world: World, name: str, django_assert_max_num_queries: Any) -> None:
    fill(world, 3)
    sun = as_user(world, "sun")
    sun.get(reverse(name))
    with django_assert_max_num_queries(20):
        page = sun.get(reverse(name))
    assert page.text.count('class="title-cell"') >= 3


def test_QP_1_2_the_list_is_narrowed_and_written_as_a_workbook(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    other = a_case(world, employer=an_employer("台风建设"))
    a_deposit(world, a_project(other, "台风花园"), stored=None)
    a_fund(world)
    advanced(world, case, deposit, 30_000)
    sun = as_user(world, "sun")
    for query, count in {"": 2, "?short=on": 1, "?q=台风": 1, "?stored_as=guarantee": 0, "?over=on": 0}.items():
        page = sun.get(reverse("safety-nets") + query)
        assert page.text.count('class="title-cell"') == count, query
    answer = sun.get(reverse("safety-nets-sheet") + "?short=on")
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in rows if row[1] == "海风大厦"]
    assert row[4:7] == [10_000_000, 2, 200_000] and row[11:15] == [170_000, 30_000, 0, 30_000]
    funds_sheet = sun.get(reverse("safety-nets-sheet") + "?of=funds")
    assert "应急周转金台账" in str(load_workbook(BytesIO(funds_sheet.content)).active["A1"].value)
    assert as_user(world, "li").get(reverse("safety-nets-sheet")).status_code == 403


# ---- terms -------------------------------------------------------------------------------------------------------------------


def terms(**about: Any) -> dict[str, Obligation]:
    return {row.rule: row for row in Obligation.objects.filter(**about)}


def test_QP_1_2_the_bank_has_five_working_days_and_the_contractor_ten(world: World, case: Case) -> None:
    """Notice of Monday 2026-11-16 → Monday 23rd; used on Wednesday 18th → Wednesday 2 December."""
    deposit = a_deposit(world, a_project(case))
    row = approved(world, asked(world, case, deposit, 30_000, paid_on=None))
    subject = f"drawing:{row.pk}"
    bank = terms(subject=subject)["deposit-pay"]
    assert (bank.due_at, bank.met_at, bank.case, bank.holder.code) == (
        moment("2026-11-23 23:59:59"),
        None,
        case,
        "370202",
    )
    drawings.record_bank_payment(row, DAY, world.user("he"), AT)
    found = terms(subject=subject)
    assert found["deposit-pay"].met_at is not None
    assert (found["deposit-top-up"].due_at, found["deposit-top-up"].met_at) == (moment("2026-12-02 23:59:59"), None)
    put_in(world, deposit, NetEntryKind.TOPPED_UP, 29_999, date(2026, 11, 19))
    assert terms(subject=subject)["deposit-top-up"].met_at is None
    put_in(world, deposit, NetEntryKind.TOPPED_UP, 1, date(2026, 11, 20))
    assert terms(subject=subject)["deposit-top-up"].met_at is not None
    kept = rebuild_all(AT)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_QP_1_2_what_was_cancelled_need_not_be_made_good(world: World, case: Case) -> None:
    deposit = a_deposit(world, a_project(case))
    entry = advanced(world, case, deposit, 30_000)
    term = terms(case=case)["deposit-top-up"]
    assert term.is_open
    ledger.reverse(entry, DAY, world.user("he"), AT, "付错")
    term.refresh_from_db()
    assert not term.is_open
    kept = rebuild_all(AT)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_QP_1_2_a_guarantee_is_renewed_a_month_before_it_ends(world: World, case: Case) -> None:
    until = date(2027, 6, 30)
    told = {"stored_as": "guarantee", "guarantee_number": "BH-1", "guarantee_until": until}
    deposit = a_deposit(world, a_project(case), **told)
    term = terms(subject=f"guarantee:{deposit.pk}")["renew-guarantee"]
    assert (term.due_at, term.local, term.clause) == (moment("2027-05-31 23:59:59"), True, "LAW-deposit")
    deposits.renew_guarantee(deposit, "BH-2", date(2028, 6, 30), world.user("sun"), AT)
    term.refresh_from_db()
    assert term.due_at == moment("2028-05-31 23:59:59")
    page = as_user(world, "sun").get(reverse("obligations"))
    assert "海风大厦" in page.text and "保函更换或延长" in page.text
    assert rebuild_all(AT).changed == 0


def test_QP_1_2_the_notice_opens_the_return_and_the_return_ends_everything(world: World) -> None:
    case = a_case(world)
    project = a_project(case)
    Case.objects.filter(pk=case.pk).update(project=None)
    deposit = a_deposit(world, project)
    sun = world.user("sun")
    deposits.record_return_notice(deposit, date(2026, 10, 12), "公告栏", sun, AT)
    term = terms(subject=f"deposit:{deposit.pk}")["deposit-return"]
    assert (term.sense, term.met_at) == ("opens", None)
    row = drawings.ask_outgo(deposit, Outgo(DrawingKind.RETURN, DAY, "完工"), sun, AT)
    approved(world, row)
    term.refresh_from_db()
    assert term.met_at is not None
    assert rebuild_all(AT).changed == 0
    assert "已返还结清" in as_user(world, "sun").get(deposit.get_absolute_url()).text


def test_a_page_of_todo_says_what_is_to_be_done(world: World, case: Case) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    told = {"stored_as": "guarantee", "guarantee_number": "BH-1", "guarantee_until": soon}
    deposit = a_deposit(world, a_project(case), **told)
    fund = a_fund(world)
    advanced(world, case, deposit, 1000)
    row = advanced(world, case, fund, 2000).drawing
    funds.record_recovery(row, Decimal(500), DAY, "", world.user("sun"), AT)
    deposits.record_return_notice(deposit, date(2026, 11, 1), "公告栏", world.user("sun"), AT)
    page = as_user(world, "sun").get(reverse("nets-todo")).text
    for words in ("待补足", "保函到期", "公示待返还", "2026-12-02 起", "待追偿", "1,500.00"):
        assert words in page, words
