"""On what ground a case goes up (上报依据): the clause, who may use it, and whether it goes at once."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from arrears import ledger
from arrears.models import Case
from arrears.route import GRASSROOTS
from unions.models import Union, UnionKind

FIFTY = 50  # QH-3d-50: 欠薪 50 人以上 (the number included)
LONG_MONTHS = 3  # YK-2.1: 三个月以上 (the number included)


@dataclass(frozen=True)
class Ground:
    key: str
    label: str
    clause: str
    quotation: str
    applies: Callable[[Case, Union], bool]
    immediate: bool = False


def _failed_negotiation(case: Case, sender: Union) -> bool:
    return sender.kind == UnionKind.ENTERPRISE and case.negotiation_failed_on is not None


def _discovered(case: Case, sender: Union) -> bool:
    return sender.kind in GRASSROOTS and sender.kind != UnionKind.ENTERPRISE


def _above_grassroots(case: Case, sender: Union) -> bool:
    return sender.kind not in GRASSROOTS


def _fifty(case: Case, sender: Union) -> bool:
    return ledger.balance(case).owed.workers >= FIFTY


def _grave(case: Case, sender: Union) -> bool:
    """Fifty workers, three months (both included) or signs that it escalates."""
    long = (
        case.owed_from and case.owed_until and _months_after(case.owed_from, LONG_MONTHS) <= case.owed_until
    )
    return case.escalating or bool(long) or _fifty(case, sender)


def _months_after(day: date, months: int) -> date:
    """The last day of so many whole months that begin on `day`: 1 January and three are 31 March."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) - timedelta(days=1)


GROUNDS: dict[str, Ground] = {
    ground.key: ground
    for ground in (
        Ground("mass", "极端讨薪或群体性事件", "QD-4.1d",
               "发生以极端手段讨薪案件或因欠薪引发群体性事件的，各级工会应及时逐级报上级总工会。",
               lambda case, sender: case.is_immediate, immediate=True),
        Ground("fifty", "欠薪 50 人以上", "QH-3d-50", "欠薪50人以上的案件第一时间报送省总权益保障部。",
               _fifty, immediate=True),
        Ground("negotiation_failed", "协商失败", "QD-4.1a",
               "企业工会发现企业发生欠薪行为且难以通过协商解决或协商失败，按属地原则向上级工会报告。",
               _failed_negotiation),
        Ground("discovered", "发现所辖企业欠薪", "QD-4.1b",
               "区域性、行业性基层工会联合会及乡镇（街道）、开发区（工业园区）工会……应按属地原则向企业所在地的区市总工会报告。",
               _discovered),
        Ground("grave", "五十人以上、三个月以上或有升级迹象", "YK-2.1",
               "对涉及职工50名以上、欠薪三个月以上或事件有升级迹象……的，要上报本级政府和上一级联席会议办公室。",
               _grave),
        Ground("level_by_level", "逐级上报", "QH-3c", "及时建立欠薪信息台账，逐级上报。", _above_grassroots),
    )
}  # fmt: skip


def open_to(case: Case, sender: Union) -> list[Ground]:
    """The grounds on which `sender` may report this case up, the gravest first."""
    return [ground for ground in GROUNDS.values() if ground.applies(case, sender)]
