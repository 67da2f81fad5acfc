"""Every form a rulebook names can be returned: filled, signed, approved, computed again to the same cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import ActKind, Case, EntryKind, Outcome
from arrears.inspections.actions import inspections
from arrears.inspections.models import Inspection
from arrears.law.rules.reader import delivered_rulebooks
from reporting.returns import actions as life
from reporting.returns import recomputing
from reporting.returns.models import Return, ReturnVersion
from tests.cast import World, a_case, an_employer, moment
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

# Every entry of the five notices that reports by a form.
REPORTED = [
    (book.key, rule.name, rule.form)
    for book in delivered_rulebooks().values()
    for rule in (*book.returns, *book.routines)
    if rule.form
]
AT = moment("2026-11-20 09:30")


ACTS = [
    (ActKind.MEDIATION, Outcome.AGREED),
    (ActKind.ARBITRATION, Outcome.DONE),
    (ActKind.LEGAL_AID, Outcome.DONE),
    (ActKind.PENALTY, Outcome.DONE),
    (ActKind.LISTING, Outcome.DONE),
    (ActKind.POLICE, Outcome.DONE),
]


def _everything(world: World) -> None:
    """A case with a payment and every act that is counted (one of its kind twice), one of fifty people, two visits to a firm."""
    case = a_case(world, accepted_on=date(2026, 11, 2))
    ledger.post(case, EntryKind.PAID, date(2026, 11, 12), world.user("he"), AT, workers=4, amount=Decimal("40000.50"))
    for kind, outcome in [*ACTS, ACTS[0]]:
        acts.perform(case, kind, date(2026, 11, 14), "经过", outcome, world.user("he"), AT)
    for day in (5, 15):
        facts = {"industry": "E", "on": date(2026, 11, day), "workers": 40 + day, "migrants": 30}
        inspections.record_inspection(world.unions["370202"], case.employer, facts, world.user("sun"), AT)
    maker = an_employer("宏图制造厂", industry="C")
    a_case(
        world,
        employer=maker,
        accepted_on=date(2026, 11, 3),
        stated_workers=50,
        stated_migrants=50,
        industry="C",
        on_project=False,
        nature="",
    )


@pytest.mark.parametrize(("book", "rule", "form"), REPORTED, ids=[f"{book}:{rule}" for book, rule, _ in REPORTED])
def test_a_return_of_every_form_is_frozen_and_computed_again(world: World, book: str, rule: str, form: str) -> None:
    _everything(world)
    city = world.unions["370200"]
    maker, boss = world.people["lv"], world.people["shi"]
    Appointment.objects.create(user=maker, union=city, role=RoleName.STATISTICIAN, since=date(2020, 1, 1))
    sync_rights(maker, timezone.localdate())
    report = Return.objects.create(
        rulebook=book,
        rule=rule,
        period="2026-11",
        union=city,
        path=city.path,
        receiver=city.parent,
        clause="X",
        title=form,
        form=form,
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        due_at=moment("2026-11-30 16:00"),
        calendar_version="-",
        opened_at=AT,
        changed_at=AT,
    )
    report = life.move(report, "sign", User.objects.get(pk=maker.pk), AT, seen=0, reason="属实。")
    version = ReturnVersion.objects.get(report=report)
    report = life.move(report, "approve", User.objects.get(pk=boss.pk), AT, seen=report.version, seal=version.hash)
    ledger.post(
        Case.objects.get(stated_workers=12),
        EntryKind.PAID,
        date(2026, 11, 13),
        world.user("he"),
        AT,
        workers=1,
        amount=Decimal("1"),
    )
    Inspection.objects.update(workers=9999)
    version.refresh_from_db()
    assert recomputing.recomputed(version) == version.cells
    assert "lines" in version.cells or "rows" in version.cells
