"""Whoever may decide hears at once that something waits for her, once for each asking; who may not hears nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from arrears.letters.actions import issuing
from arrears.merging import actions as merging
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from arrears.portal.actions import worker as writing
from arrears.reminders.models import Reminder, ReminderKind
from arrears.serious.actions import oversights
from arrears.serious.actions.oversights import remind_approvers
from tests.arrears.cases.test_open_ends import DAY, asked, pair, written
from tests.cast import AT, FOUNDED, PASSWORD, World, a_case
from tests.letters import submitted
from tests.serious import an_oversight, in_force
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName


def told(prefix: str) -> list[tuple[str, str]]:
    """(who, title) of the reminders whose key begins so."""
    rows = Reminder.objects.filter(kind=ReminderKind.IMMEDIATE, key__startswith=prefix).order_by("pk")
    return [(row.user.username, row.title) for row in rows.select_related("user")]


def test_SD_2_4b_the_approver_above_hears_of_an_oversight_and_of_its_lifting(world: World) -> None:
    case = a_case(world)
    row = an_oversight(world, case)
    title = f"挂牌督办待审批：案件 {case.number}"
    assert told("approve-oversight:") == [("zhou", title)]
    remind_approvers(row, AT)  # again: never twice
    assert told("approve-oversight:") == [("zhou", title)]
    row = oversights.approve(row, by=world.user("zhou"), at=AT, seal=oversights.SETTING.seal(row, AT))
    later = AT + timedelta(hours=1)
    row = oversights.report(row, "已清偿", world.user("he"), later)
    assert told("approve-oversight:")[1:] == [("zhou", f"挂牌督办待审批解除：案件 {case.number}")]
    row = oversights.keep(row, by=world.user("zhou"), at=later, opinion="还差两人")
    oversights.report(row, "已全部清偿", world.user("he"), later + timedelta(hours=1))
    assert len(told("approve-oversight:")) == 3  # asked anew, told anew


def test_QD_6_2_the_approver_hears_of_a_letter_and_the_drafter_does_not(world: World) -> None:
    both = User.objects.create_user("bai", PASSWORD, name="白两任")
    for role in (RoleName.CLERK, RoleName.APPROVER):
        Appointment.objects.create(user=both, union=world.unions["370202E0001"], role=role, since=FOUNDED)
    sync_rights(both, AT.date())
    world.people["bai"] = both
    case = a_case(world)
    letter = submitted(world, case, by="bai")
    assert told("approve-letter:") == [("wang", f"意见书待签发：案件 {case.number}")]
    issuing.send_back(letter, by=world.user("wang"), at=AT, opinion="事实不清")
    letter.refresh_from_db()
    issuing.submit(letter, world.user("li"), AT + timedelta(minutes=5), seen=letter.version)
    assert [who for who, _ in told("approve-letter:")] == ["wang", "wang"]


def test_the_approver_hears_of_a_merger_and_of_its_undoing(world: World) -> None:
    duplicate, into = pair(world)
    row = asked(world, duplicate, into)
    assert told("approve-merger:") == [("wang", f"并案待审批：案件 {duplicate.number}")]
    row = merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    merging.request_undo(row, "不是", world.user("he"), AT + timedelta(minutes=1))
    assert told("approve-merger:")[1:] == [("wang", f"撤销并案待审批：案件 {duplicate.number}")]


def test_QD_3_the_approver_hears_of_a_plan_that_departs_from_the_books(world: World) -> None:
    case, he = a_case(world), world.user("he")
    promises = [Promise(DAY, Decimal(50000), 12)]
    terms = PlanTerms(DAY, PlanBasis.PROMISE, gap="其余部分另行协商")
    plan = plans.make(case, PlanKind.REPAYMENT, promises, terms, he, AT)
    assert told("plan-gap:") == [("wang", f"偿还计划与台账不一致，请核对：案件 {case.number}")]
    plans.follow_ledger(case, he, AT)
    assert len(told(f"plan-gap:{plan.pk}")) == 1


def test_whoever_answers_hears_once_that_a_worker_wants_to_withdraw(world: World) -> None:
    letter = written(a_case(world))
    writing.ask_withdrawal(letter, "不想追究了", AT)
    writing.ask_withdrawal(letter, "不想追究了", AT)
    rows = [title for _, title in told("worker-letter:") if "撤回" in title]
    assert rows == ["职工来信要求撤回，请电话回访"]


def test_what_stands_already_waits_for_nobody(world: World) -> None:
    in_force(world, a_case(world))
    assert len(told("approve-oversight:")) == 1
