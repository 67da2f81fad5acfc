"""The same matter twice: found, linked, merged by a second person, counted once, and parted again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from arrears.cases import employer_history as histories
from arrears.cases import ledger, workflow
from arrears.cases.models import Case, EntryKind, LedgerEntry, Project, State
from arrears.escalations import actions as escalations
from arrears.imports.run import look
from arrears.law.models import Obligation
from arrears.law.scope import Scope
from arrears.legal import actions as legal
from arrears.legal.models import ProceedingKind
from arrears.merging import actions as merging
from arrears.merging import duplicates
from arrears.merging.duplicates import Probe
from arrears.merging.models import Merger, SetApart
from arrears.plans.models import Receivable, Recovery
from arrears.workers import actions as workers
from arrears.workers import payments as worker_payments
from arrears.workers.actions import WorkerFacts
from arrears.workers.payments import Payment
from reporting.forms.measures import MEASURES, rows_of, total_of
from reporting.forms.periods import Period
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user
from tests.sheets import GOOD, sheet
from unions.common.encrypted_fields import Private
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log.audit import broken_links
from unions.models import Event, Union
from unions.people.rights import Right

TODAY = date(2026, 11, 20)
CODE = "91370200MA3XXXXX0K"


def names(found: duplicates.Likenesses) -> list[tuple[Case, tuple[str, ...]]]:
    return [(row.case, row.reasons) for row in found.visible]


# ---- finding --------------------------------------------------------------------------------------------------------


def test_the_same_name_in_another_writing_is_the_same_employer(world: World) -> None:
    case = a_case(world, employer=an_employer("海风（青岛）建设有限公司"))
    probe = Probe("海风(青岛) 建设有限公司", "", "370202", date(2026, 10, 1), None)
    ((found, reasons),) = names(duplicates.find_likenesses(probe, world.user("li"), TODAY))
    assert found == case
    assert reasons == ("单位名称相同，同在一个区县", "欠薪期间重叠（该案 2026-06-01 至 2026-10-31）")


def test_one_code_is_one_employer_and_two_codes_are_two(world: World) -> None:
    employer = an_employer("海风建设有限公司", uscc=CODE)
    case = a_case(world, employer=employer)
    li = world.user("li")
    assert names(duplicates.find_likenesses(Probe("改了名字", CODE), li, TODAY)) == [(case, ("统一社会信用代码相同",))]
    assert not duplicates.find_likenesses(Probe("海风建设有限公司", "91370202MA3YYYYY1B"), li, TODAY)


def test_the_same_phone_is_found_without_reading_it(world: World) -> None:
    case = a_case(world)
    facts = [WorkerFacts(Private("张三"), Decimal(100), Private("13812345678"))]
    workers.add_workers(case, facts, world.user("he"), AT)
    other = a_case(world, employer=an_employer("毫不相干公司"), owed_from=None, owed_until=None)
    workers.add_workers(other, [WorkerFacts(Private("张叁"), Decimal(9), Private("13812345678"))], world.user("he"), AT)
    found = duplicates.find_likenesses(duplicates.probe_of(other), world.user("he"), TODAY, but=other.pk)
    alike = ("金额相近（该案 12.00 万元）", "人数相近（该案 12 人）")
    assert names(found) == [(case, ("有 1 名职工的手机号或身份证号相同", *alike))]


def test_of_other_units_only_the_unit_and_its_phone_are_said(world: World) -> None:
    Union.objects.filter(code="370203").update(duty_officer="冯经办", duty_phone="0532-80000003")
    a_case(world, "chu", "370203E0001", employer=an_employer("海风建设有限公司", "370203"))
    client = as_user(world, "li")
    answer = client.get("/cases/duplicates/", {"employer_name": "海风建设有限公司", "region_code": "370202"})
    assert "台东餐饮工会" in answer.text and "0532-80000003" in answer.text
    assert "370203E0001-2026" not in answer.text and "120" not in answer.text and "<a href" not in answer.text


def test_a_draft_of_another_unit_is_not_spoken_of(world: World) -> None:
    a_draft(world, "chu", "370203E0001", employer=an_employer("海风建设有限公司", "370203"))
    assert not duplicates.find_likenesses(Probe("海风建设有限公司"), world.user("li"), TODAY)


def test_an_old_closed_case_is_history_and_no_duplicate(world: World) -> None:
    case = a_case(world, accepted_on=date(2024, 3, 1), owed_from=date(2024, 1, 1), owed_until=date(2024, 2, 1))
    probe = Probe("海风建设有限公司", "", "370202")
    assert names(duplicates.find_likenesses(probe, world.user("li"), TODAY))  # still open
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=date(2024, 5, 1))
    assert not duplicates.find_likenesses(probe, world.user("li"), TODAY)


# ---- scored ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "likely"),
    [
        ({}, True),
        (
            {
                "owed_from": date(2025, 1, 1),
                "owed_until": date(2025, 3, 31),
                "stated_amount": 300_000,
                "stated_workers": 30,
            },
            False,
        ),
        ({"stated_workers": 90, "stated_migrants": 0, "stated_amount": 900_000}, True),  # of the same months
        ({"stated_workers": 90, "stated_amount": 900_000, "owed_from": None, "owed_until": None}, False),
    ],
)
def test_a_case_of_the_same_employer_alone_is_no_duplicate(world: World, facts: dict[str, Any], likely: bool) -> None:
    case = a_case(world)
    other = a_case(world, employer=case.employer, **facts)
    assert bool(found_for(world, other)) == likely


def test_another_project_of_the_employer_is_another_matter(world: World) -> None:
    employer = an_employer()
    tower, bridge = (Project.objects.create(employer=employer, name=name, nature="other") for name in ("大厦", "大桥"))
    case = a_case(world, employer=employer, on_project=True, nature="other", project=tower, owed_until=None)
    same = a_case(world, employer=employer, on_project=True, nature="other", project=tower, owed_until=None)
    other = a_case(
        world,
        employer=employer,
        on_project=True,
        nature="other",
        project=bridge,
        stated_amount=900_000,
        stated_workers=90,
    )
    ((found, reasons),) = found_for(world, same)
    assert found == case and "工程项目相同（大厦）" in reasons and "金额相近（该案 12.00 万元）" in reasons
    assert found_for(world, other) == []


def test_the_three_likeliest_are_shown_the_best_first(world: World) -> None:
    case = a_case(world)
    for amount in (500_000, 400_000, 300_000, 121_000):
        a_case(world, employer=case.employer, stated_amount=amount)
    amounts = [found.stated_amount for found, _ in found_for(world, case)]
    assert len(amounts) == 3 and amounts[0] == 121_000


def test_linked_cases_take_no_place_among_the_likeliest(world: World) -> None:
    case = a_case(world)
    he = world.user("he")
    for _ in range(3):
        merging.link(case, a_case(world, employer=case.employer), "", he, AT)
    another = a_case(world, employer=case.employer, stated_amount=400_000)
    client = as_user(world, "he")
    assert f"/cases/{case.pk}/apart/{another.pk}/" in client.get(f"/cases/{case.pk}/likenesses/").text
    assert client.post(f"/cases/{case.pk}/apart/{another.pk}/").status_code == 302


def found_for(world: World, case: Case) -> list[tuple[Case, tuple[str, ...]]]:
    return names(duplicates.find_likenesses(duplicates.probe_of(case), world.user("he"), TODAY, but=case.pk))


# ---- 不是重复 -------------------------------------------------------------------------------------------------------


def test_a_pair_set_apart_comes_back_only_with_something_more_in_common(world: World) -> None:
    case = a_case(world, owed_from=None, owed_until=None)
    other = a_case(world, employer=case.employer)
    he = as_user(world, "he")
    assert found_for(world, case) and found_for(world, other)
    answer = he.post(f"/cases/{other.pk}/apart/{case.pk}/")
    assert answer.status_code == 302
    assert found_for(world, case) == found_for(world, other) == []
    page = he.get(f"/cases/{case.pk}/likenesses/").text
    assert "已确认不是重复的案件 1 件" in page and "何经办 于" in page
    assert he.post(f"/cases/{other.pk}/apart/{case.pk}/").status_code == 409
    Case.objects.filter(pk=case.pk).update(stated_amount=119_000)  # near as before
    assert found_for(world, other) == []
    Case.objects.filter(pk=case.pk).update(owed_from=date(2026, 7, 1))  # the months are known now, and the same
    ((found, _),) = found_for(world, other)
    assert found == case
    assert [one.verb for one in Event.objects.filter(verb="set_apart")] == ["set_apart"] * 2


def test_one_more_worker_of_both_brings_a_pair_back(world: World) -> None:
    case = a_case(world)
    other = a_case(world, employer=an_employer("毫不相干公司"), owed_from=None, owed_until=None)
    he = world.user("he")
    for number in ("13812345678", "13812345679"):
        for one in (case, other):
            workers.add_workers(one, [WorkerFacts(Private("张三"), Decimal(9), Private(number))], he, AT)
        assert found_for(world, other)
        (likeness,) = duplicates.find_likenesses(duplicates.probe_of(other), he, TODAY, but=other.pk).visible
        merging.set_apart(other, case, likeness.common, he, AT)
        assert found_for(world, other) == []


def test_who_works_on_neither_sets_nothing_apart_and_nobody_undoes_it(world: World) -> None:
    case = a_case(world)
    other = a_case(world, employer=case.employer)
    assert as_user(world, "qian").post(f"/cases/{case.pk}/apart/{other.pk}/").status_code == 403
    row = merging.set_apart(case, other, ("employer",), world.user("he"), AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        SetApart.objects.filter(pk=row.pk).update(common=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    with pytest.raises(Refused):
        merging.set_apart(case, a_draft(world, employer=case.employer), (), world.user("he"), AT)


def test_what_is_half_typed_disturbs_nothing(world: World) -> None:
    client = as_user(world, "li")
    for query in ({}, {"employer_name": "海"}, {"owed_from": "2026-1"}, {"uscc": "9" * 50}, {"case": "x"}):
        assert client.get("/cases/duplicates/", query).status_code == 200


def test_the_price_of_looking_does_not_grow(world: World, django_assert_max_num_queries: Any) -> None:
    employer = an_employer()
    for _ in range(30):
        a_case(world, employer=employer)
    probe = Probe(employer.name, "", "370202")
    li = world.user("li")
    li.paths(Right.VIEW)
    with django_assert_max_num_queries(5):
        duplicates.find_likenesses(probe, li, TODAY)


def test_an_import_says_which_rows_may_be_there_already(world: World, tmp_path: Path) -> None:
    known = {**GOOD, "原编号": "A-1"}
    other = {**GOOD, "原编号": "A-2", "企业名称": "毫不相干公司"}
    a_case(world, accepted_on=date(2023, 5, 1))
    path = sheet(tmp_path / "old.xlsx", [known, other])
    found, taken = look(path, world.unions["370202"], AT)
    assert (found.faults, taken.created) == ([], 2)
    assert any("有 1 行的用人单位在系统中已有时间相近的案件（第 2 行）" in text for text in found.warnings)


# ---- linking --------------------------------------------------------------------------------------------------------


def test_two_cases_of_one_matter_name_each_other(world: World) -> None:
    case = a_case(world)
    other = a_case(world, employer=case.employer)
    he = world.user("he")
    row = merging.link(other, case, "同一工地", he, AT)
    assert merging.link(case, other, "", he, AT) == row
    assert [found for _, found in duplicates.linked(case, he)] == [other]
    merging.unlink(row, he, AT)
    assert duplicates.linked(case, he) == []
    with pytest.raises(Stale):
        merging.unlink(row, he, AT)
    with pytest.raises(Refused):
        merging.link(case, case, "", he, AT)


# ---- merging --------------------------------------------------------------------------------------------------------


def asked(world: World, duplicate: Case, into: Case) -> Merger:
    return merging.request(duplicate, into, "同一批职工", world.user("he"), AT, seen=duplicate.version)


def pair(world: World) -> tuple[Case, Case]:
    """(the duplicate, the case that remains)."""
    into = a_case(world)
    return a_case(world, employer=into.employer, channel="hotline"), into


def merged(world: World) -> Merger:
    duplicate, into = pair(world)
    row = asked(world, duplicate, into)
    return merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)


def figures(world: World, day: date) -> tuple[Any, ...]:
    """(verified cases, people owed, money owed) of the district up to `day`, as the tables count."""
    scope = Scope(world.unions["370202"], Period(date(2026, 1, 1), day, day))
    return tuple(
        rows_of(measure.over, scope).aggregate(n=total_of(measure, measure.when(scope)))["n"]
        for measure in (MEASURES[name] for name in ("cases_verified", "workers_owed", "amount_owed"))
    )


def test_a_merger_counts_the_matter_once_and_undoing_restores(world: World) -> None:
    row = merged(world)
    before, after = AT.date() - timedelta(days=1), AT.date()
    row.duplicate.refresh_from_db()
    assert row.duplicate.state == State.MERGED and ledger.balance(row.duplicate) == ledger.Balance()
    assert figures(world, after) == (1, 12, Decimal(120000))
    assert LedgerEntry.objects.filter(case=row.duplicate, on__lte=before).count() == 1  # the past stands
    merging.request_undo(row, "不是同一批人", world.user("he"), AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    row.duplicate.refresh_from_db()
    assert row.duplicate.state == State.OPEN
    assert figures(world, after) == (2, 24, Decimal(240000))
    assert list(broken_links()) == []


def test_a_clue_becomes_a_clue_again(world: World) -> None:
    into = a_case(world)
    draft = a_draft(world, employer=into.employer)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    row = asked(world, clue, into)
    merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    merging.request_undo(row, "不是", world.user("he"), AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    clue.refresh_from_db()
    assert clue.state == State.CLUE and clue.verified_on is None


def test_what_workers_received_is_restored_too(world: World) -> None:
    duplicate, into = pair(world)
    he = world.user("he")
    (worker,) = workers.add_workers(duplicate, [WorkerFacts(Private("张三"), Decimal(1000))], he, AT)
    worker_payments.pay(duplicate, {worker.pk: Decimal(400)}, Payment(date(2026, 11, 18)), he, AT)
    duplicate.refresh_from_db()
    row = asked(world, duplicate, into)
    merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    assert duplicate.workers.with_paid().get().paid == 0  # type: ignore[attr-defined]
    merging.request_undo(row, "不是", he, AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    assert duplicate.workers.with_paid().get().paid == 400  # type: ignore[attr-defined]


def test_what_came_in_by_a_suit_and_of_a_debt_is_known_again_when_parted(world: World) -> None:
    duplicate, into = pair(world)
    he, kind = world.user("he"), ProceedingKind.LITIGATION
    suit = legal.begin(duplicate, kind, date(2026, 11, 11), "人民法院", "支付工资", he, AT)
    suit = legal.receive(suit, date(2026, 11, 18), 0, 0, Decimal(400), he, AT)
    legal.finish(suit, date(2026, 11, 19), "judged", "", he, AT)
    paid = ledger.post(duplicate, EntryKind.PAID, date(2026, 11, 19), he, AT, amount=Decimal(300), source="收回账款")
    debt = Receivable.objects.create(
        case=duplicate, debtor="建设单位", amount=500, since=TODAY, union=duplicate.union, by=he, at=AT
    )
    Recovery.objects.create(receivable=debt, on=TODAY, amount=300, entry=paid, by=he, at=AT)
    duplicate.refresh_from_db()
    row = asked(world, duplicate, into)
    merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    assert legal.received(suit) == 0 and Recovery.objects.get().wages == 0
    merging.request_undo(row, "不是", he, AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    assert legal.received(suit) == 400 and Recovery.objects.get().wages == 300


def test_a_merged_case_owes_nothing_and_owes_again_when_parted(world: World) -> None:
    row = merged(world)
    owed = Obligation.objects.filter(case=row.duplicate)
    assert owed.exists() and not owed.filter(met_at=None, lifted_at=None).exists()
    assert owed.filter(lifted_reason__contains="已并入另一案件").exists()
    merging.request_undo(row, "不是", world.user("he"), AT)
    merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))
    assert owed.filter(met_at=None, lifted_at=None).exists()


@pytest.mark.parametrize("name", ["he", "li", "sun", "zhou", "qian"])
def test_only_a_second_person_of_the_unit_merges(world: World, name: str) -> None:
    row = asked(world, *pair(world))
    with pytest.raises(Forbidden):
        merging.approve(row, by=world.user(name), at=AT, seal=row.snapshot_hash)


def test_the_door_itself_merges_nothing(world: World) -> None:
    case = a_case(world)
    for given in ({}, {"merger": 1}, {"merger": {"duplicate_id": case.pk}}):
        with pytest.raises(Refused, match="第二人"):
            workflow.move(case, "merge", world.user("wang"), AT, seen=case.version, **given)
    assert "merge" not in {offer.name for offer in workflow.offers(case, world.user("wang"), TODAY)}


def test_an_approval_is_bound_to_what_both_cases_showed(world: World) -> None:
    duplicate, into = pair(world)
    row = asked(world, duplicate, into)
    ledger.post(into, "paid", date(2026, 11, 18), world.user("he"), AT, workers=1, amount=Decimal(5))  # type: ignore[arg-type]
    with pytest.raises(Stale):
        merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)


def test_what_cannot_be_merged_is_refused(world: World) -> None:
    duplicate, into = pair(world)
    he = world.user("he")
    with pytest.raises(Refused):
        merging.request(duplicate, duplicate, "x", he, AT, seen=duplicate.version)
    with pytest.raises(Refused, match="同一件"):
        merging.request(duplicate, into, " ", he, AT, seen=duplicate.version)
    with pytest.raises(Stale):
        merging.request(duplicate, into, "x", he, AT, seen=duplicate.version - 1)
    asked(world, duplicate, into)
    with pytest.raises(Stale, match="已经提出"):
        asked(world, duplicate, into)
    Case.objects.filter(pk=into.pk).update(state="dismissed")
    third = a_case(world, employer=into.employer)
    with pytest.raises(Refused, match="不能再并入"):
        asked(world, third, into)


def test_no_chain_of_mergers(world: World) -> None:
    row = merged(world)
    into = Case.objects.get(pk=row.into_id)
    third = a_case(world, employer=into.employer)
    with pytest.raises(Refused, match="已有案件并入"):
        asked(world, into, third)


def test_a_report_under_way_is_finished_first(world: World) -> None:
    duplicate, into = pair(world)
    Case.objects.filter(pk=duplicate.pk).update(negotiation_failed_on=date(2026, 11, 12))
    duplicate.refresh_from_db()
    row = asked(world, duplicate, into)
    escalations.request(
        duplicate, world.unions["370202E0001"], "negotiation_failed", "", world.user("li"), AT, seen=duplicate.version
    )
    duplicate.refresh_from_db()
    with pytest.raises(Refused, match="上报"):
        merging.approve(row, by=world.user("wang"), at=AT, seal=merging.merging.seal(Merger.objects.get(pk=row.pk), AT))
    row.refresh_from_db()
    assert row.stage == "requested"
    merging.withdraw(row, by=world.user("he"), at=AT)
    with pytest.raises(Refused, match="上报"):
        asked(world, duplicate, into)


def test_declined_and_withdrawn(world: World) -> None:
    duplicate, into = pair(world)
    row = asked(world, duplicate, into)
    with pytest.raises(Refused):
        merging.decline(row, by=world.user("wang"), at=AT, opinion=" ")
    merging.decline(row, by=world.user("wang"), at=AT, opinion="不同工地")
    row = asked(world, duplicate, into)
    with pytest.raises(Forbidden):
        merging.withdraw(row, by=world.user("li"), at=AT)
    merging.withdraw(row, by=world.user("he"), at=AT)
    assert list(Merger.objects.order_by("pk").values_list("stage", flat=True)) == ["declined", "withdrawn"]
    assert Event.objects.filter(stream=duplicate.stream, verb__startswith="merge.").count() == 4


# ---- an employer's years --------------------------------------------------------------------------------------------


def test_an_employer_page_sums_what_is_visible_and_counts_the_rest(world: World) -> None:
    employer = an_employer()
    a_case(world, employer=employer, accepted_on=date(2025, 3, 1))
    a_case(world, employer=employer)
    a_case(world, "chu", "370203E0001", employer=employer)
    found = histories.history(employer, world.user("li"), TODAY)
    assert [(year.year, year.cases, year.sums.owed.amount) for year in found.years] == [
        (2026, 1, Decimal(120000)),
        (2025, 1, Decimal(120000)),
    ]
    assert (found.repeated, found.others) == (2, 1)
    page = as_user(world, "li").get(f"/employers/{employer.pk}/")
    assert "屡次欠薪" in page.text and "另有 1 件" in page.text and "台东" not in page.text
    assert as_user(world, "wei").get(f"/employers/{employer.pk}/").status_code == 404


def test_a_duplicate_makes_nobody_a_repeat_offender(world: World) -> None:
    row = merged(world)
    found = histories.history(row.into.employer, world.user("li"), timezone.localdate(AT))
    assert (len(found.lines), found.repeated, found.others) == (1, 0, 0)
