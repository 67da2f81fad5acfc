"""Warning signals about some firms of every county; the gravest are reported upward."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from arrears.cases.filing import employer_for
from arrears.cases.models import Employer
from arrears.early_warning import actions as warnings
from arrears.early_warning import collecting
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.models import Rhythm, StepKind, WarningStanding
from arrears.early_warning.sources import sources
from arrears.inspections.actions import key_targets, resolutions
from arrears.inspections.actions.resolutions import ResolutionFacts
from arrears.law.obligations.risk_classes import risk_classes
from reporting.demo.people import DemoStaff
from reporting.demo.seasons import DemoStage
from unions.models import Union, User
from unions.people.rights import RoleName

COLLECTED = [
    ("tax", Rhythm.MONTH, "税务局征管科"),
    ("power", Rhythm.MONTH, "供电公司营销部"),
    ("water", Rhythm.MONTH, "自来水公司收费处"),
    ("police", Rhythm.QUARTER, "公安局经侦大队"),
]
FIRMS_IN_A_COUNTY = 4
# How many signals the firms of a county get: most one, some several.
SIGNALS = (1, 1, 2, 4)
OLDEST = 100  # days


def enter_signals(stage: DemoStage, staff: DemoStaff, chance: Random, now: datetime) -> int:
    """Enter the signals of every county, answer the gravest; how many signals."""
    made = 0
    for county, firms in stage.of_county.items():
        union = Union.objects.filter(code=county).first()
        if union is None or not firms:
            continue
        by = staff.someone(union.pk, RoleName.OFFICER)
        chosen = [employer_for(firm.facts) for firm in chance.sample(firms, min(FIRMS_IN_A_COUNTY, len(firms)))]
        told = list(zip(chosen, SIGNALS, strict=False))
        rows = [(employer, said) for employer, many in told for said in _signals(many, chance, now)]
        made += len(warnings.record_signals(union, rows, by, now)[0])
        for employer, many in told:
            if many == max(SIGNALS):
                _respond(union, employer, by, now)
    return made


def collect_lists(units: dict[str, Union], staff: DemoStaff, now: datetime) -> None:
    """In 营口: sources with their rhythm since the summer, one of which is late."""
    for code, (source, every, contact) in product(("210800", "210802"), COLLECTED):
        union, begun = units[code], now - timedelta(days=100)
        if collecting.notice_for(union, begun.date()) is None:
            continue
        by = staff.of(union.pk, RoleName.OFFICER)
        row = collecting.begin(union, source, every, 10, contact, begun.date(), by, begun)
        spans = list(collecting.periods(row, now.date()))
        for nth, span in enumerate(spans if source != "water" else spans[:-1]):
            at = min(now, datetime.combine(span.last + timedelta(days=4), time(10), now.tzinfo))
            if at.date() > span.last:
                collecting.receive(row, at.date(), nth % 3, "", by, at)


def _signals(many: int, chance: Random, now: datetime) -> Iterator[SignalFacts]:
    """What so many different offices say of one firm."""
    today = now.date()
    for source in chance.sample(list(sources().values()), many):
        ago = chance.randint(1, OLDEST)
        on = today - timedelta(days=ago)
        owes = source.key in ("tax", "power", "water", "finance")
        amount = Decimal(chance.randint(2, 90) * 10_000) if owes else None
        received = on + timedelta(days=chance.randint(0, min(ago, 5)))
        yield SignalFacts(source.key, chance.choice(source.kinds), on, received, amount)


def _respond(union: Union, employer: Employer, by: User, now: datetime) -> None:
    """The gravest of a county: guided, reported upward, and watched from now on."""
    today = now.date()
    warnings.record_step(
        union, employer, StepKind.GUIDANCE, today, "约谈负责人，督促备足工资款并每周报告发放情况。", by, now
    )
    standing = WarningStanding.objects.get(union=union, employer=employer)
    if standing.level == "红":
        warnings.record_step(union, employer, StepKind.ABOVE, today, "多部门同时预警，请上级知悉并协调。", by, now)
    classes = risk_classes(union, today)
    target = key_targets.add_key_target(union, employer, None, ["warned"], by.name, classes[-1].label, "", by, now)
    said = ResolutionFacts(
        ["works_unpaid", "difficulty"],
        "上游工程款未按约定拨付，单位周转资金不足。",
        "约谈建设单位按月拨付人工费，资金到账后优先发放工资。",
        by.name,
        union.name,
        today + timedelta(days=20),
    )
    row = resolutions.set_measure(target, said, by, now)
    resolutions.follow(row, today, "已约谈建设单位，承诺本月内拨付。", by, now)
