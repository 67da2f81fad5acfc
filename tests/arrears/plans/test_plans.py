"""偿还计划: instalments kept by the ledger, promises broken and followed up; 一企一策 with steps, owner and dates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.legal import actions as legal_steps
from arrears.legal.models import ProceedingKind
from arrears.plans import actions as plans
from arrears.plans import receivables
from arrears.plans.actions import PlanTerms, Promise, allot
from arrears.plans.forms import equal_instalments
from arrears.plans.models import Plan, PlanBasis, PlanKind
from arrears.serious.models import OversightKind
from tests.cast import AT, World, a_case, an_employer, moment
from tests.readers import as_user
from tests.rulebook_uploads import still_in_force
from tests.serious import in_force
from unions.common.refusals import Forbidden, Refused, Stale

D = Decimal
PROMISED = [
    Promise(date(2026, 11, 15), D("40000.00")),
    Promise(date(2026, 12, 15), D("40000.00")),
    Promise(date(2027, 1, 15), D("40000.00"), 12),
]
TERMS = PlanTerms(date(2026, 11, 12), PlanBasis.MEDIATION, "股东担保")


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def planned(world: World, case: Case, **facts: Any) -> Plan:
    given = {"promises": PROMISED, "terms": TERMS} | facts
    return plans.make(case, PlanKind.REPAYMENT, given["promises"], given["terms"], world.user("he"), AT)


def paid(world: World, case: Case, on: date, amount: str, people: int = 0) -> Any:
    return ledger.post(case, EntryKind.PAID, on, world.user("he"), AT, workers=people, amount=D(amount), source="回单")


def standing(plan: Plan) -> list[tuple[Decimal, date | None]]:
    return list(plan.steps.values_list("paid", "done_on"))


# ---- kept by the ledger -------------------------------------------------------------------------------------------


def test_QD_3_payments_keep_the_oldest_instalment_first(world: World, case: Case) -> None:
    plan = planned(world, case)
    paid(world, case, date(2026, 11, 14), "30000")
    assert standing(plan) == [(D(30000), None), (D(0), None), (D(0), None)]
    paid(world, case, date(2026, 11, 19), "30000")
    assert standing(plan) == [(D(40000), date(2026, 11, 19)), (D(20000), None), (D(0), None)]


def test_QD_3_what_was_paid_before_the_agreement_keeps_no_promise(world: World, case: Case) -> None:
    paid(world, case, date(2026, 11, 11), "20000")
    promises = [Promise(date(2026, 12, 1), D("100000.00"), 12)]
    plan = planned(world, case, promises=promises)
    assert standing(plan) == [(D(0), None)]
    paid(world, case, date(2026, 11, 20), "100000", 12)
    assert standing(plan) == [(D(100000), date(2026, 11, 20))]


def test_QD_3_a_reversed_payment_opens_the_instalment_again(world: World, case: Case) -> None:
    plan = planned(world, case)
    entry = paid(world, case, date(2026, 11, 14), "40000")
    assert standing(plan)[0] == (D(40000), date(2026, 11, 14))
    ledger.reverse(entry, date(2026, 11, 20), world.user("he"), AT, "记错案件")
    assert standing(plan)[0] == (D(0), None)


yuan = st.integers(1, 10**8).map(lambda fen: D(fen) / 100)
days = st.integers(0, 400).map(lambda n: date(2026, 1, 1) + timedelta(n))


@given(st.lists(yuan, min_size=1, max_size=8), st.lists(st.tuples(days, yuan), max_size=8), yuan | st.just(D(0)))
def test_no_yuan_is_allotted_twice_or_lost(
    due: list[Decimal], coins: list[tuple[date, Decimal]], before: Decimal
) -> None:
    falls = allot(list(enumerate(due, 1)), coins, before)
    there = max(sum((amount for _, amount in coins), D(0)) - before, D(0))
    assert sum(one.paid for one in falls.values()) == min(there, sum(due))
    whole = [falls[number].met_on is not None for number in sorted(falls)]
    assert whole == sorted(whole, reverse=True)  # never a later one before an older one
    assert all((one.met_on is not None) == (one.paid == due[number - 1]) for number, one in falls.items())


# ---- what must fit ------------------------------------------------------------------------------------------------


def test_QD_3_sums_equal_what_is_outstanding_or_say_why_not(world: World, case: Case) -> None:
    short = [Promise(date(2026, 12, 1), D("100000.00"), 10)]
    with pytest.raises(Refused, match=r"100,000\.00 元，台账未解决 120,000\.00 元；各期结清合计 10 人"):
        planned(world, case, promises=short)
    why = PlanTerms(TERMS.agreed_on, TERMS.basis, gap="两人自愿放弃，另案处理")
    assert planned(world, case, promises=short, terms=why).gap


def test_QD_3_a_second_version_says_why_and_the_first_stays(world: World, case: Case) -> None:
    first = planned(world, case)
    with pytest.raises(Refused, match="修订须写明原因"):
        planned(world, case)
    later = [Promise(date(2026, 12, 20), D("120000.00"), 12)]
    terms = PlanTerms(date(2026, 11, 19), PlanBasis.PROMISE, reason="资金到位推迟")
    second = planned(world, case, promises=later, terms=terms)
    first.refresh_from_db()
    assert (second.version, first.version) == (2, 1) and first.replaced_at == AT
    old = Obligation.objects.filter(subject=first.stream)
    assert {row.lifted_reason for row in old} == {"计划已有新的一版"} and old.count() == 3
    assert Obligation.objects.open().filter(subject=second.stream).count() == 1


@pytest.mark.parametrize(
    ("promises", "terms", "said"),
    [
        ([], TERMS, "至少填写一期"),
        ([Promise(date(2026, 11, 1), D(1))], TERMS, "早于签订日期"),
        ([Promise(date(2026, 12, 1), D(0), 12)], TERMS, "大于 0"),
        (PROMISED, PlanTerms(date(2026, 11, 21), PlanBasis.PROMISE), "晚于今天"),
        (PROMISED, PlanTerms(date(2026, 11, 12)), "依据"),
    ],
)
def test_what_cannot_be_is_said(world: World, case: Case, promises: list[Promise], terms: PlanTerms, said: str) -> None:
    with pytest.raises(Refused, match=said):
        planned(world, case, promises=promises, terms=terms)


def test_only_who_works_on_the_case_plans(world: World, case: Case) -> None:
    for name in ("wang", "zhou", "feng"):
        with pytest.raises(Forbidden):
            plans.make(case, PlanKind.REPAYMENT, PROMISED, TERMS, world.user(name), AT)


# ---- reminded of, and broken --------------------------------------------------------------------------------------


def test_QD_3_each_instalment_is_a_term_that_the_ledger_meets(world: World, case: Case) -> None:
    plan = planned(world, case)
    rows = Obligation.objects.filter(subject=plan.stream).order_by("due_at")
    assert next(row.title for row in rows) == "督促兑付：偿还计划第 1 期 40,000.00 元"
    assert {(row.holder_id, row.officer_id) for row in rows} == {(case.handling_union_id, case.officer_id)}
    assert rows.overdue(AT).count() == 1  # 11-15 is past
    paid(world, case, date(2026, 11, 20), "40000")
    assert rows.overdue(AT).count() == 0 and rows[0].late(AT)
    paid(world, case, date(2026, 11, 20), "80000", 12)
    assert not rows.open().exists()


def test_a_plan_goes_with_the_case_that_is_taken_up_above(world: World, case: Case) -> None:
    plan = planned(world, case)
    in_force(world, case, OversightKind.TAKEN_UP)
    rows = Obligation.objects.filter(subject=plan.stream).select_related("holder", "officer")
    assert {(row.holder.code, row.officer) for row in rows} == {("370202", world.user("sun"))}


def test_QD_3_terms_of_plans_are_rebuilt_the_same(world: World, case: Case) -> None:
    plan = planned(world, case)
    before = list(Obligation.objects.filter(subject=plan.stream).order_by("pk").values())
    rebuild_all(AT)
    assert list(Obligation.objects.filter(subject=plan.stream).order_by("pk").values()) == before


def test_QD_6_1_a_broken_promise_is_on_the_case_and_offers_the_next_step(world: World, he: Client, case: Case) -> None:
    planned(world, case)
    page = he.get(f"/cases/{case.pk}/").content.decode()
    assert "承诺没有兑现：1 项逾期" in page
    page = he.get(f"/cases/{case.pk}/?tab=plans").content.decode()
    assert "逾期未兑付" in page and "kind=payment_order" in page
    ledger.post(
        case,
        EntryKind.UNTRUE,
        date(2026, 11, 20),
        world.user("he"),
        AT,
        workers=12,
        migrants=10,
        amount=D(120000),
        source="核查不属实",
    )
    assert "承诺没有兑现" not in he.get(f"/cases/{case.pk}/").content.decode()


# ---- 一企一策 --------------------------------------------------------------------------------------------------------

STEPS = [
    Promise(date(2026, 11, 15), what="清点应收账款", owner="赵科长"),
    Promise(date(2026, 12, 1), what="处置设备", owner="工会主席"),
]


def test_SD_2_4a_a_plan_of_difficulty_has_steps_owner_and_dates(world: World, case: Case) -> None:
    he = world.user("he")
    still_in_force(world)
    plan = plans.make(case, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), he, AT)
    first = plan.steps.get(number=1)
    row = Obligation.objects.get(subject=plan.stream, rule="step-1")
    assert (row.title, row.bearer, row.clause) == ("一企一策：清点应收账款", "赵科长", "SD-2.4a")
    plans.record_step_done(first, date(2026, 11, 14), "已清点，可收回 30 万元", he, AT)
    row.refresh_from_db()
    assert row.met_at is not None
    with pytest.raises(Stale):
        plans.record_step_done(first, date(2026, 11, 14), "再来", he, AT)


def test_SD_2_4a_one_plan_per_employer(world: World, case: Case) -> None:
    plans.make(case, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), AT)
    other = a_case(world, employer=case.employer)
    with pytest.raises(Refused, match=f"已在案件 {case.number} 中制定"):
        plans.make(other, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), AT)
    with pytest.raises(Refused, match="没有工程项目"):
        plans.make(other, PlanKind.PROJECT, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), AT)
    elsewhere = a_case(world, employer=an_employer("另一公司"))
    assert plans.make(elsewhere, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), AT)


def test_an_instalment_is_not_ticked_off_by_hand(world: World, case: Case) -> None:
    step = planned(world, case).steps.get(number=1)
    with pytest.raises(Refused, match="自动核销"):
        plans.record_step_done(step, date(2026, 11, 14), "付了", world.user("he"), AT)


# ---- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def he(world: World, client: Client) -> Client:
    client.force_login(world.user("he"), backend="unions.people.backends.AppointmentBackend")
    return client


def test_QD_6_1_from_the_agreement_to_the_plan_through_the_pages(he: Client, world: World, case: Case) -> None:
    row = legal_steps.begin(case, ProceedingKind.MEDIATION, date(2026, 11, 11), "区调解中心", "", world.user("he"), AT)
    row = legal_steps.finish(row, date(2026, 11, 12), "agreed", "分三期", world.user("he"), AT)
    address = f"/cases/{case.pk}/plans/repayment/new/"
    page = he.get(f"{address}?proceeding={row.pk}&parts=3")
    form = page.context["form"]
    assert form.initial["basis"] == "mediation" and form.initial["agreed_on"] == date(2026, 11, 12)
    assert [form.initial[f"amount_{n}"] for n in (1, 2, 3)] == [D(40000)] * 3
    case.refresh_from_db()
    sent: dict[str, Any] = {
        "seen": case.version,
        "rows": 4,
        "proceeding": row.pk,
        "agreed_on": "2026-11-12",
        "basis": "mediation",
    }
    for number, one in enumerate(PROMISED, 1):
        sent |= {f"due_{number}": one.due_on, f"amount_{number}": one.amount, f"workers_{number}": one.workers or ""}
    more = he.post(address, sent | {"more": "1"})
    assert more.status_code == 200 and len(list(more.context["form"].lines())) == 8
    assert 'value="40000.00"' in more.content.decode()
    wrong = he.post(address, sent | {"amount_4": "5"})
    assert wrong.status_code == 422 and "第 4 行还缺期限" in wrong.content.decode()
    assert he.post(address, sent | {"amount_3": "1"}).status_code == 422
    assert he.post(address, sent).status_code == 302
    assert case.plans.get().proceeding == row
    again = he.post(address, sent | {"reason": "重复"})
    assert again.status_code == 409  # the same page sent twice


def test_SD_2_4a_a_step_is_done_through_the_page(he: Client, world: World, case: Case) -> None:
    plan = plans.make(case, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), AT)
    case.refresh_from_db()
    address = f"/cases/{case.pk}/plans/steps/{plan.steps.get(number=1).pk}/"
    assert he.post(address, {"seen": case.version, "on": "2026-11-14", "note": ""}).status_code == 422
    assert he.post(address, {"seen": case.version, "on": "2026-11-14", "note": "已清点"}).status_code == 302
    assert "已清点" in he.get(f"/cases/{case.pk}/?tab=plans").content.decode()


def test_the_fen_left_over_stands_in_the_last_instalment() -> None:
    values = equal_instalments(ledger.Sums(7, 0, D("100.00")), 3, date(2026, 1, 31))
    assert [values[f"amount_{n}"] for n in (1, 2, 3)] == [D("33.33"), D("33.33"), D("33.34")]
    assert [values[f"due_{n}"] for n in (1, 2)] == [date(2026, 2, 28), date(2026, 3, 31)]
    assert values["workers_3"] == 7


def test_a_closed_case_owes_no_promise(world: World, case: Case) -> None:
    plan = planned(world, case)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=AT.date(), changed_at=moment("2026-11-20 10:00"))
    rebuild_all(AT)
    assert not Obligation.objects.open().filter(subject=plan.stream).exists()


# ---- 欠薪欠款联动 (SD-2.4e) -------------------------------------------------------------------------------------------


def test_SD_2_4e_what_is_recovered_pays_wages_first_and_stands_in_the_ledger(
    he: Client, world: World, case: Case
) -> None:
    """Through the pages: offered with a plan and a notice only, never more than is owed, the rest stays with the employer."""
    at, told = (
        moment("2026-11-20 10:00"),
        {"debtor": "城投公司", "amount": "150000", "since": "2025-06-01", "basis": ""},
    )
    add, tab = f"/cases/{case.pk}/receivables/", f"/cases/{case.pk}/?tab=plans"

    def post(url: str, **said: Any) -> Any:
        case.refresh_from_db()
        return he.post(url, {"seen": case.version, **said})

    plans.make(case, PlanKind.EMPLOYER, STEPS, PlanTerms(date(2026, 11, 12)), world.user("he"), at)
    assert "被欠账款" not in he.get(tab).text
    assert post(add, **told).status_code == 422  # no notice in force asks for it
    still_in_force(world)
    page = he.get(tab).text
    assert "用人单位被欠账款" in page and "鲁就办〔2023〕18号" in page
    assert post(add, **told).status_code == 302
    row = case.receivables.get()
    take = f"/cases/{case.pk}/receivables/{row.pk}/recover/"
    assert take in he.get(tab).text and take not in as_user(world, "li").get(tab).text, "a clerk posts nothing"
    assert post(take, on="2026-11-19", amount="150000.01", workers="").status_code == 422
    assert post(take, on="2026-11-18", amount="40000", workers="4", migrants="4").status_code == 302
    entry = case.entries.latest("pk")
    assert (entry.kind, entry.amount, entry.workers, entry.on) == ("paid", D(40000), 4, date(2026, 11, 18))
    assert "城投公司" in entry.source
    assert post(take, on="2026-11-19", amount="100000", workers="8", migrants="6").status_code == 302
    assert ledger.balance(case).outstanding == ledger.Sums(0, 0, D(0))  # 80,000 were wages, 20,000 are the employer's
    page = he.get(tab).text
    assert "140,000.00" in page and "120,000.00" in page and "10,000.00" in page
    board = he.get("/boards/rows/debts-open/?unit=370202E0001").text
    assert "城投公司" in board and "尚欠 10,000.00 元" in board
    assert "用人单位被欠账款未收回" in he.get("/boards/?unit=370202E0001").text


def test_SD_2_4e_a_debt_stands_on_a_plan(world: World, case: Case) -> None:
    still_in_force(world)
    with pytest.raises(Refused, match="先制定方案"):
        receivables.record(case, "城投公司", D(1), date(2026, 1, 1), "", world.user("he"), AT)
