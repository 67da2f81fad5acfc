"""What the first district has beside its cases: workers' letters, a plan, an oversight, an emergency; others some of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from arrears.cases import ledger
from arrears.cases.models import Case, State
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from arrears.portal import receipts
from arrears.portal.actions import staff as answering
from arrears.portal.actions import worker as writing
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import MessageKind
from arrears.portal.places import place_name
from arrears.serious.actions import emergencies, oversights
from arrears.serious.models import NoteKind, OversightKind
from reporting.demo.people import DemoStaff
from reporting.demo.places import FIRST_DISTRICT
from unions.common.clock import day_of
from unions.models import Union
from unions.people.rights import RoleName

DEMAND = "一个月内解决拖欠，每周书面报告进展，逾期约谈主要负责人。"
LETTERS = [
    WrittenForm(
        FIRST_DISTRICT,
        "城东锦绣装饰有限公司",
        "八一路工地",
        "我们六个人",
        "每人一万多",
        "七月",
        "七月起没发过工资，老板电话打不通。",
        "老马",
    ),
    WrittenForm(
        FIRST_DISTRICT,
        "",
        "夏都大街一家饭店后厨",
        "三个人",
        "一共两万一",
        "九月",
        "饭店关门了，押金和两个月工资都没给。",
        "小李",
    ),
]


ELSEWHERE = ("370202", "210802", "310118")  # a district of each other place, with letters and an oversight


def fill_districts(units: dict[str, Union], staff: DemoStaff, now: datetime) -> None:
    """The first district with all of it, one of each other place with letters and an oversight."""
    _fill_first(units[FIRST_DISTRICT], staff, now)
    for code in ELSEWHERE:
        _write_letters(units[code], staff, now)
        if cases := _open_at(units[code]):
            _oversee(cases[-1], units[code], staff, now)
        _have_emergency(units[code], staff, now)


def _fill_first(unit: Union, staff: DemoStaff, now: datetime) -> None:
    _write_letters(unit, staff, now)
    cases = list(_open_at(unit))
    if cases:
        _promise(cases[0], staff, now)
    if len(cases) > 1:
        _oversee(cases[1], unit, staff, now)
    _have_emergency(unit, staff, now)


def _have_emergency(unit: Union, staff: DemoStaff, now: datetime) -> None:
    """On the first immediate case of the district or below."""
    for case in Case.objects.filter(handling_union__path__startswith=unit.path).unfinished():
        if case.is_immediate and not case.emergencies.exists():
            _begin_emergency(case, unit, staff, now)
            return


def _open_at(unit: Union) -> list[Case]:
    cases = Case.objects.filter(handling_union=unit, state=State.OPEN).order_by("id")
    return [case for case in cases if ledger.balance(case).outstanding.amount > 0]


def _write_letters(unit: Union, staff: DemoStaff, now: datetime) -> None:
    """Two letters; the first was asked back."""
    officer = staff.of(unit.pk, RoleName.OFFICER)
    for number, told in enumerate(LETTERS):
        at = now - timedelta(days=2 - number, hours=3)
        if unit.code != FIRST_DISTRICT:
            told = replace(told, region_code=unit.code, employer_name="", place=place_name(unit))
        letter = writing.receive_letter(told, [], receipts.new_form(), unit, at).letter
        if number == 0:
            answering.send_message(
                letter,
                MessageKind.QUESTION,
                "请问有没有工资条、考勤表或者微信记录？拍照就行。",
                officer,
                at + timedelta(hours=2),
            )


def _promise(case: Case, staff: DemoStaff, now: datetime) -> None:
    left = ledger.balance(case).outstanding
    half = (left.amount / 2).quantize(Decimal("0.01"), ROUND_DOWN)
    made = now - timedelta(days=12)
    rows = [
        Promise(day_of(now) + timedelta(days=5), half, left.workers // 2),
        Promise(day_of(now) + timedelta(days=35), left.amount - half, left.workers - left.workers // 2),
    ]
    terms = PlanTerms(day_of(made), PlanBasis.PROMISE, "以应收工程款作保证。")
    plans.make(case, PlanKind.REPAYMENT, rows, terms, staff.of(case.handling_union_id, RoleName.OFFICER), now)


def _oversee(case: Case, unit: Union, staff: DemoStaff, now: datetime) -> None:
    city = unit.parent
    assert city is not None
    asker, approver = (staff.of(city.pk, role) for role in (RoleName.OFFICER, RoleName.APPROVER))
    at = now - timedelta(days=6)
    row = oversights.ask(
        case, city, OversightKind.LISTED, f"{unit}分管副主席", DEMAND, day_of(now) + timedelta(days=24), asker, at
    )
    oversights.approve(
        row, by=approver, at=at + timedelta(hours=4), seal=oversights.SETTING.seal(row, at + timedelta(hours=4))
    )


def _begin_emergency(case: Case, unit: Union, staff: DemoStaff, now: datetime) -> None:
    officer = staff.of(unit.pk, RoleName.OFFICER)
    at = now - timedelta(hours=5)
    people = max(10, ledger.balance(case).owed.workers)
    row = emergencies.begin(
        case,
        at,
        "项目部大门外",
        people,
        "一、稳住现场；二、通知人社、公安、住建；三、约建设单位当面答复。",
        officer,
        at,
    )
    emergencies.arrive(
        row, unit, "区总副主席、权益部二人", at + timedelta(minutes=40), officer, at + timedelta(minutes=45)
    )
    emergencies.add_note(row, unit, NoteKind.DEMAND, "当天给出付款日期，先付生活费。", officer, at + timedelta(hours=1))
    emergencies.add_note(
        row, unit, NoteKind.STEP, "建设单位答应次日到场，工人代表五人参加。", officer, at + timedelta(hours=2)
    )
