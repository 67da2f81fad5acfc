"""Inspections of the demo: in each season the units visit firms of their county, some of them twice."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from arrears.cases.filing import employer_for, project_for
from arrears.inspections import actions as inspections
from reporting.demo.firms import PROJECTS
from reporting.demo.people import DemoStaff
from reporting.demo.seasons import DemoSeason, DemoStage, moment
from unions.models import UnionKind
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


def visit(stage: DemoStage, season: DemoSeason, staff: DemoStaff, chance: Random) -> int:
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
        inspections.record(union, employer, facts, by, moment(on, chance))
    return len(done)
