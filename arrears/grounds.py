"""On what ground a case goes up (上报依据): the clause, who may use it, and whether it goes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arrears import ledger
from arrears.models import Case
from arrears.route import GRASSROOTS
from unions.models import Union, UnionKind

FIFTY = 50  # QH-3d-50: 欠薪 50 人以上 (the number included)


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
        Ground("level_by_level", "逐级上报", "QH-3c", "及时建立欠薪信息台账，逐级上报。", _above_grassroots),
    )
}  # fmt: skip


def open_to(case: Case, sender: Union) -> list[Ground]:
    """The grounds on which `sender` may report this case up, the gravest first."""
    return [ground for ground in GROUNDS.values() if ground.applies(case, sender)]
