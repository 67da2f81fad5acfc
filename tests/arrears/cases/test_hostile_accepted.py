"""The day of acceptance of a filed case is corrected: its 认定 goes with it, or the correction is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from arrears.cases import filing, ledger, workflow
from arrears.cases.models import Case, EntryKind
from arrears.law.scope import Period, Scope
from reporting.forms.figures import gather
from reporting.forms.files import known
from tests.cast import AT, World, a_case, a_draft, moment
from tests.readers import as_user
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Event

NOW = moment("2026-11-29 10:00")
K = EntryKind
ALL = ledger.Sums(12, 10, Decimal(120_000))


def nov(day: int) -> date:
    return date(2026, 11, day)


def correct(world: World, case: Case, day: date | None, who: str = "li") -> Case:
    case.refresh_from_db()
    return filing.edit(case, case.employer, {"accepted_on": day}, world.user(who), NOW, seen=case.version)


def post(world: World, case: Case, kind: str, day: int, workers: int, amount: int) -> Any:
    return ledger.post(
        case, EntryKind(kind), nov(day), world.user("he"), NOW, workers=workers, amount=Decimal(amount), source="凭证"
    )


def every_day(case: Case) -> list[int]:
    """Yuan outstanding at the end of every day of the month; none below nothing."""
    left = [ledger.balance(case, nov(day)).outstanding for day in range(1, 31)]
    assert all(min(sums.workers, sums.migrants, sums.amount) >= 0 for sums in left)
    return [int(sums.amount) for sums in left]


def annex(world: World, month: int) -> list[list[Any]]:
    """The rows of Qinghai's Annex 1 of a month, as of its last day: number, day, employer, industry, people, 万元 and more."""
    last = date(2026, month + 1, 1) - timedelta(days=1)
    scope = Scope(world.unions["370000"], Period(date(2026, month, 1), last, last))
    return [list(cells) for _, cells in gather(known()["qinghai-annex-1"], scope).rows]


@pytest.mark.parametrize("day", [2, 9, 11, 20, 29])
def test_what_was_recognised_goes_with_the_day(world: World, day: int) -> None:
    """The case is accepted on the 10th; it always owes the same from its day on and nothing before."""
    case = correct(world, a_case(world), nov(day))
    assert case.accepted_on == nov(day)
    assert every_day(case) == [0] * (day - 1) + [120_000] * (31 - day)
    assert ledger.balance(case).owed == ALL
    first = ledger.standing(case)
    assert [(entry.kind, entry.on) for entry in first] == [("recognised", nov(day))]
    assert first[0].source == f"立案登记；受理日期由 2026-11-10 更正为 {nov(day)}"
    verbs = [event.verb for event in Event.objects.filter(stream=case.stream).order_by("seq")]
    assert verbs[-3:] == ["entry.recognised", "entry.reversed", "edit"]
    assert [link for link in audit.broken_links() if link.stream == case.stream] == []


def test_QH_A1_the_annex_of_the_month_says_whom_and_how_much(world: World) -> None:
    """A case put back into the month before was printed there with nobody and no money."""
    case = a_case(world)
    before = annex(world, 11)
    assert (len(before), annex(world, 10)) == (1, [])
    correct(world, case, date(2026, 10, 30))
    assert annex(world, 11) == []
    (row,) = annex(world, 10)
    assert row[4:6] == before[0][4:6] == [12, Decimal("12.0000")]


def test_there_and_back_again(world: World) -> None:
    case = a_case(world)
    for day in (20, 5, 10, 12):
        case = correct(world, case, nov(day))
    assert every_day(case) == [0] * 11 + [120_000] * 19
    assert [entry.on for entry in ledger.standing(case)] == [nov(12)]


def test_other_facts_leave_the_books_alone(world: World) -> None:
    case = a_case(world)
    filing.edit(
        case, case.employer, {"remark": "补充", "accepted_on": nov(10)}, world.user("li"), NOW, seen=case.version
    )
    assert case.entries.count() == 1


# (what else is in the books, the new day, what is said)
BETWEEN: dict[str, tuple[list[tuple[Any, ...]], int, str]] = {
    "paid before the new day": ([("paid", 12, 1, 10)], 15, "2026-11-12 的“清偿”（1 人，10.00 元）"),
    "paid on the old day": ([("paid", 10, 1, 10)], 15, "请先在台账把它冲正到当日"),
    "less owed before the new day": ([("adjusted", 12, -1, -10)], 15, "或把受理日期改为 2026-11-12 或之前"),
    "recognised before the old day": ([("recognised", 8, 1, 10)], 5, "2026-11-08 的“认定”"),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_stands_in_between_is_named(world: World, name: str) -> None:
    entries, day, said = BETWEEN[name]
    case = a_case(world)
    for entry in entries:
        post(world, case, *entry)
    before = every_day(case)
    with pytest.raises(Refused) as refusal:
        correct(world, case, nov(day))
    assert said in refusal.value.message and "accepted_on" in refusal.value.fields
    case.refresh_from_db()
    assert (case.accepted_on, every_day(case), case.entries.count()) == (nov(10), before, 1 + len(entries))


def test_what_the_refusal_says_mends_it(world: World) -> None:
    case = a_case(world)
    entry = post(world, case, "paid", 12, 1, 10)
    with pytest.raises(Refused, match="改为 2026-11-12 或之前"):
        correct(world, case, nov(15))
    assert correct(world, case, nov(12)).accepted_on == nov(12)
    ledger.reverse(entry, nov(12), world.user("he"), NOW, "日期记错")
    post(world, case, "paid", 16, 1, 10)
    assert every_day(correct(world, case, nov(15))) == [0] * 14 + [120_000] + [119_990] * 15


def test_a_payment_after_both_days_stays_where_it_is(world: World) -> None:
    case = a_case(world)
    post(world, case, "paid", 18, 2, 20_000)
    assert every_day(correct(world, case, nov(18))) == [0] * 17 + [100_000] * 13
    assert every_day(correct(world, case, nov(3))) == [0] * 2 + [120_000] * 15 + [100_000] * 13


@pytest.mark.parametrize("day", [None, date(2026, 11, 30), date(1900, 1, 1)])
def test_a_filed_case_keeps_a_day_that_can_be(world: World, day: date | None) -> None:
    case = a_case(world)
    with pytest.raises(Refused) as refusal:
        correct(world, case, day)
    assert "accepted_on" in refusal.value.fields


def test_a_draft_has_no_books_to_correct(world: World) -> None:
    draft = correct(world, a_draft(world), nov(3))
    case = workflow.move(draft, "file", world.user("li"), AT, seen=draft.version)
    assert every_day(case) == [0] * 2 + [120_000] * 28


def test_the_form_says_it_beside_the_day(world: World) -> None:
    case = a_case(world)
    post(world, case, "paid", 12, 1, 10)
    he = as_user(world, "he")
    page = he.get(f"/cases/{case.pk}/edit/")
    form = page.context["form"]
    said = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    case.refresh_from_db()
    said |= {"accepted_on": "2026-11-15", "seen": str(case.version)}
    answer = he.post(f"/cases/{case.pk}/edit/", said)
    assert answer.status_code == 422
    assert "2026-11-12 的“清偿”" in answer.content.decode()
