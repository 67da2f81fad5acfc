"""Inspections of the demo: visits in each season, this month's plan of every place, one review below it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from arrears.cases.filing import employer_for, project_for
from arrears.cases.models import Project
from arrears.inspections.actions import inspections, platform_checks, reviews, rounds
from arrears.inspections.actions.inspections import Shortcoming
from arrears.inspections.actions.platform_checks import PlatformLook
from arrears.inspections.actions.rounds import RoundFacts
from arrears.inspections.models import Finding, Inspection, ReviewFinding, ReviewKind, Round, RoundKind
from arrears.inspections.picking import PickingFilters
from reporting.demo import seasons
from reporting.demo.firms import PROJECTS
from reporting.demo.people import DemoStaff
from reporting.demo.places import FIRST_DISTRICT
from reporting.demo.seasons import DemoSeason, DemoStage, moment
from unions.common.refusals import Refused
from unions.models import Union, UnionKind
from unions.people import supervisors
from unions.people.rights import RoleName

FINDINGS = [
    "工资按月足额发放，考勤和工资表齐全。",
    "农民工工资专用账户已开立，实名制在册。",
    "未设维权告示牌，已要求三日内整改。",
    "上月工资延后发放，已当场约谈负责人。",
    "未存储工资保证金，已通报主管部门。",
    "劳务分包未签用工合同，限期补签。",
]
SHARE = 0.5  # visits per case of the season

# What a visit found amiss, and days from today to the end of its term; 0: put right today.
FAULTS = (
    ("real_name", "两个班组没有实名登记", 6),
    ("board", "未设维权告示牌", 0),
    ("account", "工资专户未按月拨付人工费", -1),
    ("contract", "十一名工人没有签订劳动合同", 9),
)
SUPERVISED = "370200"
SUPERVISORS = [("周明", "chair"), ("吴倩", "supervisor"), ("郑海波", "supervisor"), ("孙立新", "supervisor")]
PLACES = ("630100", "370200", "210800", "310118")
MOST_VISITED = 2  # of what a plan lists


def plan_inspections(staff: DemoStaff, now: datetime) -> None:
    for code in PLACES:
        union = Union.objects.get(code=code)
        _plan_month(union, staff, now)
        _review(union, staff, now)
        _find_faults(union, staff, now)
        _look_at_platform(union, staff, now)
    _find_faults(Union.objects.get(code=FIRST_DISTRICT), staff, now)
    _supervise(Union.objects.get(code=SUPERVISED), staff, now)


def _plan_month(union: Union, staff: DemoStaff, now: datetime) -> None:
    """Planned a month at a time; the first of those listed have been visited by today."""
    by = staff.someone(union.pk, RoleName.OFFICER)
    try:
        row = rounds.plan_monthly_round(union, by, now)
    except Refused:  # nobody is watched here
        row = _plan_focused(union, staff, now)
    for target in row.targets.select_related("employer", "union")[:MOST_VISITED]:
        there = Inspection.objects.filter(union=union, employer=target.employer, project=None, on=now.date())
        if there.exists():
            continue
        facts = {
            "industry": target.employer.industry or "C",
            "on": now.date(),
            "workers": 36,
            "migrants": 20,
            "findings": "按计划到场检查，工资按月发放，资料齐全。",
        }
        inspections.record_inspection(union, target.employer, facts, by, now)


def _supervise(union: Union, staff: DemoStaff, now: datetime) -> None:
    """The committee and supervisors of a place, and a 专项督查 with its report, where a notice wants them (QD-7b)."""
    today, by = now.date(), staff.someone(union.pk, RoleName.OFFICER)
    since, until = today - timedelta(days=700), today + timedelta(days=395)
    place = union.name.removesuffix("总工会")
    committee = {"name": f"{place}总工会劳动法律监督委员会", "since": since, "until": until}
    supervisors.enter_committee(union, committee, by, now)
    for nth, (name, post) in enumerate(SUPERVISORS, 1):
        term = (since, until) if nth < len(SUPERVISORS) else (since - timedelta(days=1095), today - timedelta(days=20))
        facts = {"name": name, "post": post, "certificate": f"鲁工监{union.code[:4]}{nth:04}"}
        supervisors.enter_supervisor(union, facts | {"since": term[0], "until": term[1]}, by, now)
    facts_of_round = RoundFacts(
        "恶意欠薪专项督查",
        RoundKind.OVERSIGHT,
        today - timedelta(days=8),
        today + timedelta(days=6),
        "恶意欠薪投诉集中的在建工地",
        "、".join(name for name, _ in SUPERVISORS[:2]),
    )
    everybody = PickingFilters(natures=("government", "soe", "other"))
    row = rounds.plan_round(union, facts_of_round, everybody, by, now)
    report = (
        "督查各区市恶意欠薪投诉的处理情况，抽查在建工地工资专户和实名制管理；发现的问题已交办，限期整改并跟踪到底。"
    )
    rounds.report_round(row, report, by, now)


def _plan_focused(union: Union, staff: DemoStaff, now: datetime) -> Round:
    today = now.date()
    facts = RoundFacts(
        "在建工地集中排查",
        "focused",
        today - timedelta(days=5),
        today + timedelta(days=20),
        "全区在建工地",
        "区总工会、住建部门",
    )
    everybody = PickingFilters(natures=("government", "soe", "other"), industries=("E", "C", "H"))
    return rounds.plan_round(union, facts, everybody, staff.someone(union.pk, RoleName.OFFICER), now)


def _review(union: Union, staff: DemoStaff, now: datetime) -> None:
    """One of the units below looks at its neighbour; where there are no two with officers, an audit from outside."""
    today, by = now.date(), staff.someone(union.pk, RoleName.OFFICER)
    below = [
        one
        for one in Union.objects.filter(parent=union, valid_until=None)
        .exclude(kind=UnionKind.ENTERPRISE)
        .order_by("code")
        if (one.pk, RoleName.OFFICER) in staff.rows
    ]
    if not below:
        return
    pairs = [(a, b) for a in below for b in below if a != b and a.kind == b.kind]
    since, until = today - timedelta(days=15), today + timedelta(days=5)
    if pairs:
        inspector, inspected = pairs[0]
        facts = reviews.ReviewFacts(
            ReviewKind.PEER,
            "根治欠薪互查第一组",
            inspected,
            "互查组组长",
            since,
            until,
            inspector,
            scope="台账、销号和信息报送",
        )
    else:
        facts = reviews.ReviewFacts(
            ReviewKind.THIRD_PARTY,
            "工资专户第三方审计",
            below[0],
            "项目负责人",
            since,
            until,
            None,
            "诚信会计师事务所",
            "专用账户和实名制管理",
        )
    row = reviews.plan_review(union, facts, by, now)
    who = staff.someone(row.inspecting_unit.pk, RoleName.OFFICER)
    row = reviews.record_visit(
        row, today - timedelta(days=3), "检查组五人", "查阅台账、走访工地，总体较好。", who, now, seen=row.version
    )
    first = reviews.record_finding(row, "ledger", "两件已清偿的案件没有及时销号", today + timedelta(days=7), who, now)
    reviews.record_finding(row, "board", "一处工地没有设立维权告示牌", today + timedelta(days=10), who, now)
    _answer(first, staff, now)


def _answer(finding: ReviewFinding, staff: DemoStaff, now: datetime) -> None:
    by = staff.someone(finding.review.inspected_id, RoleName.OFFICER)
    reviews.answer_finding(finding, "两件均已补办销号手续，附清单。", by, now, seen=finding.version)


def _find_faults(union: Union, staff: DemoStaff, now: datetime) -> None:
    """The newest visits below found something: one mended, one still within its term, one just past it."""
    below = Inspection.objects.filter(path__startswith=union.path, on__lt=now.date() - timedelta(days=3))
    below = below.exclude(pk__in=Finding.objects.values("inspection"))
    for visit, (point, detail, days) in zip(below.order_by("-on", "-pk")[: len(FAULTS)], FAULTS, strict=False):
        by = staff.someone(visit.union_id, RoleName.CLERK, RoleName.OFFICER)
        due_on = max(now.date() + timedelta(days=days), visit.on)
        found = inspections.record_checklist(
            visit, {point: "no"}, [Shortcoming(point, detail, due_on)], by, max(visit.at, now - timedelta(days=12))
        )
        if days == 0:
            inspections.close_finding(found[0], now.date(), "已整改，附现场照片。", by, now)


def _look_at_platform(union: Union, staff: DemoStaff, now: datetime) -> None:
    """Three projects of the place: in order, with warnings not handled, and outside the platform."""
    today, by = now.date(), staff.someone(union.pk, RoleName.OFFICER)
    seen = Inspection.objects.filter(path__startswith=union.path).exclude(project=None)
    projects = Project.objects.filter(pk__in=seen.values("project")).order_by("pk")[:3]
    term = today + timedelta(days=10)
    looks = (
        PlatformLook(today, by.name, True, today - timedelta(days=200)),
        PlatformLook(today, by.name, True, today - timedelta(days=90), 3, 1, "一条预警未处置", term),
        PlatformLook(today, by.name, False, note="尚未接入", due_on=term),
    )
    for project, look in zip(projects, looks, strict=False):
        platform_checks.record_look(union, project, look, by, now)


def record_visits(stage: DemoStage, season: DemoSeason, staff: DemoStaff, chance: Random) -> int:
    """Record the visits of one season; answers how many."""
    span, done = (season.last - season.first).days, set()
    for ago in sorted(chance.randint(0, span) for _ in range(int(season.cases * SHARE))):
        county, on = chance.choice(season.counties), season.first + timedelta(days=ago)
        units = [u for u in stage.filing_units(county) if u.kind != UnionKind.ENTERPRISE]
        union, firm = chance.choice(units), chance.choice(stage.of_county[county])
        if (union.pk, firm.facts.name, on) in done:
            continue
        done.add((union.pk, firm.facts.name, on))
        employer = employer_for(firm.facts)
        nature = chance.choices(["government", "soe", "other"], [3, 2, 5])[0] if firm.builds else ""
        project = (
            project_for(employer, f"{firm.facts.name[:2]}{chance.choice(PROJECTS)}项目", nature) if nature else None
        )
        workers = chance.choice([9, 16, 25, 34, 52, 80, 130])
        facts = {
            "industry": firm.facts.industry,
            "on_project": bool(nature),
            "nature": nature,
            "project": project,
            "on": on,
            "workers": workers,
            "migrants": workers if nature else workers // 2,
            "findings": chance.choice(FINDINGS),
        }
        by = staff.someone(union.pk, RoleName.CLERK, RoleName.OFFICER)
        inspections.record_inspection(union, employer, facts, by, moment(on, chance))
    return len(done)


def record_all_visits(stage: DemoStage, staff: DemoStaff, chance: Random, now: datetime) -> int:
    """Record the visits of all seasons, the earliest first; how many."""
    return sum(
        record_visits(stage, season, staff, chance)
        for season in sorted(seasons.seasons(now.date()), key=lambda season: season.first)
    )
