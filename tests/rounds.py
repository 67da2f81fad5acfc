"""Plans of inspections and looks between units for tests: made by the people of tests/cast.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from arrears.cases.filing import project_for
from arrears.cases.models import Project
from arrears.inspections.actions import platform_checks, reviews, rounds
from arrears.inspections.actions.platform_checks import PlatformLook
from arrears.inspections.models import KeyTarget, Review, ReviewFinding, Round
from arrears.inspections.picking import PickingFilters
from tests.cast import AT, World, an_employer


def a_project(name: str = "滨海大道", nature: str = "government", **facts: Any) -> Project:
    found = project_for(facts.pop("employer", None) or an_employer(), name, nature)
    assert found is not None
    return found


def a_round(
    world: World, by: str = "sun", code: str = "370202", wanted: PickingFilters | None = None, **facts: Any
) -> Round:
    """November's focused round, over everyone watched unless said otherwise."""
    given: dict[str, Any] = {
        "name": "十一月集中排查",
        "kind": "focused",
        "since": date(2026, 11, 1),
        "until": date(2026, 11, 30),
    } | facts
    whom = wanted or PickingFilters(watched=True)
    return rounds.plan_round(world.unions[code], rounds.RoundFacts(**given), whom, world.user(by), AT)


def a_review(world: World, by: str = "lv", code: str = "370200", **facts: Any) -> Review:
    """The city has 市北 (feng) look at 市南 (sun) in November."""
    given: dict[str, Any] = {
        "kind": "peer",
        "name": "市区互查第一组",
        "inspector": world.unions["370203"],
        "inspected": world.unions["370202"],
        "leader": "冯经办",
        "since": date(2026, 11, 1),
        "until": date(2026, 11, 30),
        "scope": "台账和销号",
    } | facts
    return reviews.plan_review(world.unions[code], reviews.ReviewFacts(**given), world.user(by), AT)


def a_finding(world: World, row: Review | None = None, by: str = "feng", **facts: Any) -> ReviewFinding:
    row = row or a_review(world)
    if row.visited_on is None:
        row = reviews.record_visit(
            row, date(2026, 11, 18), "冯经办、陈审批", "查阅台账，走访两个工地。", world.user(by), AT, seen=row.version
        )
    given: dict[str, Any] = {"spot": "ledger", "detail": "两件案件未销号", "due_on": date(2026, 11, 25)} | facts
    return reviews.record_finding(row, given["spot"], given["detail"], given["due_on"], world.user(by), AT)


def gone(world: World) -> dict[str, Any]:
    """Things of the role table. The employer watched at the enterprise must be there."""
    target = KeyTarget.objects.earliest("pk")
    row = a_round(world)
    finding = a_finding(world)
    project = a_project("海风大厦", "other", employer=target.employer)
    look = PlatformLook(date(2026, 11, 18), "何经办", False, due_on=date(2026, 11, 30))
    check = platform_checks.record_look(world.unions["370202E0001"], project, look, world.user("he"), AT)
    return {
        "round": row.pk,
        "round-target": row.targets.get(employer=target.employer).pk,
        "review": finding.review_id,
        "review-finding": finding.pk,
        "project": project.pk,
        "platform-check": check.pk,
    }
