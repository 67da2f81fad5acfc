"""Which cases the demo has: seasons with their places, and how often each history comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils.timezone import get_default_timezone

from arrears.cases.models import Channel
from reporting.demo import case_histories, firms, places
from reporting.demo.case_histories import CaseHistory
from reporting.demo.firms import PROJECTS, DemoFirm, FirmBook
from reporting.demo.places import BUSY, FIRST_ENTERPRISE
from unions.models import Union, UnionKind

QINGHAI = [code for code in BUSY if code.startswith("63")]
SHANDONG = [code for code in BUSY if code.startswith("37")]
YINGKOU = [code for code in BUSY if code.startswith("21")]
QINGPU = ["310118"]

# Histories of a season long past, and of this year, with how often each comes.
PAST: dict[CaseHistory, int] = {
    case_histories.paid_soon: 24,
    case_histories.paid: 10,
    case_histories.mediated: 18,
    case_histories.advanced: 8,
    case_histories.report_resolved: 8,
    case_histories.legal_done: 7,
    case_histories.partly_untrue: 6,
    case_histories.dismissed: 8,
    case_histories.mass_resolved: 3,
}
PRESENT: dict[CaseHistory, int] = {
    case_histories.opened: 20,
    case_histories.paid_soon: 18,
    case_histories.paid: 12,
    case_histories.mediated: 16,
    case_histories.clue: 1,
    case_histories.dismissed: 5,
    case_histories.legal: 5,
    case_histories.report_pending: 3,
    case_histories.report_sent: 2,
    case_histories.report_returned: 2,
    case_histories.report_declined: 1,
    case_histories.report_received: 7,
    case_histories.report_twice: 2,
    case_histories.awaiting_closing: 3,
    case_histories.closing_refused: 1,
    case_histories.mass: 1,
    case_histories.fifty: 1,
    case_histories.reopened: 2,
    case_histories.advanced: 3,
    case_histories.stay_draft: 2,
    case_histories.verified: 2,
    case_histories.report_resolved: 8,
    case_histories.partly_untrue: 5,
}
# What waits on somebody's desk came there lately: at most so many days before today.
LATELY: dict[CaseHistory, int] = {
    case_histories.mass: 2,
    case_histories.clue: 3,
    case_histories.stay_draft: 5,
    case_histories.fifty: 6,
    case_histories.report_pending: 8,
    case_histories.report_sent: 9,
    case_histories.verified: 12,
    case_histories.report_twice: 18,
    case_histories.awaiting_closing: 25,
    case_histories.report_returned: 25,
    case_histories.report_declined: 25,
    case_histories.closing_refused: 28,
}
# Histories of cases below the county only.
FROM_BELOW = frozenset({case_histories.report_twice})
# What the first printed accounts find on their desks.
AT_THE_FIRST_ENTERPRISE: list[tuple[CaseHistory, int]] = [
    (case_histories.paid, 190),
    (case_histories.report_returned, 20),
    (case_histories.mass, 2),
    (case_histories.report_received, 40),
    (case_histories.opened, 24),
    (case_histories.awaiting_closing, 21),
    (case_histories.report_pending, 11),
    (case_histories.report_declined, 14),
    (case_histories.report_sent, 12),
    (case_histories.verified, 6),
    (case_histories.stay_draft, 1),
]

# And the people of the district above it: reports to receive, cases taken over, a report and closings to approve.
AT_THE_FIRST_DISTRICT: list[tuple[str, CaseHistory, int]] = [
    ("630102E0005", case_histories.taken_over, 34),
    ("630102T0002", case_histories.taken_over, 20),
    ("630102", case_histories.opened, 160),
    ("630102", case_histories.opened, 150),
    ("630102", case_histories.opened, 27),
    ("630102", case_histories.closing_refused, 24),
    ("630102", case_histories.awaiting_closing, 19),
    ("630102F0001", case_histories.report_sent, 12),
    ("630102", case_histories.report_pending, 10),
    ("630102T0001", case_histories.report_sent, 9),
    ("630102Z0001", case_histories.report_sent, 7),
    ("630102E0005", case_histories.alarm, 1),
    ("630102", case_histories.filed, 1),
    ("630104", case_histories.reopened, 110),  # beside it: chance alone may leave none
]
# And elsewhere: a report for every level above, a duty that is to be done today, an old case for the orders to pay.
ELSEWHERE: list[tuple[str, CaseHistory, int]] = [
    ("370200S0001", case_histories.opened, 33),  # units of a city that stand beside its counties (QD-0)
    ("370200C0001", case_histories.verified, 18),
    ("630104", case_histories.opened, 155),
    ("630104", case_histories.opened, 145),
    ("630104", case_histories.report_sent, 9),
    ("630102T0002", case_histories.report_twice, 16),
    ("630104", case_histories.fifty, 4),
    ("210882", case_histories.fifty, 4),
    ("630100", case_histories.report_sent, 9),
    ("370202", case_histories.report_sent, 9),
    ("370200", case_histories.report_sent, 9),
    ("210802", case_histories.report_sent, 9),
    ("310118T0001", case_histories.report_sent, 9),
    *((code, case_histories.opened, ago) for code in ("370202", "210802", "310118") for ago in (158, 149)),
    *((f"{code}E0001", case_histories.mass, 1) for code in ("370202", "210802", "310118")),
    ("370202", case_histories.filed, 1),
    ("210802", case_histories.filed, 1),
]
# New clues in every place: what was told a day or a few ago and is still to be looked into.
NEW_CLUES: list[tuple[str, int]] = [
    ("630102", 1),
    ("630102T0001", 2),
    ("630104", 3),
    ("370202", 2),
    ("370203T0001", 1),
    ("370211", 3),
    ("210802", 1),
    ("210811T0001", 2),
    ("210882", 3),
    ("310118", 1),
    ("310118T0001", 2),
    ("310118T0003", 3),
]
ALARMS = frozenset({case_histories.mass, case_histories.mass_resolved, case_histories.alarm})


@dataclass(frozen=True)
class DemoCasePlan:
    """A case to be made: where, when it was accepted, and its history."""

    union: Union
    firm: DemoFirm
    accepted: date
    history: CaseHistory


@dataclass(frozen=True)
class DemoSeason:
    counties: list[str]
    first: date
    last: date
    cases: int
    histories: dict[CaseHistory, int]


def seasons(today: date) -> list[DemoSeason]:
    """QH 2022-41, SD 2023-18, and the ten months before `today`."""
    this_year = today - timedelta(days=300), today - timedelta(days=2)
    return [
        DemoSeason(QINGHAI, date(2022, 10, 8), date(2022, 10, 31), 48, PAST),
        DemoSeason(QINGHAI, date(2022, 11, 1), date(2023, 1, 18), 28, PAST),
        DemoSeason(SHANDONG, date(2023, 11, 16), date(2024, 2, 6), 74, PAST),
        DemoSeason(QINGHAI, *this_year, 52, PRESENT),
        DemoSeason(SHANDONG, *this_year, 46, PRESENT),
        DemoSeason(YINGKOU, *this_year, 26, PRESENT),
        DemoSeason(QINGPU, *this_year, 22, PRESENT),
    ]


@dataclass
class DemoStage:
    """Units and firms to choose from: the firm of each enterprise union, the other firms of each county."""

    units: dict[str, Union]
    of_union: dict[str, DemoFirm]
    of_county: dict[str, list[DemoFirm]]

    def filing_units(self, county: str) -> list[Union]:
        """Enterprise unions of the county first, then streets, zones and federations, then the county itself."""
        return [
            unit
            for code, unit in self.units.items()
            if code.startswith(county) and (code in self.of_union or unit.kind != UnionKind.ENTERPRISE)
        ]

    def plan(self, season: DemoSeason, chance: Random) -> Iterator[DemoCasePlan]:
        span = (season.last - season.first).days
        for _ in range(season.cases):
            county = chance.choice(season.counties)
            (history,) = chance.choices(list(season.histories), list(season.histories.values()))
            units = self.filing_units(county)
            if history in FROM_BELOW:
                units = [unit for unit in units if not unit.is_general]
            union = chance.choices(units, [3 if u.kind == UnionKind.ENTERPRISE else 1 for u in units])[0]
            firm = self.of_union.get(union.code) or chance.choice(self.of_county[county])
            days = min(span, LATELY.get(history, span))
            yield DemoCasePlan(union, firm, season.last - timedelta(days=chance.randint(0, days)), history)

    def plans(self, today: date, chance: Random) -> list[DemoCasePlan]:
        """Every plan, by day: case numbers then grow with time."""
        first = self.units[FIRST_ENTERPRISE]
        found = [
            DemoCasePlan(first, self.of_union[first.code], today - timedelta(days=ago), history)
            for history, ago in AT_THE_FIRST_ENTERPRISE
        ]
        clues = [(code, case_histories.clue, ago) for code, ago in NEW_CLUES]
        for code, history, ago in [*AT_THE_FIRST_DISTRICT, *ELSEWHERE, *clues]:
            county = next(county for county in self.of_county if county.startswith(code[:6].removesuffix("00")))
            firm = self.of_union.get(code) or chance.choice(self.of_county[county])
            found.append(DemoCasePlan(self.units[code], firm, today - timedelta(days=ago), history))
        for season in seasons(today):
            found += self.plan(season, chance)
        return sorted(found, key=lambda plan: plan.accepted)


CONDITIONS = [
    "经营基本正常，回款滞后。",
    "工程款被拖欠，账面资金不足。",
    "订单减少，已部分停产。",
    "主要账户被冻结，正在清算应收账款。",
]
OPINIONS = [
    "要求单位限期支付，并公示支付计划。",
    "已召开职代会听取意见，同意分期支付。",
    "建议动用工资保证金先行支付。",
    "",
]
REPAYMENTS = [
    "分两期支付，首期不少于一半。",
    "工程款到账后十日内付清，法定代表人书面承诺。",
    "以设备处置款优先支付工资。",
    "",
]
REMARKS = ["职工代表携考勤表和欠条反映。", "职工提供了微信群考勤和银行流水。", "班组长代表多名职工反映。", ""]


DemoProject = tuple[str, str, dict[str, str]]


def facts_of(plan: DemoCasePlan, chance: Random) -> tuple[dict[str, Any], DemoProject | None]:
    """The draft's fields, and the project's name, nature and chain where there is one."""
    workers = _workers(plan.history, chance)
    migrants = workers if plan.firm.builds else int(workers * chance.choice([0.4, 0.6, 0.8, 1]))
    months = chance.randint(1, 7)
    until = plan.accepted.replace(day=1) - timedelta(days=1)
    begun = (until.replace(day=1) - timedelta(days=30 * (months - 1))).replace(day=1)
    given = {
        "industry": plan.firm.facts.industry,
        "channel": _channel(plan, chance),
        "accepted_on": plan.accepted,
        "discovered_on": plan.accepted - timedelta(days=chance.randint(0, 3)),
        "owed_from": begun,
        "owed_until": until,
        "stated_workers": workers,
        "stated_migrants": migrants,
        "stated_amount": Decimal(workers * months * chance.randint(2400, 5200)) + Decimal(chance.choice(["0", "0.50"])),
        "condition": chance.choice(CONDITIONS),
        "union_opinion": chance.choice(OPINIONS),
        "repayment_plan": chance.choice(REPAYMENTS),
        "remark": chance.choice(REMARKS),
        "mass": plan.history in ALARMS,
        "extreme": plan.history is case_histories.mass and chance.random() < 0.3,
    }
    project = None
    if plan.firm.builds or (plan.firm.facts.industry == "K" and chance.random() < 0.5):
        nature = chance.choices(["government", "soe", "other"], [3, 2, 5])[0]
        name = f"{plan.firm.facts.name[:2]}{chance.choice(PROJECTS)}项目"
        project = name, nature, _chain(plan, nature)
    given["causes"] = _causes(plan, project is not None)
    return given, project


def _chain(plan: DemoCasePlan, nature: str) -> dict[str, str]:
    """建设单位–总承包–分包–班组, the same of a firm whenever it is asked."""
    own, firm = Random(plan.firm.facts.name), plan.firm.facts.name
    developers = {"government": ["城市建设投资中心", "公共工程建设中心"], "soe": ["国投建设集团", "水务发展集团"]}
    developer = own.choice(developers.get(nature, ["宏远置业有限公司", "新天地房地产开发有限公司"]))
    return {
        "developer": f"{firm[:2]}{developer}",
        "contractor": firm,
        "subcontractor": f"{firm[:2]}{own.choice(['顺达', '众合', '恒力'])}劳务有限公司",
        "crew": f"{own.choice('张李王马')}班长{own.choice(['木工', '钢筋', '瓦工'])}班组",
    }


def _causes(plan: DemoCasePlan, building: bool) -> list[str]:
    """Every sixth is not known yet."""
    own = Random(f"{plan.firm.facts.name}{plan.accepted}")
    if own.random() < 1 / 6:
        return []
    if building:
        offered = [
            ["works_unpaid"],
            ["passed_on", "works_unpaid"],
            ["illegal_sublet"],
            ["affiliated"],
            ["illegal_award"],
        ]
    else:
        offered = [["difficulty"], ["fewer_orders"], ["difficulty", "fewer_orders"], ["fled"], ["malicious"]]
    return own.choice(offered)


def _workers(history: CaseHistory, chance: Random) -> int:
    if history is case_histories.fifty:
        return chance.choice([50, 50, 63, 88, 126])
    if history in ALARMS:
        return chance.randint(18, 47)
    return min(int(chance.lognormvariate(2.0, 0.9)) + 1, 48)


def _channel(plan: DemoCasePlan, chance: Random) -> Channel:
    if plan.union.kind == UnionKind.ENTERPRISE:
        return Channel.REPORT
    if plan.union.is_general:
        told = [Channel.HOTLINE, Channel.VISIT, Channel.PETITION, Channel.SHARED, Channel.MONITORING, Channel.MEDIA]
        return chance.choices(told, [6, 4, 3, 2, 2, 1])[0]
    return chance.choices([Channel.FIELD, Channel.VISIT, Channel.HOTLINE], [6, 3, 2])[0]


def _with_firms(
    units: dict[str, Union], of_union: dict[str, DemoFirm], book: FirmBook, place_of: dict[str, str]
) -> DemoStage:
    of_county = {county: [book.make(county, place_of[county]) for _ in range(7)] for county in BUSY}
    return DemoStage(units, of_union, of_county)


def moment(day: date, chance: Random) -> datetime:
    """A working hour of `day`."""
    hour, minute = 9 + chance.randrange(8), chance.randrange(60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=get_default_timezone())


def found_stage(chance: Random, at: datetime) -> DemoStage:
    """Found every unit at `at` and invent the firms of every county."""
    book = firms.FirmBook(chance)
    names = {place.code: place.name for place in places.territory()}
    # A firm carries the name of its city, or of the county itself where no city is above it.
    place_of = {county: firms.short_name(names.get(f"{county[:4]}00", names[county])) for county in places.BUSY}
    of_union = {}
    for code, county, _ in places.enterprise_places():
        first = {"industry": "E", "name": places.FIRST_FIRM} if code == places.FIRST_ENTERPRISE else {}
        of_union[code] = book.make(county, place_of[county], with_union=True, **first)
    union_names = {code: f"{firm.facts.name}工会" for code, firm in of_union.items()}
    units = places.found_all(union_names, at)
    return _with_firms(units, of_union, book, place_of)
