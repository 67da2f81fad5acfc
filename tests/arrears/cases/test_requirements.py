"""What a notice asks, it asks where and while it is in force; elsewhere nothing is demanded and nothing quoted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from arrears.cases import ledger, workflow
from arrears.cases.models import Case, Channel, EntryKind
from arrears.cases.requirements import required_of
from arrears.law.models import Obligation
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from arrears.referrals.kinds import KINDS, basis_of, level_above
from tests import qinghai
from tests.cast import AT, World, a_case, load, moment
from tests.readers import as_user
from tests.rulebook_uploads import still_in_force
from unions.common.refusals import Refused

NOW = moment("2023-12-20 10:00")  # Shandong's winter campaign, long after Qinghai's


@pytest.fixture
def xining(qinghai_database: None, db: None) -> World:
    return load()


def paid(world: World, case: Case, who: str) -> Case:
    given: dict[str, Any] = {"workers": 12, "migrants": 10, "amount": Decimal(120000)}
    ledger.post(case, EntryKind.PAID, NOW.date(), world.user(who), NOW, **given)
    case.refresh_from_db()
    return case


def test_a_case_in_xining_is_not_refused_by_notices_of_other_places(xining: World) -> None:
    """A government project told by the hotline, a mass event: Shandong, Qingdao and Qingpu would each ask something first."""
    facts = {"nature": "government", "channel": Channel.HOTLINE, "mass": True}
    case = paid(xining, qinghai.a_case(xining, "630100", date(2023, 12, 1), NOW, **facts), "o0")
    steps = ("told-worker", "told-hotline", "reported-at-once", "fallback-party", "emergency-demands")
    assert required_of(case, *steps, on=NOW.date()) == {}
    [settle] = [one for one in workflow.offers(case, xining.user("o0"), NOW.date()) if one.name == "settle"]
    assert settle.missing == ()
    assert (
        workflow.move(case, "settle", xining.user("o0"), NOW, seen=case.version, conclusion="paid").state == "settled"
    )


def test_instalments_in_xining_are_terms_under_no_clause(xining: World) -> None:
    case = qinghai.a_case(xining, "630100", date(2023, 12, 1), NOW)
    terms = PlanTerms(NOW.date(), basis=PlanBasis.NEGOTIATION)
    plan = plans.make(
        case, PlanKind.REPAYMENT, [Promise(date(2024, 1, 10), Decimal(120000), 12)], terms, xining.user("o0"), NOW
    )
    row = Obligation.objects.get(subject=plan.stream)
    assert (row.clause, str(row)) == ("", row.title)
    page = as_user(xining, "o0").get(row.get_absolute_url()).text
    assert row.title in page and "QD-" not in page and '<span class="tag"></span>' not in page


def test_instalments_in_qingdao_are_terms_under_its_notice(world: World) -> None:
    case, he = a_case(world), world.user("he")
    terms = PlanTerms(AT.date(), basis=PlanBasis.NEGOTIATION)
    plan = plans.make(case, PlanKind.REPAYMENT, [Promise(date(2026, 12, 10), Decimal(120000), 12)], terms, he, AT)
    row = Obligation.objects.get(subject=plan.stream)
    assert row.clause == "QD-3"
    assert "推动解决拖欠工资问题的通知》" in as_user(world, "he").get(row.get_absolute_url()).text


def test_a_notice_that_has_expired_asks_nothing_more(world: World) -> None:
    case = a_case(world, nature="government")
    assert "fallback-party" in required_of(case, "fallback-party", on=date(2024, 2, 29))
    assert required_of(case, "fallback-party", on=date(2024, 3, 1)) == {}
    page = as_user(world, "he").get(case.get_absolute_url() + "?tab=heavy").text
    assert "兜底责任单位" not in page
    still_in_force(world)
    case = Case.objects.get(pk=case.pk)
    asked = required_of(case, "fallback-party", on=AT.date())["fallback-party"]
    assert asked.cited == "鲁就办〔2023〕18号 二（四）3 兜底保障"


def test_a_referral_rests_on_the_place_s_notice_else_on_the_law(world: World) -> None:
    case = a_case(world)
    hr = basis_of(case, KINDS["hr"], AT.date())
    aid = basis_of(case, KINDS["legal_aid"], AT.date())
    assert hr is not None and hr.clause == "QD-6.4" and aid is not None and aid.clause == "QD-6.3"
    assert basis_of(case, KINDS["industry"], AT.date()) is None, "YK-1.3 is Yingkou's"
    assert level_above(KINDS["industry"], case.handling_union, AT.date()) is None


def test_in_xining_a_referral_rests_on_qinghai_s_notice_and_the_law(xining: World) -> None:
    case = qinghai.a_case(xining, "630100", date(2023, 12, 1), NOW)
    told = {key: basis.cited for key, kind in KINDS.items() if (basis := basis_of(case, kind, NOW.date()))}
    assert told == {
        "hr": "青总办〔2022〕41号 三 通报人社",
        "judicial": "青总办〔2022〕41号 二 线索移送",
        "handover": "青总办〔2022〕41号 二 线索移送",
        "police": "《刑法》第二百七十六条之一",
        "listing": "人社部令第45号",
        "legal_aid": "《法律援助法》第三十一条",
        "notice": "《保障农民工工资支付条例》第五十一条",
    }


def test_a_refused_closing_quotes_notice_and_article(world: World) -> None:
    case = a_case(world, channel="hotline")
    given: dict[str, Any] = {"workers": 12, "migrants": 10, "amount": Decimal(120000)}
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, **given)
    case.refresh_from_db()
    with pytest.raises(Refused, match=r"尚未向职工反馈、向 12351 热线反馈（《关于健全完善.*》 四（二）12351 热线）"):
        workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")
