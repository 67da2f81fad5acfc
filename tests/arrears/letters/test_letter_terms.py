"""QD-6.2: the reply clock of letters by region, as obligations that can be rebuilt; numbers under many hands at once."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, EntryKind
from arrears.cases.second_person import why_not_second_person
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.letters import wording
from arrears.letters.actions import follow_up, issuing
from arrears.letters.models import Letter, LetterKind, LetterState
from arrears.letters.terms import LetterTerms, terms_of
from tests.cast import AT, FOUNDED, World, a_case, an_employer, load, moment
from tests.letters import approved, delivered, issued, refused, shown, submitted
from unions.approvals import seal_of
from unions.log.audit import broken_links
from unions.models import Appointment, UnionKind, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

LATER = moment("2026-12-20 09:00")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def terms(letter: Letter) -> dict[str, Obligation]:
    return {row.rule: row for row in Obligation.objects.filter(subject=f"letter:{letter.pk}")}


def everything() -> list[dict[str, Any]]:
    return list(Obligation.objects.order_by("subject", "rulebook", "rule").values())


def test_QD_6_2_shandong_gives_15_working_days_and_5_to_object(world: World) -> None:
    letter = delivered(world, issued(world, a_case(world)))
    found = terms(letter)
    assert set(found) == {"letter-reply", "letter-objection"}
    reply = found["letter-reply"]
    assert (reply.rulebook, reply.clause) == ("qingdao-2021", "QD-6.2")
    assert reply.due_at == moment("2026-12-11 23:59:59") == letter.reply_due_at
    assert found["letter-objection"].due_at == moment("2026-11-27 23:59:59")
    assert (reply.holder.code, reply.case_id, reply.officer) == ("370202E0001", letter.case_id, world.people["li"])
    assert "送达" in reply.explanation
    assert not letter.is_overdue(moment("2026-12-11 23:59:59"))
    assert letter.is_overdue(moment("2026-12-12 00:00:00"))


def test_QD_6_2_elsewhere_the_law_gives_15_working_days_alone(world: World) -> None:
    province = tree.found("630000", "青海省总工会", UnionKind.PROVINCE, None, FOUNDED, None, AT, region_code="630000")
    world.unions["630000"] = province
    for name, role in (("ma", RoleName.OFFICER), ("mu", RoleName.APPROVER)):
        world.people[name] = User.objects.create_user(name, "x", name=name)
        Appointment.objects.create(user=world.people[name], union=province, role=role, since=FOUNDED)
        sync_rights(world.people[name], timezone.localdate())
    case = a_case(world, "ma", "630000", employer=an_employer("高原建设公司", "630102"))
    letter = submitted(world, case, by="ma", code="630000")
    assert terms_of(letter, date(2026, 11, 20)) == LetterTerms(reply=15)
    letter = delivered(world, approved(world, letter, "mu"), "ma")
    assert {rule: row.rulebook for rule, row in terms(letter).items()} == {"letter-reply": "law-national"}
    assert "异议" not in "".join(letter.content["closing"])


def test_QD_6_2_the_letter_states_its_own_terms(world: World) -> None:
    letter = issued(world, a_case(world))
    said = "".join(letter.content["closing"])
    assert "15个工作日内书面答复" in said and "5个工作日内以书面形式" in said
    assert letter.reply_workdays == 15
    assert "《山东省工会劳动法律监督条例》" in "".join(letter.content["opening"])


def test_QD_6_2_an_answer_meets_the_term_and_a_void_letter_lifts_it(world: World) -> None:
    case = a_case(world)
    letter = delivered(world, issued(world, case))
    answered = follow_up.record_reply(
        letter, world.user("li"), LATER, seen=letter.version, on=date(2026, 12, 1), answer="corrected", note="已付"
    )
    assert terms(answered)["letter-reply"].met_at == moment("2026-12-01 00:00")
    other = delivered(world, issued(world, case, LetterKind.PROMPT))
    other = issuing.make_void(other, world.user("wang"), LATER, seen=other.version, reason="写错")
    assert (terms(other)["letter-reply"].lifted_reason, other.reply_due_at) == ("文书作废", None)


def test_QD_6_2_a_refused_letter_has_no_term(world: World) -> None:
    letter = refused(world, issued(world, a_case(world)))
    assert terms(letter) == {} and letter.reply_due_at is None


def test_QD_6_2_the_department_answers_from_the_day_it_closed_the_matter(world: World) -> None:
    opinion = refused(world, issued(world, a_case(world)))
    letter = issued(world, opinion.case, LetterKind.SUGGESTION, "sun", code="370202", follows=opinion, approver="zhou")
    assert "办结后15个工作日内" in "".join(letter.content["closing"])
    letter = delivered(world, letter, "sun")
    assert terms(letter) == {}
    letter = follow_up.record_department_closing(
        letter, world.user("sun"), LATER, seen=letter.version, on=date(2026, 12, 1)
    )
    assert terms(letter)["department-feedback"].due_at == moment("2026-12-22 23:59:59") == letter.reply_due_at
    letter = follow_up.record_reply(
        letter,
        world.user("sun"),
        LATER,
        seen=letter.version,
        on=date(2026, 12, 10),
        answer="corrected",
        note="已责令支付",
    )
    assert terms(letter)["department-feedback"].met_at is not None


def test_closing_the_case_lifts_the_terms_of_its_letters(world: World) -> None:
    letter = delivered(world, issued(world, a_case(world)))
    case = closed(world, letter.case)
    row = terms(letter)["letter-reply"]
    assert (row.lifted_reason, row.met_at) == ("案件已办结", None)
    workflow.move(case, "reopen", world.user("wang"), LATER, seen=case.version, reason="又欠")
    assert terms(letter)["letter-reply"].is_open


def closed(world: World, case: Case) -> Case:
    he, wang = world.user("he"), world.user("wang")
    ledger.post(
        case, EntryKind.PAID, date(2026, 11, 20), he, AT, workers=12, migrants=10, amount=ledger.Decimal(120000)
    )
    case.refresh_from_db()
    case = workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid")
    assert why_not_second_person(case, wang, he, date(2026, 11, 20)) is None
    return workflow.move(case, "close", wang, AT, seen=case.version, seal=seal_of(snapshot.closing(case)))


def test_rebuilding_gives_the_same_rows(world: World) -> None:
    first = delivered(world, issued(world, a_case(world)))
    delivered(world, issued(world, first.case, LetterKind.PROMPT))
    closed(world, delivered(world, issued(world, a_case(world, employer=an_employer("另一家公司")))).case)
    before = everything()
    kept = rebuild_all(LATER)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)
    assert everything() == before
    Obligation.objects.filter(subject__startswith="letter:").delete()
    Letter.objects.update(reply_due_at=None)
    rebuild_all(LATER)
    keys = [{key: row[key] for key in row if key != "id"} for row in before]
    assert [{key: row[key] for key in row if key != "id"} for row in everything()] == keys
    assert Letter.objects.get(pk=first.pk).reply_due_at == first.reply_due_at


# ---- many at once -------------------------------------------------------------------------------------------------

ISSUERS = 50


def test_QD_6_2_numbers_of_fifty_at_once_leave_no_gap_and_no_double(
    cast_database: None, transactional_db: None
) -> None:
    """Fifty approvals from one starting shot, each on a connection of its own; every fifth is of a stale page and gives nothing."""
    world = load()
    letters = [submitted(world, a_case(world, employer=an_employer(f"{number}号公司"))) for number in range(ISSUERS)]
    seals = [shown(letter) if number % 5 else "0" * 64 for number, letter in enumerate(letters)]
    gate, refusals = threading.Barrier(ISSUERS), []

    def approve(letter: Letter, seal: str) -> None:
        try:
            connection.ensure_connection()
            gate.wait(60)
            issuing.approve(letter, by=world.user("wang"), at=AT, seal=seal)
        except Exception as error:
            refusals.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=pair) for pair in zip(letters, seals, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert [type(error).__name__ for error in refusals] == ["Stale"] * (ISSUERS // 5)
    good = Letter.objects.filter(state=LetterState.APPROVED)
    assert sorted(good.values_list("serial", flat=True)) == list(range(1, ISSUERS - ISSUERS // 5 + 1))
    assert len(set(good.values_list("number", flat=True))) == good.count()
    assert all(wording.number_of(row.issuer, LetterKind.OPINION, 2026, row.serial) == row.number for row in good)
    assert list(broken_links()) == []
