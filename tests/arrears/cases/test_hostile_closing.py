"""Whoever did the work on a case does not approve that it is written off, whoever else asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from arrears.cases import acts, filing, ledger, snapshot, workflow
from arrears.cases.models import ActKind, Case, EntryKind, Outcome, State
from tests.cast import AT, World, a_case, a_draft
from tests.nets import advanced
from tests.readers import as_user
from unions.approvals import seal_of
from unions.common.refusals import Forbidden
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

DAY = date(2026, 11, 18)
ALL = {"workers": 12, "migrants": 10, "amount": Decimal(120_000)}


@pytest.fixture
def yu(world: World) -> User:
    """余某 handles and approves at the enterprise; she neither filed the cases here nor asks for their closing."""
    user = User.objects.create_user("yu", "a-good-long-password", name="余某")
    for role in (RoleName.OFFICER, RoleName.APPROVER):
        Appointment.objects.create(user=user, union=world.unions["370202E0001"], role=role, since=date(2026, 1, 1))
    sync_rights(user, timezone.localdate())
    world.people["yu"] = user
    return user


def pay(world: World, case: Case, who: str = "he", **numbers: Any) -> None:
    ledger.post(case, EntryKind.PAID, DAY, world.user(who), AT, **(numbers or ALL))


def settle(world: World, case: Case) -> Case:
    case.refresh_from_db()
    return workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


def close(world: World, case: Case, who: str) -> Case:
    shown = seal_of(snapshot.closing(case))
    return workflow.move(case, "close", world.user(who), AT, seen=case.version, seal=shown)


def posted_all(world: World, case: Case) -> None:
    pay(world, case, "yu")


def posted_some(world: World, case: Case) -> None:
    """And a colleague entered the rest after her."""
    pay(world, case, "yu", workers=1, amount=Decimal(1))
    pay(world, case, "he", workers=11, migrants=10, amount=Decimal(119_999))


def posted_and_answered(world: World, case: Case) -> None:
    pay(world, case)
    entry = case.entries.get(kind=EntryKind.PAID)
    ledger.reverse(entry, DAY, world.user("yu"), AT, "记错")
    pay(world, case)


def found_untrue(world: World, case: Case) -> None:
    ledger.post(
        case,
        EntryKind.UNTRUE,
        DAY,
        world.user("yu"),
        AT,
        workers=12,
        migrants=10,
        amount=Decimal(119_000),
        source="考勤",
    )
    pay(world, case, amount=Decimal(1000))


def recorded(world: World, case: Case) -> None:
    acts.perform(case, ActKind.NEGOTIATION, DAY, "约谈", Outcome.AGREED, world.user("yu"), AT)
    pay(world, case)


def edited(world: World, case: Case) -> None:
    filing.edit(case, case.employer, {"remark": "补充"}, world.user("yu"), AT, seen=case.version)
    pay(world, case)


def asked_for_an_advance(world: World, case: Case) -> None:
    advanced(world, case, None, 1000, by="yu")
    pay(world, case, workers=12, migrants=10, amount=Decimal(119_000))


DID: dict[str, tuple[Callable[[World, Case], None], str]] = {
    "posted all": (posted_all, "记过“清偿”"),
    "posted some": (posted_some, "记过“清偿”"),
    "posted and answered": (posted_and_answered, "记过“冲正”"),
    "found untrue": (found_untrue, "记过“不属实”"),
    "recorded an act": (recorded, "登记过“协商”"),
    "edited": (edited, "修改过案件"),
    "asked for an advance": (asked_for_an_advance, "记过“垫付”"),
}


@pytest.mark.parametrize("name", DID)
def test_who_did_the_work_does_not_write_it_off(world: World, yu: User, name: str) -> None:
    do, said = DID[name]
    case = a_case(world)
    do(world, case)
    case = settle(world, case)
    assert (case.settled_by, case.officer) != (yu, yu)
    with pytest.raises(Forbidden, match=f"您 2026-11-20 在本案{said}，须由另一人审批"):
        close(world, case, "yu")
    assert close(world, case, "wang").state == State.CLOSED


def test_the_stand_in_of_who_did_the_work_is_told_of_whom(world: World, yu: User) -> None:
    case = a_case(world)
    posted_all(world, case)
    case = settle(world, case)
    Appointment.objects.create(
        user=world.people["wang"],
        union=world.unions["370202E0001"],
        role=RoleName.OFFICER,
        since=date(2026, 1, 1),
        acting_for=yu,
    )
    said = "您与余某（2026-11-20 在本案记过“清偿”）之间有代理关系，须由另一人审批"
    with pytest.raises(Forbidden, match=said):
        close(world, case, "wang")
    page = as_user(world, "wang").get(f"/cases/{case.pk}/").content.decode()
    assert said in page


def test_who_verified_a_clue_does_not_write_it_off(world: World, yu: User) -> None:
    draft = a_draft(world)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    case = workflow.move(clue, "verify", yu, AT, seen=clue.version)
    pay(world, case)
    with pytest.raises(Forbidden, match="办理过“查实立案”"):
        close(world, settle(world, case), "yu")


def test_what_was_done_before_the_last_closing_bars_nobody_again(world: World, yu: User) -> None:
    """A reopened case is worked on anew: who handled it then may approve what others have done since."""
    case = a_case(world)
    posted_all(world, case)
    case = close(world, settle(world, case), "wang")
    case = workflow.move(case, "reopen", world.user("wang"), AT, seen=case.version, reason="另有两人")
    ledger.post(case, EntryKind.ADJUSTED, AT.date(), world.user("he"), AT, workers=2, amount=Decimal(5), source="补报")
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, workers=2, amount=Decimal(5))
    assert close(world, settle(world, case), "yu").state == State.CLOSED


def test_who_only_looked_sent_back_or_approves_every_day_is_a_second_person(world: World, yu: User) -> None:
    case = a_case(world)
    pay(world, case)
    case = settle(world, case)
    case = workflow.move(case, "send_back", yu, AT, seen=case.version, reason="缺回单")
    assert as_user(world, "yu").get(f"/cases/{case.pk}/").status_code == 200
    assert close(world, settle(world, case), "yu").state == State.CLOSED
