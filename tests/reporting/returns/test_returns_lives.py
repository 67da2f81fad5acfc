"""Whatever people and the clock do to a return in whatever order: what was approved stands, and everything can be computed again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from reporting.returns import actions as life
from reporting.returns import editing, opening, recomputing, waivers, zero_reports
from reporting.returns.models import Correction, FrozenFigure, Return, ReturnStage, ReturnVersion
from reporting.returns.versions import seal
from tests import qinghai
from tests.cast import World, load, moment
from tests.qinghai import a_case, fresh, the_return
from unions.common.refusals import Refused
from unions.log.audit import broken_links
from unions.models import Event

PERIOD, RULE = "2022-10-01/2023-01-21", "annex-2"  # open long, may be corrected by hand
BEGINS = moment("2022-10-03 09:00")
people = st.sampled_from(["n0", "a0", "o0", "n1", "shengji", "shengshen"])
small = st.integers(0, 3)
# What leads on is drawn as often as everything else together: a walk that never signs shows nothing.
MOVES = st.one_of(
    st.sampled_from(
        [("n0", "sign"), ("a0", "approve"), ("shengji", "receive"), ("shengji", "send_back"), ("n0", "amend")]
    ),
    st.tuples(people, st.sampled_from(sorted(life.MOVES))),
)
STEPS = st.one_of(
    st.tuples(st.just("move"), MOVES),
    st.tuples(st.just("move"), MOVES),
    st.tuples(st.just("correct"), small, st.sampled_from(["0", "5", "7"])),
    st.tuples(st.just("case"), small),
    st.tuples(st.just("pay"), small),
    st.tuples(st.just("reverse"), small),
    st.tuples(st.just("imply")),
    st.tuples(st.just("waive"), st.booleans()),
    st.tuples(st.just("look again")),
)


@dataclass
class Life:
    """One return as it goes, beside what a person with a pencil would have noted."""

    world: World
    report: Return
    at: datetime = BEGINS
    approved: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # version → all that must never change
    first_approval: datetime | None = None

    def take(self, step: tuple[Any, ...]) -> None:
        self.at += timedelta(hours=5)
        try:
            with transaction.atomic():
                self._do(step)
        except Refused:
            pass
        self.report = fresh(self.report)
        for version in self.report.versions.filter(approved_at=self.at):
            self.approved[version.pk] = _stands(version)
            self.first_approval = self.first_approval or self.at

    def _do(self, step: tuple[Any, ...]) -> None:  # noqa: C901 - one case for each kind of step
        world, report, at, day = self.world, self.report, self.at, self.at.date()
        match step:
            case ("move", (who, name)):
                shown = ReturnVersion.objects.filter(report=report, approved_at=None).values_list("hash", flat=True)
                life.move(
                    report, name, world.user(who), at, seen=report.version, seal=shown.first() or "", reason="说明"
                )
            case ("correct", row, given_):
                editing.correct(report, row, 0, given_, "纸质排查表", world.user("n0"), at, seen=report.version)
            case ("case", _):
                a_case(world, "630100", day, at)
            case ("pay", index):
                if entry := _nth(LedgerEntry.objects.filter(kind=EntryKind.RECOGNISED), index):
                    ledger.post(entry.case, EntryKind.PAID, day, world.user("o0"), at, workers=1, amount=Decimal("500"))
            case ("reverse", index):
                if entry := _nth(LedgerEntry.objects.filter(kind=EntryKind.PAID), index):
                    ledger.reverse(entry, day, world.user("o0"), at, "记错")
            case ("imply",):
                Return.objects.filter(pk=report.pk, submitted_at=None).update(silence_is_zero=True)
                zero_reports.imply_zeros(max(at, report.due_at + timedelta(seconds=1)))
            case ("waive", agreed):
                row = waivers.request(report, report.last, "机构撤并", world.user("shengji"), at)
                if agreed:
                    waivers.approve(row, by=world.user("shengshen"), at=at, seal=waivers.approval.seal(row, at))
                else:
                    waivers.decline(row, by=world.user("shengshen"), at=at, opinion="不同意")
            case ("look again",):
                zero_reports.recheck(Return.objects.all(), at)

    # ---- what must hold at every moment -------------------------------------------------------------------------

    def check(self) -> None:
        report, versions = self.report, list(self.report.versions.order_by("number"))
        approved = [version for version in versions if version.approved_at]
        for version in versions:
            assert seal(version) == version.hash
            assert recomputing.recomputed(version) == version.cells
        assert {version.pk: _stands(version) for version in approved} == self.approved
        assert report.submitted_at == self.first_approval
        assert len(versions) - len(approved) == (report.stage == ReturnStage.SIGNED)
        newest = approved[-1] if approved and not approved[-1].sent_back else None
        assert report.current == newest
        assert all(version.approved_by_id != version.signed_by_id for version in approved)
        assert bool(report.contradicted_at) <= report.says_zero

    def check_log_and_terms(self) -> None:
        assert [link for link in broken_links() if link.stream == self.report.stream] == []
        approvals = Event.objects.filter(stream=self.report.stream, verb="approve")
        assert approvals.count() == len(self.approved)
        owed = Obligation.objects.order_by("pk")
        before = list(owed.values())
        rebuild_all(self.at)
        assert list(owed.values()) == before


def _nth(entries: Any, index: int) -> Any:
    found = list(entries.order_by("pk"))
    return found[index % len(found)] if found else None


def _stands(version: ReturnVersion) -> tuple[Any, ...]:
    """All of a version that may not change once it was approved."""
    facts = ("number", "nil", "cells", "texts", "sources", "hash", "reason", "signed_by_id", "approved_by_id")
    figures = FrozenFigure.objects.filter(version=version).order_by("pk").values_list()
    return (
        *(getattr(version, fact) for fact in facts),
        list(figures),
        list(Correction.objects.filter(version=version).order_by("pk").values_list()),
    )


@pytest.fixture
def opened(qinghai_database: None, db: None) -> World:
    world = load()
    opening.open_between(date(2023, 1, 1), date(2023, 3, 1), BEGINS, qinghai.BOOK, [RULE])
    a_case(world, "630100", date(2022, 10, 2), BEGINS)
    return world


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=16))
@example(steps=[("imply",), ("correct", 2, "0"), ("move", ("n0", "sign"))])
def test_any_life_of_a_return(opened: World, steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        one = Life(opened, the_return("630100", PERIOD, RULE))
        for step in steps:
            one.take(step)
            one.check()
        one.check_log_and_terms()
        transaction.set_rollback(True)


def test_a_walk_reaches_every_stage(opened: World) -> None:
    """The walk above is not empty: led by the hand it comes everywhere."""
    one = Life(opened, the_return("630100", PERIOD, RULE))
    seen = []
    walk = [
        ("n0", "sign"),
        ("a0", "approve"),
        ("shengji", "send_back"),
        ("n0", "sign"),
        ("a0", "approve"),
        ("shengji", "receive"),
        ("n0", "amend"),
        ("n0", "sign"),
        ("a0", "approve"),
    ]
    for move in walk:
        one.take(("correct", 0, "5"))
        one.take(("move", move))
        one.check()
        one.check_log_and_terms()
        seen.append(one.report.stage)
    assert seen == [
        "signed",
        "submitted",
        "returned",
        "signed",
        "submitted",
        "received",
        "amending",
        "signed",
        "submitted",
    ]
    assert Case.objects.count() == 1 and len(one.approved) == 3
