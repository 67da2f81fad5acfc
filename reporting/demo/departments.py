"""Departments beside every general union, with liaisons, and referrals to those of the first district."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from arrears.cases.models import Case, State
from arrears.referrals import actions as referrals
from arrears.referrals import clues
from arrears.referrals.actions import ReferralRequest
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral
from reporting.demo.people import OF_A_DEPARTMENT, PASSWORD, DemoStaff
from reporting.demo.places import FIRST_DISTRICT, FOUNDED
from unions.common.clock import day_of
from unions.models import Agency, AgencyKind, Appointment, Union, User
from unions.people import agencies
from unions.people.rights import RoleName

K = AgencyKind
# Kind, what follows the name of the place, liaison; one without: the directory shows the gap.
DEPARTMENTS = [
    (K.HR, "人力资源和社会保障局", "马建华"),
    (K.POLICE, "公安局", "韩立军"),
    (K.COURT, "人民法院", "祁雪梅"),
    (K.JUSTICE, "司法局", "李春燕"),
    (K.HOUSING, "住房和城乡建设局", "王海峰"),
    (K.TRANSPORT, "交通运输局", ""),
    (K.MARKET, "市场监督管理局", "赵敏"),
]


def enter_departments(units: dict[str, Union], staff: DemoStaff, at: datetime, now: datetime) -> None:
    """Entered by the officers of the units; then two matters for the 人社局 of the first district, one of them answered."""
    for unit in units.values():
        if unit.is_general and (unit.pk, RoleName.OFFICER) in staff.rows:
            _enter(unit, staff.of(unit.pk, RoleName.OFFICER), at)
    _refer(units[FIRST_DISTRICT], staff, now)


def _enter(unit: Union, officer: User, at: datetime) -> None:
    place = unit.name.removesuffix("总工会")
    for number, (kind, name, liaison) in enumerate(DEPARTMENTS, 1):
        phone = f"0{unit.code[1:4]}-88{number:02d}0000"
        facts = {"kind": kind, "name": f"{place}{name}", "phone": phone}
        row = agencies.enter(unit, facts, officer, at)
        if liaison:
            agencies.name_liaison(row, liaison, "联络员", phone, officer, at)


def _refer(unit: Union, staff: DemoStaff, now: datetime) -> None:
    hr = unit.agencies.get(kind=K.HR)
    person = _employed(unit, hr, now)
    officer, approver = (staff.of(unit.pk, role) for role in (RoleName.OFFICER, RoleName.APPROVER))
    _send_clues(hr, person, officer, now)
    open_here = Case.objects.filter(handling_union=unit, state=State.OPEN).exclude(filed_by=approver)
    for number, case in enumerate(open_here.order_by("-id")[:2]):
        began = now - timedelta(days=4 - number)
        row = _sent(case, hr, officer, approver, began)
        if number == 0:
            row = referrals.accept(row, person, began + timedelta(hours=3), opinion="已转劳动保障监察大队。")
            on = day_of(began + timedelta(days=2))
            text = "已下达劳动保障监察限期改正指令书，限十日内支付。"
            referrals.answer(row, "ordered", on, text, person, began + timedelta(days=2))


CLUES = (
    ("湟中稔禾劳务有限公司", "E", 14, 98_600, "劳动保障监察巡查发现，14 名农民工两个月工资未发，工地已停工。"),
    ("城东百味餐饮管理有限公司", "H", 6, 27_400, "举报人称门店关闭，6 名服务员最后一个月工资未结。"),
    ("高原路达运输有限公司", "G", 3, 41_000, "来访人反映运费被拖欠，转请核实是否属于劳动报酬。"),
)


def _send_clues(hr: Agency, person: User, officer: User, now: datetime) -> None:
    """One taken up, one answered otherwise, one just arrived."""
    for number, (name, industry, workers, amount, said) in enumerate(reversed(CLUES)):
        at = now - timedelta(days=9 - 4 * number, hours=2)
        facts = {
            "employer_name": name,
            "region_code": FIRST_DISTRICT,
            "industry": industry,
            "workers": workers,
            "amount": Decimal(amount),
            "facts": said,
            "contact": f"{person.name} {hr.phone}",
        }
        row = clues.send(hr, facts, person, at)
        if number == 0:
            clues.decline(
                row, "经核，系运输合同款，不属劳动报酬，建议告知其向人民法院起诉。", officer, at + timedelta(days=1)
            )
        if number == 1:
            clues.take_up(row, officer, at + timedelta(hours=5))


def _employed(unit: Union, hr: Agency, now: datetime) -> User:
    user = User.objects.create(
        username=OF_A_DEPARTMENT[0], name=OF_A_DEPARTMENT[1], password=make_password(PASSWORD), rights_on=now.date()
    )
    Appointment.objects.create(user=user, union=unit, role=RoleName.AGENCY, since=FOUNDED, agency=hr)
    return user


def _sent(case: Case, hr: Agency, officer: User, approver: User, at: datetime) -> Referral:
    kind = KINDS["hr"]
    row = referrals.request(case, ReferralRequest(kind, hr, kind.request), officer, at, seen=case.version)
    shown = referrals.approval.seal(row, at)
    return referrals.approve(row, by=approver, at=at + timedelta(hours=1), seal=shown)
