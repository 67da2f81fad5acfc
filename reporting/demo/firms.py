"""Invented employers: names put together from characters no register joins so, codes with a true check digit."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from stdnum.cn import uscc

from arrears.cases.filing import EmployerFacts
from arrears.cases.models import NoCode, Ownership
from reporting.demo.places import FIRST_FIRM, GIVEN, SURNAMES

FIRST = "稔禾曜岚霁澄砚钧珩翎骁屹淳翊璟煦"
SECOND = "岳朔泓桓榆恺嵘垚沣茂霖麓湛暄旻谷"
# Letter of the industry → what the name ends in, and what the demo says of the business.
TRADES: dict[str, list[str]] = {
    "E": ["建筑工程有限公司", "建设劳务有限公司", "市政工程有限公司", "装饰工程有限公司", "路桥工程有限公司"],
    "C": ["机械制造有限公司", "服装有限公司", "食品加工有限公司", "新材料有限公司", "镁制品有限公司"],
    "H": ["餐饮管理有限公司", "酒店管理有限公司"],
    "F": ["商贸有限公司", "百货有限公司"],
    "G": ["物流有限公司", "快运有限公司"],
    "K": ["置业有限公司", "物业服务有限公司"],
    "L": ["人力资源有限公司", "劳务派遣有限公司"],
    "O": ["家政服务有限公司", "汽车维修有限公司"],
    "Q": ["康复护理有限公司"],
    "R": ["文化传播有限公司"],
}
WEIGHTS = {"E": 45, "C": 20, "H": 11, "F": 6, "G": 5, "K": 4, "L": 3, "O": 3, "Q": 2, "R": 1}
FOCUS = {"E": "construction", "C": "manufacturing", "H": "catering", "L": "dispatch"}
PROJECTS = ["安置房", "道路改造", "学校迁建", "商业综合体", "污水管网", "产业园厂房", "老旧小区改造", "医院综合楼"]


@dataclass(frozen=True)
class DemoFirm:
    facts: EmployerFacts

    @property
    def county(self) -> str:
        return self.facts.region_code

    @property
    def builds(self) -> bool:
        return self.facts.industry == "E"


class FirmBook:
    """Makes firms one after another, no name twice."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._names: set[str] = {FIRST_FIRM}
        self._serial = 0

    def make(
        self, county: str, place: str, *, with_union: bool = False, industry: str = "", name: str = ""
    ) -> DemoFirm:
        """A firm in `county`; `place` is the short name its own name begins with (unless it is named)."""
        chance = self.chance
        letter = industry or chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        registered = with_union or chance.random() > 0.12
        name = name or (self._name(place, letter) if registered else self._contractor())
        return DemoFirm(
            EmployerFacts(
                name=name,
                uscc=self._code(county) if registered else "",
                no_code="" if registered else NoCode.CONTRACTOR,
                region_code=county,
                address=f"{place}{chance.choice('东西南北')}{chance.choice(['环路', '川路', '山街', '湖路'])}{chance.randint(1, 299)}号",
                industry=letter,
                focus_sector=FOCUS.get(letter, ""),
                ownership=chance.choices([Ownership.PRIVATE, Ownership.STATE, Ownership.SOLE], [80, 12, 8])[0],
                workforce=chance.choice([18, 26, 35, 48, 60, 85, 120, 180, 260, 430]),
                has_union=with_union,
            )
        )

    def _name(self, place: str, letter: str) -> str:
        while True:
            name = f"{place}{self.chance.choice(FIRST)}{self.chance.choice(SECOND)}{self.chance.choice(TRADES[letter])}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _contractor(self) -> str:
        self._serial += 1
        return f"{self.person()}施工队（第{self._serial}队）"

    def _code(self, county: str) -> str:
        """A code of that county that passes the check; the serials begin with DEM, which no registrar has reached."""
        self._serial += 1
        body = f"91{county}MADEM{self._serial:04d}"
        return f"{body}{uscc.calc_check_digit(body)}"

    def person(self) -> str:
        given = "".join(self.chance.sample(GIVEN, self.chance.choice([1, 2, 2])))
        return self.chance.choice(SURNAMES) + given


def short_name(union_name: str) -> str:
    """西宁市总工会 → 西宁, 大通回族土族自治县总工会 → 大通."""
    place = union_name.removesuffix("总工会")
    for people in ("蒙古族藏族", "回族土族", "撒拉族", "蒙古族", "藏族", "回族", "土族"):
        if people in place:
            return place.split(people)[0]
    return place[:-1] if len(place) > 2 else place
