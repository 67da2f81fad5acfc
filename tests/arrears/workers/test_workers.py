"""The worker list of a case: encrypted, masked, revealed for a purpose, paid, and held against the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from arrears.cases import filing, ledger
from arrears.cases.facts import CaseReader
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.law.rules.evaluator import evaluate
from arrears.law.rules.reader import delivered_rulebooks
from arrears.workers import actions as workers
from arrears.workers import payments as worker_payments
from arrears.workers.actions import WorkerFacts
from arrears.workers.models import Worker, WorkerPayment
from arrears.workers.payments import Payment
from arrears.workers.provides import one_worker_facts
from tests.cast import AT, World, a_case, a_draft
from tests.nets import a_fund, advanced
from tests.pictures import picture
from unions.common import encryption as cipher
from unions.common.encrypted_fields import Private
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event

NAME, PHONE, IDENTITY = "欧阳建国", "13812345678", "370202199001011237"
SLIP = picture(1)


def facts(name: str = NAME, owed: int = 10000, **said: Any) -> WorkerFacts:
    private = {key: Private(said.pop(key)) for key in ("phone", "identity") if key in said}
    return WorkerFacts(Private(name), Decimal(owed), **private, **said)


def twelve(migrants: int = 10) -> list[WorkerFacts]:
    """Twelve people with 120,000 yuan together, as the cast's case states."""
    return [facts(f"职工{n}", migrant=n <= migrants, phone=f"138000000{n:02d}") for n in range(1, 13)]


def listed(world: World, case: Case, rows: list[WorkerFacts] | None = None) -> list[Worker]:
    made = workers.add_workers(case, twelve() if rows is None else rows, world.user("he"), AT)
    case.refresh_from_db()
    return made


# ---- what the database and the log hold -----------------------------------------------------------------------------


def test_the_database_holds_no_private_word(world: World) -> None:
    (made,) = listed(world, a_case(world), [facts(phone=PHONE, identity=IDENTITY)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM workers_worker w WHERE id = %s", [made.pk])
        (row,) = cursor.fetchone()
    assert not any(word in row for word in (NAME, PHONE, IDENTITY, PHONE[-4:], NAME[:2]))
    again = Worker.objects.get(pk=made.pk)
    assert (again.name.text, again.phone.text, again.identity.text) == (NAME, PHONE, IDENTITY)
    assert (again.masked_name, again.masked_phone) == ("欧***", "138****5678")
    assert again.masked_identity.endswith("1237") and "1990" not in again.masked_identity


def test_a_private_word_is_not_printed_by_mistake(world: World) -> None:
    (made,) = listed(world, a_case(world), [facts(phone=PHONE)])
    assert NAME not in f"{made} {made.name} {made.name!r} {vars(made)} {facts()!r}"
    with pytest.raises(TypeError, match="Private"):
        audit.plain({"name": made.name})


def test_private_fields_cannot_be_searched(world: World) -> None:
    with pytest.raises(FieldError):
        Worker.objects.filter(name=NAME)


def test_one_text_is_sealed_differently_each_time_and_only_for_its_place() -> None:
    one, two = cipher.seal(NAME, "a.name"), cipher.seal(NAME, "a.name")
    assert one != two and cipher.unseal(one, "a.name") == NAME
    with pytest.raises(cipher.Unopened):
        cipher.unseal(one, "a.phone")
    with pytest.raises(cipher.Unopened):
        cipher.unseal(one[:-2] + ("A" if one[-2] != "A" else "B") + one[-1], "a.name")


def test_keys_are_changed_without_losing_anything(world: World, settings: Any, capsys: Any) -> None:
    case = a_case(world)
    (made,) = listed(world, case, [facts(phone=PHONE, identity=IDENTITY)])
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["a new key of more than thirty-two characters", *old]
    assert Worker.objects.get().name.text == NAME
    assert workers.listed_places(case, [facts("别人", phone=PHONE)]) == {1}  # found under the old key
    call_command("rotate_field_keys")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    again = Worker.objects.get(pk=made.pk)
    assert (again.name.text, again.phone.text, again.identity.text) == (NAME, PHONE, IDENTITY)
    assert workers.listed_places(case, [facts("别人", phone=PHONE)]) == {1}
    assert "1" in capsys.readouterr().out
    settings.FIELD_KEYS = old
    with pytest.raises(cipher.Unopened):
        Worker.objects.get(pk=made.pk)


def test_events_hold_no_private_word(world: World) -> None:
    case, he = a_case(world), world.user("he")
    (made,) = listed(world, case, [facts(phone=PHONE, identity=IDENTITY)])
    workers.change_worker(made, {"name": Private("欧阳建设"), "owed": Decimal(9000)}, he, AT, seen=1)
    workers.reveal(made, "phone", "电话核实金额", he, AT)
    made.refresh_from_db()
    workers.remove_worker(made, "不属本案", he, AT, seen=2)
    said = str(list(Event.objects.filter(stream=case.stream).values_list("verb", "data")))
    assert "worker.change" in said and "worker.reveal" in said
    assert not any(word in said for word in (NAME, PHONE, IDENTITY, "欧阳"))


# ---- who may --------------------------------------------------------------------------------------------------------


def test_revealing_asks_for_a_purpose_and_is_logged(world: World) -> None:
    case = a_case(world)
    (made,) = listed(world, case, [facts(phone=PHONE)])
    for purpose in ("", "  ", f"打 {PHONE}", "长" * 101):
        with pytest.raises(Refused):
            workers.reveal(made, "phone", purpose, world.user("li"), AT)
    assert not Event.objects.filter(verb="worker.reveal").exists()
    assert workers.reveal(made, "phone", "电话核实金额", world.user("li"), AT) == PHONE
    event = Event.objects.get(verb="worker.reveal")
    assert (event.by, event.data) == (
        world.people["li"],
        {"worker": made.pk, "field": "手机号", "reason": "电话核实金额"},
    )


@pytest.mark.parametrize("name", ["wang", "zhou", "qian", "feng", "shen"])
def test_whoever_only_watches_reveals_nothing(world: World, name: str) -> None:
    (made,) = listed(world, a_case(world), [facts(phone=PHONE)])
    with pytest.raises(Forbidden):
        workers.reveal(made, "phone", "看看", world.user(name), AT)


def test_a_list_is_closed_with_its_case(world: World) -> None:
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(state="settled")
    with pytest.raises(Forbidden):
        workers.add_workers(case, [facts()], world.user("he"), AT)


# ---- changing -------------------------------------------------------------------------------------------------------


def test_a_change_seen_by_somebody_else_first_is_not_overwritten(world: World) -> None:
    (made,) = listed(world, a_case(world), [facts()])
    workers.change_worker(made, {"owed": Decimal(9000)}, world.user("he"), AT, seen=1)
    with pytest.raises(Stale):
        workers.change_worker(made, {"owed": Decimal(8000)}, world.user("li"), AT, seen=1)
    event = Event.objects.get(verb="worker.change")
    assert event.data["before"] == {"owed": "10000.00"} and event.data["changed"] == ["owed"]


def test_one_phone_stands_once_on_a_list(world: World) -> None:
    case, he = a_case(world), world.user("he")
    first, second = listed(world, case, [facts(phone=PHONE), facts("别人")])
    with pytest.raises(Refused, match="已在名单中"):
        workers.add_workers(case, [facts("第三人"), facts("又一人", phone=PHONE)], he, AT)
    with pytest.raises(Refused) as refusal:
        workers.change_worker(second, {"phone": Private(PHONE)}, he, AT, seen=1)
    assert "phone" in refusal.value.fields and PHONE not in refusal.value.message
    assert case.workers.count() == 2
    workers.remove_worker(first, "重复", he, AT, seen=1)
    workers.change_worker(second, {"phone": Private(PHONE)}, he, AT, seen=1)


def test_a_draft_forgets_whom_it_lost_and_a_filed_case_does_not(world: World) -> None:
    draft = a_draft(world)
    (made,) = listed(world, draft, [facts()])
    workers.remove_worker(made, "", world.user("li"), AT, seen=1)
    assert not Worker.objects.exists()
    case = a_case(world, employer=draft.employer)
    (made,) = listed(world, case, [facts()])
    with pytest.raises(Refused, match="原因"):
        workers.remove_worker(made, " ", world.user("li"), AT, seen=1)
    workers.remove_worker(made, "不属本案", world.user("li"), AT, seen=1)
    assert Worker.objects.get().removed_by == world.people["li"] and not case.workers.listed().exists()


def test_a_draft_is_thrown_away_with_its_list(world: World) -> None:
    draft = a_draft(world)
    listed(world, draft)
    filing.discard(draft, world.user("li"), AT)
    assert not Worker.objects.exists()


# ---- payments -------------------------------------------------------------------------------------------------------


def test_a_payment_list_is_one_entry_of_the_ledger(world: World, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    case, he = a_case(world), world.user("he")
    made = listed(world, case)
    amounts = {made[0].pk: Decimal(10000), made[1].pk: Decimal(10000), made[11].pk: Decimal(4000)}
    slip = SimpleUploadedFile("回单.png", SLIP)
    entry = worker_payments.pay(case, amounts, Payment(date(2026, 11, 18), "", slip), he, AT)
    assert (entry.kind, entry.workers, entry.migrants, entry.amount) == ("paid", 2, 2, Decimal(24000))
    assert LedgerEntry.objects.filter(kind="paid").count() == 1
    assert {row.evidence.name for row in WorkerPayment.objects.all() if row.evidence} == {"回单.png"}
    paid = dict(case.workers.with_paid().values_list("pk", "paid"))
    assert paid[made[11].pk] == 4000 and paid[made[2].pk] == 0


def test_nobody_gets_more_than_is_owed_and_nothing_is_written_then(world: World) -> None:
    case = a_case(world)
    first, second = listed(world, case)[:2]
    amounts = {first.pk: Decimal(5000), second.pk: Decimal("10000.01")}
    with pytest.raises(Refused) as refusal:
        worker_payments.pay(case, amounts, Payment(date(2026, 11, 18)), world.user("he"), AT)
    assert list(refusal.value.fields) == [f"worker-{second.pk}"]
    assert not WorkerPayment.objects.exists() and not LedgerEntry.objects.filter(kind="paid").exists()


def test_whom_an_advance_reached_is_said_once_it_stands(world: World) -> None:
    case = a_case(world)
    first = listed(world, case)[0]
    entry = advanced(world, case, a_fund(world), 10_000, workers=1)
    worker_payments.allocate(case, entry, {first.pk: Decimal(10000)}, world.user("he"), AT)
    assert case.workers.with_paid().get(pk=first.pk).paid == 10_000  # type: ignore[attr-defined]
    assert (entry.kind, entry.fund) == ("advanced", "emergency")


def test_a_reversed_entry_was_paid_to_nobody(world: World) -> None:
    case, he = a_case(world), world.user("he")
    first = listed(world, case)[0]
    entry = worker_payments.pay(case, {first.pk: Decimal(10000)}, Payment(date(2026, 11, 18)), he, AT)
    ledger.reverse(entry, date(2026, 11, 19), he, AT, "付错人")
    assert case.workers.with_paid().get(pk=first.pk).paid == 0  # type: ignore[attr-defined]
    case.refresh_from_db()
    assert workers.differences(case, workers.totals(case.workers.with_paid()), ledger.balance(case)) == []


def test_what_was_paid_is_not_owed_less_and_not_removed(world: World) -> None:
    case, he = a_case(world), world.user("he")
    first = listed(world, case)[0]
    worker_payments.pay(case, {first.pk: Decimal(4000)}, Payment(date(2026, 11, 18)), he, AT)
    with pytest.raises(Refused, match="不能少于"):
        workers.change_worker(first, {"owed": Decimal(3000)}, he, AT, seen=1)
    with pytest.raises(Refused, match="清偿记录"):
        workers.remove_worker(first, "不属本案", he, AT, seen=1)


def test_payments_only_grow(world: World) -> None:
    case = a_case(world)
    first = listed(world, case)[0]
    worker_payments.pay(case, {first.pk: Decimal(10000)}, Payment(date(2026, 11, 18)), world.user("he"), AT)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        WorkerPayment.objects.update(amount=1)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        WorkerPayment.objects.all()._raw_delete("default")


def test_a_payment_in_the_ledger_is_told_whom_it_reached(world: World) -> None:
    case, he = a_case(world), world.user("he")
    made = listed(world, case)
    entry = ledger.post(case, EntryKind.PAID, date(2026, 11, 18), he, AT, workers=1, migrants=1, amount=Decimal(10000))
    (gap,) = workers.differences(case, workers.totals(case.workers.with_paid()), ledger.balance(case))
    assert (gap.what, gap.gap) == ("已解决", ledger.Sums(-1, -1, Decimal(-10000)))
    with pytest.raises(Refused, match="多于这一笔"):
        worker_payments.allocate(case, entry, {one.pk: Decimal(6000) for one in made[:2]}, he, AT)
    worker_payments.allocate(case, entry, {made[0].pk: Decimal(10000)}, he, AT)
    assert workers.differences(case, workers.totals(case.workers.with_paid()), ledger.balance(case)) == []
    assert worker_payments.unallocated(case) == {}
    assert LedgerEntry.objects.filter(case=case).count() == 2


# ---- beside the ledger ----------------------------------------------------------------------------------------------


def test_list_and_ledger_agree_or_say_by_how_much(world: World) -> None:
    case = a_case(world)
    listed(world, case, twelve(migrants=9)[:11])
    listed_now = workers.totals(case.workers.with_paid())
    (gap,) = workers.differences(case, listed_now, ledger.balance(case))
    assert gap.gap == ledger.Sums(-1, -1, Decimal(-10000))
    ledger.post(
        case,
        EntryKind.ADJUSTED,
        date(2026, 11, 18),
        world.user("he"),
        AT,
        workers=-1,
        migrants=-1,
        amount=Decimal(-10000),
        source="按职工名单核对",
    )
    assert workers.differences(case, listed_now, ledger.balance(case)) == []


# ---- QD-4.1c --------------------------------------------------------------------------------------------------------


def thresholds(case: Case) -> tuple[set[str], set[str]]:
    """(clauses that hold, clauses that are unclear) for the case as 青岛's rulebook sees it."""
    (subject,) = CaseReader().read([case.pk])
    verdict = evaluate(subject.facts, delivered_rulebooks()["qingdao-2021"])
    return {row.clause for row in verdict.triggered}, {row.clause for row in verdict.unclear}


OWED = {"owed_from": date(2026, 6, 1), "owed_until": date(2026, 8, 31)}


def small_case(world: World) -> Case:
    """Nine workers with 30,000 yuan: only one worker's own share could put it on the summary."""
    return a_case(world, stated_workers=9, stated_migrants=9, stated_amount=Decimal(30000))


def test_QD_4_1c_without_a_list_the_one_worker_test_is_unclear(world: World) -> None:
    assert thresholds(small_case(world)) == (set(), {"QD-4.1c"})


def test_QD_4_1c_one_worker_of_the_list_decides(world: World) -> None:
    case = small_case(world)
    listed(world, case, [facts(owed=10000, **OWED)])
    assert thresholds(case) == ({"QD-4.1c"}, set())


def test_QD_4_1c_a_whole_list_without_such_a_worker_decides_too(world: World) -> None:
    case = small_case(world)
    rows = [facts(f"职工{n}", 2500, **OWED) for n in range(8)]
    listed(world, case, [*rows, facts("久", 10000, owed_from=date(2026, 6, 2), owed_until=date(2026, 8, 31))])
    assert thresholds(case) == (set(), set())


def test_QD_4_1c_whose_months_are_not_known_stays_unclear(world: World) -> None:
    case = small_case(world)
    listed(world, case, [facts("职工", 3000, **OWED), facts("无期", 12000)])
    assert thresholds(case) == (set(), {"QD-4.1c"})


def test_reading_lists_costs_one_query_for_any_number_of_cases(world: World, django_assert_num_queries: Any) -> None:
    case = small_case(world)
    others = [a_case(world, employer=case.employer) for _ in range(3)]
    for one in [case, *others]:
        listed(world, one, [facts(**OWED)])
    with django_assert_num_queries(1):
        found = one_worker_facts([case.pk, *(one.pk for one in others)])
    assert len(found) == 4
