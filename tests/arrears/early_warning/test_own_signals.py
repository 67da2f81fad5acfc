"""SD-2.1a: complaints, findings, late payments and causes in our own books raise signals, with reasons and the rows behind them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
from django.urls import reverse

from arrears.cases.models import Case, Employer
from arrears.early_warning import actions as warnings
from arrears.early_warning import standings
from arrears.early_warning.models import StepKind, WarningStanding
from arrears.inspections.actions import inspections
from arrears.inspections.actions.inspections import Shortcoming
from arrears.inspections.models import Finding
from arrears.law.rules.grading import Matter, own_signals
from arrears.law.rules.reader import delivered_rulebooks
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanKind
from arrears.portal import receipts
from arrears.portal.actions import worker as writing
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import LetterStanding
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from tests.warned import standing


def complaint(world: World, employer: Employer, day: date) -> Case:
    """A case of the district that a hotline brought."""
    case = a_case(world, "sun", "370202", employer=employer, accepted_on=day, stated_amount=Decimal(100))
    Case.objects.filter(pk=case.pk).update(channel="hotline")
    return case


def found(world: World, employer: Employer, point: str, due: date) -> Finding:
    facts = {"industry": "E", "on": date(2026, 11, 2), "workers": 20, "migrants": 9, "findings": "欠发两月"}
    visit = inspections.record_inspection(world.unions["370202"], employer, facts, world.user("sun"), AT)
    missing = [Shortcoming(point, "工资未按月足额支付", due)]
    (finding,) = inspections.record_checklist(visit, {point: "no"}, missing, world.user("sun"), AT)
    return finding


def test_SD_2_1a_our_own_books_raise_signals_with_reasons_and_rows(world: World) -> None:
    employer = an_employer()
    cases = [complaint(world, employer, date(2026, 11, day)) for day in (3, 5)]
    standings.rebuild(AT)
    assert not WarningStanding.objects.exists(), "two complaints are not many"
    wrote = WrittenForm("370202", employer.name, words="又一个人没拿到工资。", name="张师傅", phone="13812345678")
    letter = writing.receive_letter(wrote, [], receipts.new_form(), None, AT).letter
    type(letter).objects.filter(pk=letter.pk).update(case=cases[0], standing=LetterStanding.TAKEN, at=AT)
    standings.rebuild(AT)
    row = standing(world, employer)
    assert row.reasons == ["欠薪投诉量大（3 条，自 2026-11-03 起） 2026-11-20 本系统 +2"]
    assert (row.level, row.signals, row.own, row.unverified) == ("黄", 0, 1, 0)

    found(world, employer, "monthly", date(2026, 12, 20))
    promised = [Promise(date(2026, 11, 10), workers=12, amount=Decimal(100))]
    plans.make(
        cases[1], PlanKind.REPAYMENT, promised, PlanTerms(date(2026, 11, 6), basis="promise"), world.user("sun"), AT
    )
    Case.objects.filter(pk=cases[0].pk).update(causes=["works_unpaid"])
    standings.rebuild(AT)
    row = standing(world, employer)
    assert row.own == 3 and row.score == Decimal(7) and row.level == "红"
    assert [reason.split("（")[0] for reason in row.reasons] == ["工资支付异常", "欠薪投诉量大", "工程款拨付异常"]
    assert standing(world, employer, "370200").level == "红"
    assert not WarningStanding.objects.filter(union=world.unions["370203"]).exists()

    sun = as_user(world, "sun")
    page = sun.get(row.get_absolute_url()).text
    behind = [cases[0].get_absolute_url(), letter.get_absolute_url(), cases[1].section_url("plans")]
    assert all(f'href="{url}"' in page for url in behind) and "到期，欠 100.00 元" in page
    assert sun.get(reverse("warning-trend", args=[row.pk])).json()["series"][0]["data"][-1] >= 0
    listed = sun.get(reverse("warnings"), {"unit": "370202", "own": "on"})
    assert [one.pk for one in listed.context["page"].rows] == [row.pk] and "另由本系统产生 3 条" in listed.text
    book = openpyxl.load_workbook(BytesIO(as_user(world, "qian").get(reverse("warnings-sheet")).content))
    assert any(employer.name in line and "红" in line for line in book.active.iter_rows(values_only=True))
    step = warnings.record_step(
        world.unions["370202"], employer, StepKind.MEASURE, AT.date(), "约谈负责人", world.user("sun"), AT
    )
    assert step.pk


def test_SD_2_1a_what_is_put_right_is_no_signal_any_more(world: World) -> None:
    employer = an_employer()
    finding = found(world, employer, "board", date(2026, 11, 10))
    standings.rebuild(AT)
    assert standing(world, employer).reasons == ["检查问题逾期未整改（1 条） 2026-11-20 本系统 +1"]
    inspections.close_finding(finding, date(2026, 11, 20), "已设立告示牌", world.user("sun"), AT)
    standings.rebuild(AT)
    assert not WarningStanding.objects.exists()


def test_SD_2_1a_the_rulebook_says_how_many_and_where(world: World) -> None:
    day = date(2023, 12, 1)

    def rows(kind: str, many: int, lasting: bool = False) -> list[Matter]:
        return [Matter(1, "1.", kind, day - timedelta(days=n), "", "", lasting) for n in range(many)]

    (shandong,) = [one for one in delivered_rulebooks()["shandong-2023-18"].grades if one.name == "warning"]
    assert own_signals(rows("complaints", 2), shandong, day) == []
    assert [one.kind for one in own_signals(rows("complaints", 3), shandong, day)] == ["complaints"]
    assert own_signals(rows("complaints", 3), shandong, day + timedelta(days=180)) == [], "old complaints are forgotten"
    (lasting,) = own_signals(rows("wage_payment", 1, lasting=True), shandong, day + timedelta(days=400))
    assert lasting.on == day + timedelta(days=400), "what is not paid does not fade"
    (yingkou,) = [one for one in delivered_rulebooks()["yingkou-2018-2"].grades if one.name == "warning"]
    assert own_signals(rows("complaints", 9), yingkou, day) == [], "another notice says nothing of it"
