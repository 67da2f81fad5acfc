"""Two people, or two workers, at one moment in the handling of a case: one wins, the other is told, nothing is double."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from arrears.bulk import actions as jobs
from arrears.bulk.models import BulkKind
from arrears.cases import ledger, workflow
from arrears.cases.filing import EmployerFacts
from arrears.cases.models import Case, State
from arrears.letters.actions import issuing
from arrears.letters.models import Letter
from arrears.merging import actions as merging
from arrears.merging.models import Merger
from arrears.plans import actions as plans
from arrears.plans.models import Plan, PlanBasis, PlanKind
from arrears.portal.actions import staff as answering
from arrears.portal.models import LetterStanding, WindowLetter
from arrears.referrals import actions as referrals
from arrears.referrals.models import Referral
from arrears.transfers.models import Transfer
from arrears.workers import payments as worker_payments
from tests.arrears.cases.test_hostile_race import nothing_broken, together, won_and_told
from tests.arrears.workers.test_workers import facts, listed
from tests.cast import AT, World, a_case, an_employer, load
from tests.departments import a_district_case, beside
from tests.letters import shown, submitted
from tests.window import write
from unions.common.refusals import Refused
from unions.models import Event


@pytest.fixture
def world(cast_database: None, transactional_db: None, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return load()


def wanting(case: Case, into: Case, world: World) -> Merger:
    case.refresh_from_db()
    into.refresh_from_db()
    return merging.request(case, into, "同一批职工", world.user("he"), AT, seen=case.version)


def test_two_mergers_that_cross_are_one(world: World) -> None:
    """A into B and B into A, approved at one moment: neither both merged nor waiting for each other."""
    one = a_case(world)
    other = a_case(world, employer=one.employer)
    there, back = wanting(one, other, world), wanting(other, one, world)
    seals = {row.pk: merging.merging.seal(Merger.objects.get(pk=row.pk), AT) for row in (there, back)}
    results = together(
        lambda: merging.approve(there, by=world.user("wang"), at=AT, seal=seals[there.pk]),
        lambda: merging.approve(back, by=world.user("wang"), at=AT, seal=seals[back.pk]),
    )
    won_and_told(results, Refused)
    assert sorted(Case.objects.values_list("state", flat=True)) == [State.MERGED, State.OPEN]
    assert ledger.total(one.entries.all() | other.entries.all()).owed.workers == 12
    nothing_broken()


def test_no_circle_of_three(world: World) -> None:
    one = a_case(world)
    two, three = a_case(world, employer=one.employer), a_case(world, employer=one.employer)
    rows = [wanting(one, two, world), wanting(two, three, world), wanting(three, one, world)]

    def approve(row: Merger) -> Merger:
        row = Merger.objects.select_related("duplicate", "into").get(pk=row.pk)
        return merging.approve(
            row, by=world.user("wang"), at=AT, seal=merging.merging.seal(Merger.objects.get(pk=row.pk), AT)
        )

    together(*(lambda row=row: approve(row) for row in rows))
    assert Case.objects.exclude(state=State.MERGED).exists()
    for merged in Merger.objects.filter(stage="merged").select_related("into"):
        assert merged.into.state != State.MERGED
    nothing_broken()


def test_a_referral_is_numbered_once(world: World) -> None:
    here = beside(world)
    row = here.put(a_district_case(world))
    seal = referrals.approval.seal(row, AT)
    won_and_told(
        together(
            lambda: referrals.approve(row, by=world.user("zhou"), at=AT, seal=seal),
            lambda: referrals.approve(row, by=world.user("zhou"), at=AT, seal=seal),
            lambda: referrals.withdraw(row, by=world.user("sun"), at=AT),
            lambda: referrals.decline(row, by=world.user("zhou"), at=AT, opinion="不妥"),
        ),
        Refused,
    )
    decided = Event.objects.filter(verb__startswith="referral.").exclude(verb="referral.request")
    assert decided.count() == 1 and Referral.objects.get().stage != "requested"
    nothing_broken()


def test_accepted_or_taken_back(world: World) -> None:
    here = beside(world)
    row = here.sent(a_district_case(world))
    won_and_told(
        together(
            lambda: referrals.accept(row, world.user("ma"), AT),
            lambda: referrals.refuse(row, world.user("ma"), AT, opinion="不属本局"),
            lambda: referrals.withdraw(row, by=world.user("sun"), at=AT, opinion="已付清"),
        )
    )
    nothing_broken()


def test_a_letter_is_issued_once_and_leaves_no_gap(world: World) -> None:
    letter = submitted(world, a_case(world))
    seal = shown(letter)
    results = together(
        lambda: issuing.approve(letter, by=world.user("wang"), at=AT, seal=seal),
        lambda: issuing.approve(letter, by=world.user("wang"), at=AT, seal=seal),
        lambda: issuing.withdraw(letter, by=world.user("li"), at=AT),
        lambda: issuing.send_back(letter, by=world.user("wang"), at=AT, opinion="改"),
    )
    won_and_told(results)
    second = submitted(world, a_case(world, employer=an_employer("另一公司")))
    done = issuing.approve(second, by=world.user("wang"), at=AT, seal=shown(second))
    issued = Letter.objects.exclude(serial=None).count()
    assert done.serial == issued
    nothing_broken()


def test_a_transfer_is_answered_once(world: World) -> None:
    case = a_case(world, "sun", "370202", employer=an_employer("市南餐饮"))
    receiver = world.unions["370203"]
    case = workflow.move(
        case, "transfer", world.user("sun"), AT, seen=case.version, receiver=receiver, reason="不属本区"
    )
    seen = case.version
    won_and_told(
        together(
            lambda: workflow.move(case, "accept_transfer", world.user("feng"), AT, seen=seen),
            lambda: workflow.move(case, "refuse_transfer", world.user("feng"), AT, seen=seen, reason="也不属本区"),
            lambda: workflow.move(case, "recall_transfer", world.user("sun"), AT, seen=seen, reason="弄错了"),
        ),
        Refused,
    )
    assert Transfer.objects.exclude(stage="asked").count() == 1 and Case.objects.get().state != State.TRANSFERRING
    nothing_broken()


def test_nobody_is_paid_twice_at_once(world: World) -> None:
    case = a_case(world)
    (row,) = listed(world, case, [facts(owed=120000)])
    pay = lambda: worker_payments.pay(  # noqa: E731
        case, {row.pk: Decimal(120000)}, worker_payments.Payment(date(2026, 11, 18)), world.user("he"), AT
    )
    won_and_told(together(pay, pay, pay), Refused)
    assert ledger.balance(case).resolved.amount == Decimal(120000)
    nothing_broken()


def test_one_plan_is_in_force(world: World) -> None:
    case = a_case(world)
    rows = [plans.Promise(date(2026, 12, 1), Decimal(120000), 12)]
    terms = plans.PlanTerms(date(2026, 11, 18), PlanBasis.NEGOTIATION)
    make = lambda: plans.make(case, PlanKind.REPAYMENT, rows, terms, world.user("he"), AT)  # noqa: E731
    won_and_told(together(make, make), Refused)
    assert Plan.objects.in_force().count() == Plan.objects.count() == 1


def test_a_workers_letter_is_registered_or_explained(world: World) -> None:
    letter, now = write().letter, timezone.now()
    employer = EmployerFacts(name="海风建设有限公司", uscc="", region_code="370202", no_code="unknown")
    given = {"industry": "E", "stated_workers": 12, "stated_migrants": 0, "stated_amount": Decimal(30000)}
    results = together(
        lambda: answering.register_clue(letter, employer, given, world.user("sun"), now),
        lambda: answering.register_clue(letter, employer, given, world.user("sun"), now),
        lambda: answering.explain_refusal(letter, "不属欠薪", world.user("sun"), now),
    )
    # Explained first it may still be registered; never two clues, never a clue and "not registered".
    assert Case.objects.count() <= 1 and [type(one) for one in results if isinstance(one, Exception)]
    row = WindowLetter.objects.get()
    assert (row.case is not None) == (row.standing == LetterStanding.TAKEN)
    assert all(isinstance(one, Refused) for one in results if isinstance(one, Exception)), results
    nothing_broken()


def test_a_job_given_to_two_workers_is_done_once(world: World) -> None:
    rows = [a_case(world, employer=an_employer(f"第{number}公司")) for number in range(4)]
    job, _ = jobs.request(BulkKind.URGE, [row.pk for row in rows], None, "请尽快", uuid.uuid4(), world.user("sun"), AT)
    together(lambda: jobs.JOB.work(job.pk, lambda: AT), lambda: jobs.JOB.work(job.pk, lambda: AT))
    assert Event.objects.filter(verb="urge").count() == 4 and jobs.counts(job)["done"] == 4
    nothing_broken()


def test_the_same_bulk_form_from_two_tabs_is_one_job(world: World) -> None:
    case, token = a_case(world), uuid.uuid4()
    ask = lambda: jobs.request(BulkKind.URGE, [case.pk], None, "请尽快", token, world.user("sun"), AT)  # noqa: E731
    results = together(ask, ask, ask)
    assert sorted(new for _, new in results) == [False, False, True]
    assert len({job.pk for job, _ in results}) == 1
