"""A clue that is said to be no arrears: not after wages were paid, and not for good when it is taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from arrears import ledger, workflow
from arrears.models import Case, EntryKind, LedgerEntry, State
from tests.cast import AT, World, a_draft
from tests.nets import a_fund, advanced
from tests.readers import as_user
from unions.refusals import Refused

DAY = date(2026, 11, 18)


def a_clue(world: World) -> Case:
    draft = a_draft(world)
    return workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)


def dismiss(world: World, case: Case) -> Case:
    case.refresh_from_db()
    return workflow.move(case, "dismiss", world.user("he"), AT, seen=case.version, reason="属货款纠纷")


def paid(world: World, case: Case) -> LedgerEntry:
    return ledger.post(case, EntryKind.PAID, DAY, world.user("he"), AT, workers=1, amount=Decimal(10_000))


def paid_in_full(world: World, case: Case) -> LedgerEntry:
    return ledger.post(
        case, EntryKind.PAID, DAY, world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120_000)
    )


def advanced_from_a_fund(world: World, case: Case) -> LedgerEntry:
    return advanced(world, case, a_fund(world), 10_000)


WAGES: dict[str, tuple[Callable[[World, Case], LedgerEntry], str]] = {
    "paid": (paid, "清偿"),
    "paid in full": (paid_in_full, "清偿"),
    "advanced": (advanced_from_a_fund, "垫付"),
}


@pytest.mark.parametrize("name", WAGES)
def test_SD_2_2b_what_was_paid_was_owed(world: World, name: str) -> None:
    pay, label = WAGES[name]
    case = a_clue(world)
    entry = pay(world, case)
    with pytest.raises(
        Refused, match=f"有{label}：付过工资的不能按「不属欠薪」处理.*查实立案.*请先在台账冲正"
    ):
        dismiss(world, case)
    page = as_user(world, "he").get(f"/cases/{case.pk}/").content.decode()
    assert f"台账中有{label}：付过工资的不能按「不属欠薪」处理" in page
    ledger.reverse(entry, DAY, world.user("he"), AT, "记错案件")
    done = dismiss(world, case)
    assert (done.state, ledger.balance(done).resolved) == (State.DISMISSED, ledger.Sums())


def test_what_was_paid_on_a_clue_can_still_be_verified(world: World) -> None:
    case = a_clue(world)
    paid(world, case)
    case.refresh_from_db()
    done = workflow.move(case, "verify", world.user("he"), AT, seen=case.version)
    assert done.state == State.OPEN


def test_an_entry_of_nothing_is_never_written(world: World) -> None:
    case = a_clue(world)
    ledger.post(
        case,
        EntryKind.UNTRUE,
        DAY,
        world.user("he"),
        AT,
        workers=12,
        migrants=10,
        amount=Decimal(120_000),
        source="考勤",
    )
    done = dismiss(world, case)  # fmt: skip
    assert not ledger.balance(done).outstanding
    assert [row.kind for row in done.entries.order_by("id")] == ["recognised", "untrue"]
