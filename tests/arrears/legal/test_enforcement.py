"""SD-2.3g: enforcement after judgment and supported suits, followed to the money in the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from arrears.legal import actions as legal
from arrears.legal.models import Proceeding, ProceedingKind
from reporting.boards.feature_lines import LINES
from tests.cast import AT, World, a_case
from tests.readers import as_user
from unions.common.refusals import Refused

K = ProceedingKind


def begun(world: World, case: Case, kind: ProceedingKind, day: int) -> Proceeding:
    he = world.user("he")
    row = legal.begin(case, kind, date(2026, 11, day), legal.BODIES[kind], "支付工资", he, AT)
    return legal.accept(row, date(2026, 11, day), f"（2026）鲁 {day} 号", he, AT)


def offered(case: Case) -> list[ProceedingKind]:
    return [step.kind for step in legal.next_steps(case, case.proceedings.all(), [])]


def test_SD_2_3g_enforcement_is_followed_to_the_money(world: World) -> None:
    case, he = a_case(world), world.user("he")
    legal.finish(begun(world, case, K.LITIGATION, 11), date(2026, 11, 12), "judged", "", he, AT)
    assert offered(case) == [K.ENFORCEMENT]
    row = begun(world, case, K.ENFORCEMENT, 13)
    assert offered(case) == []
    with pytest.raises(Refused, match="请先登记执行到账"):
        legal.finish(row, date(2026, 11, 19), "paid", "", he, AT)

    browser = as_user(world, "he")
    case.refresh_from_db()
    step = reverse("case-proceeding-step", args=[case.pk, row.pk, "receive"])
    sent = {"seen": case.version, "on": "2026-11-18", "workers": "5", "migrants": "4", "amount": "50,000"}
    assert browser.post(step, sent | {"amount": ""}).status_code == 422
    assert browser.post(step, sent | {"amount": "999999"}).status_code == 422, "more than is owed"
    assert browser.post(step, sent).status_code == 302
    entry = case.entries.get(kind=EntryKind.PAID)
    assert (entry.amount, entry.workers, entry.source) == (Decimal(50000), 5, "强制执行到账（（2026）鲁 13 号）")
    assert ledger.balance(case).outstanding.amount == Decimal(70000) and legal.received(row) == Decimal(50000)
    page = browser.get(f"{case.get_absolute_url()}?tab=legal").text
    assert "50,000.00" in page and "已记入台账" in page and "登记到账" in page
    page = as_user(world, "li").get(f"{case.get_absolute_url()}?tab=legal").text
    assert "登记结果" in page and "登记到账" not in page, "a clerk works on the case, and posts nothing"

    (line,) = [one for _, one in LINES if one.name == "enforcement-running"]
    found = line.rows(world.unions["370202"], AT).get()
    assert found == row and "到账 50,000.00 元" in str(line.tell(found, AT))
    row = legal.finish(row, date(2026, 11, 19), "partly", "其余无财产", he, AT)
    assert not line.rows(world.unions["370202"], AT).exists()

    ledger.reverse(entry, date(2026, 11, 19), he, AT, "记错")
    assert legal.received(row) == 0, "what was cancelled did not come"


def test_SD_2_3g_a_supported_suit_leads_to_court_and_its_money_to_the_ledger(world: World) -> None:
    case, he = a_case(world), world.user("he")
    support = begun(world, case, K.SUPPORT, 11)
    legal.finish(support, date(2026, 11, 12), "supported", "发出支持起诉书", he, AT)
    assert offered(case) == [K.LITIGATION]
    suit = begun(world, case, K.LITIGATION, 13)
    legal.receive(suit, date(2026, 11, 17), 12, 10, Decimal(120000), he, AT)
    assert not ledger.balance(case).outstanding and legal.received(suit) == Decimal(120000)
    mediation = begun(world, case, K.MEDIATION, 18)
    with pytest.raises(Refused, match="只有诉讼"):
        legal.receive(mediation, date(2026, 11, 18), 0, 0, Decimal(1), he, AT)
