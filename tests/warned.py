"""Warning signals for tests: one received by a unit about an employer, and the notice of Yingkou attached to Qingdao."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from arrears.cases.models import Employer
from arrears.early_warning import actions as warnings
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.models import (
    CheckOutcome,
    ListComparison,
    SourceRhythm,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
)
from arrears.inspections.actions import inspections, key_targets, resolutions
from arrears.inspections.actions.inspections import Shortcoming
from arrears.inspections.actions.resolutions import ResolutionFacts
from arrears.inspections.models import Inspection
from arrears.law.models import Attachment
from tests.cast import AT, World, an_employer
from tests.pictures import picture
from unions.models import User

PNG = picture()


def a_signal(
    world: World, employer: Employer, by: str = "sun", code: str = "370202", at: Any = AT, **facts: Any
) -> WarningSignal:
    """欠税 of 2026-10-03, told by the tax office on 2026-11-16, unless said otherwise."""
    given: dict[str, Any] = {
        "source": "tax",
        "kind": "tax_arrears",
        "on": date(2026, 10, 3),
        "received_on": date(2026, 11, 16),
    } | facts
    return warnings.record_signal(world.unions[code], employer, SignalFacts(**given), world.user(by), at)


def a_photo(name: str = "现场.png", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG + more, content_type="image/png")


def checked(
    world: World,
    employer: Employer,
    outcome: CheckOutcome = CheckOutcome.MONITORED,
    by: str = "sun",
    code: str = "370202",
    on: date = date(2026, 11, 18),
    **more: Any,
) -> WarningCheck:
    """A visit that verifies everything open."""
    unit = world.unions[code]
    seen = WarningSignal.objects.unverified().filter(employer=employer, path__startswith=unit.path)
    return warnings.record_visit(
        unit,
        employer,
        on,
        outcome,
        "到现场了解，生产正常。",
        world.user(by),
        AT,
        seen=[one.pk for one in seen],
        **({"papers": [a_photo()]} | more),
    )


def standing(world: World, employer: Employer, code: str = "370202") -> WarningStanding:
    return WarningStanding.objects.get(union=world.unions[code], employer=employer)


def under_yingkou(world: World, code: str = "370200") -> None:
    """Attached by nobody, as at set-up: its terms hold at `code` and below."""
    Attachment.objects.create(
        union=world.unions[code], rulebook="yingkou-2018-2", since=date(2018, 11, 15), at=AT, approved_at=AT
    )


def warned(world: World) -> dict[str, Any]:
    """Things of the role table: an employer warned of at 海风建设, one verified there, a report upward, a comparison."""
    unit, li = world.unions["370202E0001"], world.user("li")
    employer, verified = an_employer("预警公司", "370202"), an_employer("核实公司", "370202")
    signal = a_signal(world, employer, "li", "370202E0001")
    a_signal(world, verified, "li", "370202E0001")
    visit = checked(world, verified, by="li", code="370202E0001")
    step = warnings.record_step(unit, employer, StepKind.ABOVE, date(2026, 11, 19), "拟停产", li, AT)
    comparison = ListComparison.objects.create(union=unit, by=li, at=AT)
    rhythm = SourceRhythm.objects.create(
        union=unit, path=unit.path, source="tax", every="month", contact="税务局", since=AT.date(), by=li, at=AT
    )
    return {
        "source-rhythm": rhythm.pk,
        "warning": standing(world, employer, unit.code).pk,
        "warning-signal": signal.pk,
        "warning-step": step.pk,
        "site-paper": visit.papers.get().pk,
        "list-comparison": comparison.pk,
    }


def watched(visit: Inspection, by: User) -> dict[str, Any]:
    """Things of the role table: a finding of a visit, its employer as a key target, and a measure against arrears there."""
    shortcoming = Shortcoming("board", "没有维权告示牌", date(2026, 11, 25))
    (finding,) = inspections.record_checklist(visit, {"board": "no"}, [shortcoming], by, AT)
    target = key_targets.add_key_target(visit.union, visit.employer, None, ["offender"], "何经办", "高风险", "", by, AT)
    said = ResolutionFacts(["difficulty"], "资金周转困难", "按月分期支付", "王某", "海风建设工会", date(2026, 12, 31))
    other = an_employer("盯办公司", "370202")
    watched_too = key_targets.add_key_target(visit.union, other, None, ["offender"], "何经办", "高风险", "", by, AT)
    measure = resolutions.set_measure(watched_too, said, by, AT)
    return {"finding": finding.pk, "key-target": target.pk, "resolution": measure.pk}
