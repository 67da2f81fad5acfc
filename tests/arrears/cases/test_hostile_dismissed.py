"""A clue that is said to be no arrears: not after wages were paid, and not for good when it is taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry, State
from arrears.law.scope import Period, Scope
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.cast import AT, World, a_draft, moment
from tests.nets import a_fund, advanced
from tests.readers import as_user
from unions.approvals import seal_of
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Event

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


def found_untrue(world: World, case: Case, workers: int, migrants: int, amount: int) -> LedgerEntry:
    return ledger.post(
        case,
        EntryKind.UNTRUE,
        DAY,
        world.user("he"),
        AT,
        workers=workers,
        migrants=migrants,
        amount=Decimal(amount),
        source="考勤",
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
    with pytest.raises(Refused, match=f"有{label}：付过工资的不能按“不属欠薪”处理.*查实立案.*请先在台账冲正"):
        dismiss(world, case)
    page = as_user(world, "he").get(f"/cases/{case.pk}/").content.decode()
    assert f"台账中有{label}：付过工资的不能按“不属欠薪”处理" in page
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
    found_untrue(world, case, 12, 10, 120_000)
    done = dismiss(world, case)
    assert not ledger.balance(done).outstanding
    assert [row.kind for row in done.entries.order_by("id")] == ["recognised", "untrue"]


# ---- taken up again -------------------------------------------------------------------------------------------------

LATER = moment("2026-11-25 10:00")


def reopen(world: World, case: Case) -> Case:
    return workflow.move(case, "reopen", world.user("wang"), LATER, seen=case.version, reason="补来工资欠条")


def printed(world: World, day: int) -> dict[str, str]:
    scope = Scope(world.unions["370000"], Period(date(2026, 11, 1), date(2026, 11, day), date(2026, 11, day)))
    form = known()["shandong-winter"]
    return {
        column.measure: figure.text
        for column, figure in zip(
            (one for one in form.columns if one.measure), tabulate(form, scope).lines[-1].figures, strict=True
        )
    }


def test_a_dismissed_clue_taken_up_again_is_owed_again(world: World) -> None:
    case = reopen(world, dismiss(world, a_clue(world)))
    all_of_it = ledger.Sums(12, 10, Decimal(120_000))
    now = ledger.balance(case)
    assert (now.outstanding, now.untrue, now.share_resolved) == (all_of_it, ledger.Sums(), 0)
    assert not ledger.balance(case, date(2026, 11, 24)).outstanding  # of those days it was said that nothing is owed
    assert ledger.balance(case, date(2026, 11, 25)).outstanding == all_of_it
    page = as_user(world, "he").get(f"/cases/{case.pk}/").content.decode()
    assert "占 0%" in page and "尚有 12 人" in page


def test_the_tables_before_and_after_it_is_taken_up(world: World) -> None:
    reopen(world, dismiss(world, a_clue(world)))
    before, after = printed(world, 24), printed(world, 25)
    assert [before[name] for name in ("cases_verified", "workers_owed", "workers_outstanding")] == ["0"] * 3
    assert [after[name] for name in ("cases_verified", "workers_owed", "workers_outstanding")] == ["1", "12", "12"]
    assert (after["amount_outstanding"], after["workers_resolved"]) == ("12.00", "0")


def test_the_log_says_what_was_answered(world: World) -> None:
    case = reopen(world, dismiss(world, a_clue(world)))
    answer = case.entries.get(kind=EntryKind.REVERSED)
    assert (answer.on, answer.source, answer.by) == (date(2026, 11, 25), "重新办理：补来工资欠条", world.people["wang"])
    told = [(event.verb, event.data.get("entry")) for event in Event.objects.filter(stream=case.stream).order_by("seq")]
    assert told[-2:] == [("entry.reversed", answer.pk), ("reopen", None)]
    assert [link for link in audit.broken_links() if link.stream == case.stream] == []
    page = as_user(world, "he").get(f"/cases/{case.pk}/?tab=facts").content.decode()
    assert "重新办理：补来工资欠条" in page


def test_what_was_found_untrue_before_the_dismissal_stays_so(world: World) -> None:
    case = a_clue(world)
    found_untrue(world, case, 2, 2, 20_000)
    case = reopen(world, dismiss(world, case))
    assert ledger.balance(case).outstanding == ledger.Sums(10, 8, Decimal(100_000))


def test_taken_up_again_it_goes_its_whole_way(world: World) -> None:
    """Paid, asked, closed, by whom the reopening does not bar; and reopened once more nothing is answered twice."""
    case = reopen(world, dismiss(world, a_clue(world)))
    ledger.post(
        case, EntryKind.PAID, LATER.date(), world.user("he"), LATER, workers=12, migrants=10, amount=Decimal(120_000)
    )
    case.refresh_from_db()
    case = workflow.move(case, "settle", world.user("he"), LATER, seen=case.version, conclusion="paid")
    shown = seal_of(snapshot.closing(case))
    case = workflow.move(case, "close", world.user("wang"), LATER, seen=case.version, seal=shown)
    case = reopen(world, case)
    assert case.entries.filter(kind=EntryKind.REVERSED).count() == 1
