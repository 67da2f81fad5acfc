"""Whatever people do in whatever order: books and cases agree, nothing closes open, nobody approves her own."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases import acts, ledger, snapshot, workflow
from arrears.cases.models import ActKind, Case, EntryKind, LedgerEntry, Outcome, State
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation, Stage
from tests.cast import AT, World, a_draft
from unions.approvals import seal_of
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

ON = date(2026, 11, 18)
ACTORS = ["li", "he", "wang", "sun", "zhou", "feng", "han", "both"]
people = st.sampled_from(ACTORS)
amounts = st.sampled_from([Decimal(x) for x in ("0", "0.01", "1000", "60000", "120000", "119999.99")])
workers = st.integers(0, 12)
days = st.dates(date(2026, 11, 8), date(2026, 11, 20))  # the case is accepted on the 10th

STEPS = st.one_of(
    st.tuples(st.just("move"), people, st.sampled_from(sorted(workflow.MOVES))),
    st.tuples(st.just("post"), people, st.sampled_from(list(EntryKind)), workers, amounts, days),
    st.tuples(st.just("lower"), people, workers, amounts, days),
    st.tuples(st.just("pay all"), people),
    st.tuples(st.just("reverse"), people, st.integers(0, 9), days),
    st.tuples(st.just("act"), people, st.sampled_from(list(ActKind))),
    st.tuples(st.just("request"), people),
    st.tuples(st.just("approve"), people),
    st.tuples(st.just("receive"), people, st.booleans()),
)


class Undo(Exception):
    pass


def _report(case: Case, stage: Stage) -> Escalation:
    row = case.escalations.filter(stage=stage).first()
    if row is None:
        raise Refused("nothing there")
    return row


def take(case: Case, user: User, step: tuple[Any, ...]) -> None:
    match step:
        case ("move", _, name):
            workflow.move(
                case,
                name,
                user,
                AT,
                seen=case.version,
                seal=seal_of(snapshot.closing(case)),
                reason="说明",
                conclusion="paid",
            )
        case ("post", _, kind, people_, amount, on):
            ledger.post(case, kind, on, user, AT, workers=people_, amount=amount, source="凭证")
        case ("lower", _, people_, amount, on):
            ledger.post(case, EntryKind.ADJUSTED, on, user, AT, workers=-people_, amount=-amount, source="核对后减少")
        case ("pay all", _):
            left = ledger.balance(case).outstanding
            ledger.post(
                case, EntryKind.PAID, ON, user, AT, workers=left.workers, migrants=left.migrants, amount=left.amount
            )
        case ("reverse", _, index, on):
            entries = list(case.entries.all())
            ledger.reverse(entries[index % len(entries)], on, user, AT, "记错") if entries else None
        case ("act", _, kind):
            acts.perform(case, kind, ON, "经过", Outcome.DONE, user, AT)
        case ("request", _):
            escalations.request(case, case.union, "negotiation_failed", "", user, AT, seen=case.version)
        case ("approve", _):
            row = _report(case, Stage.REQUESTED)
            escalations.approve(row, by=user, at=AT, seal=seal_of(snapshot.report(case)))
        case ("receive", _, take_over):
            escalations.receive(_report(case, Stage.SENT), by=user, at=AT, take_over=take_over)


def check(case: Case) -> None:
    entries = list(LedgerEntry.objects.filter(case=case))
    plus = {"recognised": 1, "adjusted": 1, "paid": -1, "advanced": -1, "untrue": -1}
    naive = sum((plus[e.counts_as] * e.amount for e in entries), Decimal(0))
    naive_workers = sum(plus[e.counts_as] * e.workers for e in entries)
    left = ledger.balance(case).outstanding
    assert (left.amount, left.workers) == (naive, naive_workers)
    assert left.amount >= 0
    assert left.workers >= 0
    for day in (date(2026, 11, n) for n in range(7, 22)):
        end = ledger.balance(case, day)
        for sums in (end.owed, end.resolved, end.untrue, end.outstanding):
            assert min(sums.workers, sums.migrants, sums.amount) >= 0, f"{day}: {end}"
    if case.state in (State.CLOSED, State.DISMISSED):
        assert not left, "closed with something outstanding"
    for row in case.closures.all():
        assert row.approved_by_id not in (case.filed_by_id, case.settled_by_id)
    for report in case.escalations.filter(stage__in=[Stage.SENT, Stage.RECEIVED]):
        assert report.decided_by_id not in (report.requested_by_id, case.filed_by_id)
    assert [b for b in audit.broken_links() if b.stream == case.stream] == []


@pytest.fixture
def busy_world(world: World) -> World:
    """The cast and one person who holds both roles at the enterprise: the second-person rule has to stop her."""
    both = User.objects.create_user("both", None, name="双任")
    for role in (RoleName.OFFICER, RoleName.APPROVER):
        Appointment.objects.create(user=both, union=world.unions["370202E0001"], role=role, since=date(2026, 1, 1))
    sync_rights(both, timezone.localdate())
    world.people["both"] = both
    return world


def play(world: World, steps: list[tuple[Any, ...]], after_each: Callable[[Case], None]) -> Case:
    case = a_draft(world, negotiation_failed_on=date(2026, 11, 12))
    for step in steps:
        case.refresh_from_db()
        try:
            with transaction.atomic():
                take(case, world.user(step[1]), step)
        except Refused:
            pass
        case.refresh_from_db()
        after_each(case)
    return case


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14))
def test_any_sequence_keeps_the_rules(busy_world: World, steps: list[tuple[Any, ...]]) -> None:
    try:
        with transaction.atomic():
            play(busy_world, steps, check)
            raise Undo
    except Undo:
        pass


def test_the_game_can_be_won(busy_world: World) -> None:
    """The same player reaches a closed case, so the property above is not about refusals alone."""
    steps = [
        ("move", "li", "file"),
        ("pay all", "he"),
        ("move", "he", "settle"),
        ("move", "both", "close"),
        ("move", "wang", "close"),
    ]
    case = play(busy_world, steps, check)
    assert case.state == State.CLOSED
    assert case.closures.get().approved_by.username in ("both", "wang")
