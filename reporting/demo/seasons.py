"""Which cases the demo holds: three seasons, each with its places, its plots and how often each comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils.timezone import get_default_timezone

from arrears.cases.models import Channel
from reporting.demo import plots
from reporting.demo.firms import PROJECTS, DemoFirm, FirmBook
from reporting.demo.places import BUSY, FIRST_ENTERPRISE
from reporting.demo.plots import Plot
from unions.models import Union, UnionKind

QINGHAI = [code for code in BUSY if code.startswith("63")]
SHANDONG = [code for code in BUSY if code.startswith("37")]
YINGKOU = [code for code in BUSY if code.startswith("21")]
QINGPU = ["310118"]

# What has become of cases of a season long past, and of those of this year.
PAST: dict[Plot, int] = {
    plots.paid_soon: 24,
    plots.paid: 10,
    plots.mediated: 18,
    plots.advanced: 8,
    plots.report_resolved: 8,
    plots.legal_done: 7,
    plots.partly_untrue: 6,
    plots.dismissed: 8,
    plots.mass_resolved: 3,
    plots.opened: 5,
    plots.legal: 3,
}
PRESENT: dict[Plot, int] = {
    plots.opened: 20,
    plots.paid_soon: 8,
    plots.paid: 6,
    plots.mediated: 8,
    plots.clue: 6,
    plots.dismissed: 4,
    plots.legal: 5,
    plots.report_pending: 6,
    plots.report_sent: 6,
    plots.report_returned: 4,
    plots.report_declined: 3,
    plots.report_received: 7,
    plots.report_twice: 4,
    plots.awaiting_closing: 6,
    plots.closing_refused: 2,
    plots.mass: 3,
    plots.fifty: 4,
    plots.reopened: 2,
    plots.advanced: 3,
    plots.stay_draft: 3,
    plots.verified: 4,
    plots.report_resolved: 3,
    plots.partly_untrue: 2,
}
# Plots that only people below the county go through.
FROM_BELOW = frozenset({plots.report_twice})
# What the first printed accounts find on their desks.
AT_THE_FIRST_ENTERPRISE: list[tuple[Plot, int]] = [
    (plots.paid, 190),
    (plots.report_returned, 48),
    (plots.mass, 30),
    (plots.report_received, 40),
    (plots.opened, 24),
    (plots.awaiting_closing, 21),
    (plots.report_pending, 11),
    (plots.report_declined, 14),
    (plots.report_sent, 12),
    (plots.verified, 6),
    (plots.stay_draft, 1),
]

# And the people of the district above it: reports to receive, cases taken over, a report and closings to approve.
AT_THE_FIRST_DISTRICT: list[tuple[str, Plot, int]] = [
    ("630102E0005", plots.taken_over, 34),
    ("630102T0002", plots.taken_over, 20),
    ("630102", plots.opened, 27),
    ("630102", plots.closing_refused, 24),
    ("630102", plots.awaiting_closing, 19),
    ("630102F0001", plots.report_sent, 12),
    ("630102", plots.report_pending, 10),
    ("630102T0001", plots.report_sent, 9),
    ("630102Z0001", plots.report_sent, 7),
    ("630102E0005", plots.alarm, 1),
]
ALARMS = frozenset({plots.mass, plots.mass_resolved, plots.alarm})


@dataclass(frozen=True)
class DemoCasePlan:
    """A case that is to be: where, when it was accepted, and what becomes of it."""

    union: Union
    firm: DemoFirm
    accepted: date
    plot: Plot


@dataclass(frozen=True)
class DemoSeason:
    counties: list[str]
    first: date
    last: date
    cases: int
    fates: dict[Plot, int]


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
            (plot,) = chance.choices(list(season.fates), list(season.fates.values()))
            units = self.filing_units(county)
            if plot in FROM_BELOW:
                units = [unit for unit in units if not unit.is_general]
            union = chance.choices(units, [3 if u.kind == UnionKind.ENTERPRISE else 1 for u in units])[0]
            firm = self.of_union.get(union.code) or chance.choice(self.of_county[county])
            yield DemoCasePlan(union, firm, season.first + timedelta(days=chance.randint(0, span)), plot)

    def plans(self, today: date, chance: Random) -> list[DemoCasePlan]:
        """Every plan, by day: case numbers then grow with time."""
        first = self.units[FIRST_ENTERPRISE]
        found = [
            DemoCasePlan(first, self.of_union[first.code], today - timedelta(days=ago), plot)
            for plot, ago in AT_THE_FIRST_ENTERPRISE
        ]
        for code, plot, ago in AT_THE_FIRST_DISTRICT:
            firm = self.of_union.get(code) or chance.choice(self.of_county[code[:6]])
            found.append(DemoCasePlan(self.units[code], firm, today - timedelta(days=ago), plot))
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


def facts(plan: DemoCasePlan, chance: Random) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """The draft's fields, and the project's name and nature where there is one."""
    workers = _workers(plan.plot, chance)
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
        "mass": plan.plot in ALARMS,
        "extreme": plan.plot is plots.mass and chance.random() < 0.3,
    }
    project = None
    if plan.firm.builds or (plan.firm.facts.industry == "K" and chance.random() < 0.5):
        nature = chance.choices(["government", "soe", "other"], [3, 2, 5])[0]
        project = f"{plan.firm.facts.name[:2]}{chance.choice(PROJECTS)}项目", nature
    return given, project


def _workers(plot: Plot, chance: Random) -> int:
    if plot is plots.fifty:
        return chance.choice([50, 50, 63, 88, 126])
    if plot in ALARMS:
        return chance.randint(18, 47)
    return min(int(chance.lognormvariate(2.0, 0.9)) + 1, 48)


def _channel(plan: DemoCasePlan, chance: Random) -> Channel:
    if plan.union.kind == UnionKind.ENTERPRISE:
        return Channel.REPORT
    if plan.union.is_general:
        told = [Channel.HOTLINE, Channel.VISIT, Channel.PETITION, Channel.SHARED, Channel.MONITORING, Channel.MEDIA]
        return chance.choices(told, [6, 4, 3, 2, 2, 1])[0]
    return chance.choices([Channel.FIELD, Channel.VISIT, Channel.HOTLINE], [6, 3, 2])[0]


def stage(
    units: dict[str, Union], of_union: dict[str, DemoFirm], book: FirmBook, place_of: dict[str, str]
) -> DemoStage:
    of_county = {county: [book.make(county, place_of[county]) for _ in range(7)] for county in BUSY}
    return DemoStage(units, of_union, of_county)


def moment(day: date, chance: Random) -> datetime:
    """A working hour of `day`."""
    hour, minute = 9 + chance.randrange(8), chance.randrange(60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=get_default_timezone())
