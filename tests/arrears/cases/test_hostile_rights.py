"""Reaching for what is somebody else's: hidden fields, guessed numbers, a lost session, a unit that closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from arrears.cases import ledger, snapshot, workflow
from arrears.cases.models import Case, Employer, EntryKind, LedgerEntry, State
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation
from arrears.inspections.models import Inspection
from tests.cast import AT, PASSWORD, World, a_case, a_draft, an_employer
from tests.readers import as_user
from tests.unions.common.test_hostile_text import FULL, VISIT
from unions.approvals import seal_of
from unions.common.refusals import Forbidden, Refused
from unions.log import labels as verbs
from unions.models import Appointment, Event, Stash, Union
from unions.people.appointments import appoint, dismiss
from unions.people.rights import RoleName
from unions.tree import actions as tree

DAY = date(2026, 11, 20)


def asked(world: World, **facts: Any) -> Escalation:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12), **facts)
    return escalations.request(case, case.union, "negotiation_failed", "", world.user("li"), AT, seen=case.version)


def settled(world: World, **facts: Any) -> Case:
    case = a_case(world, **facts)
    ledger.post(case, EntryKind.PAID, DAY, world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120000))
    case.refresh_from_db()
    return workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


# ---- fields that no form has --------------------------------------------------------------------------------------


def test_fields_the_form_does_not_have_change_nothing(world: World) -> None:
    case = a_case(world)
    wang = world.user("wang").pk
    sneaked = {
        "state": "closed",
        "version": "99",
        "number": "1",
        "officer": str(wang),
        "filed_by": str(wang),
        "pk": "1",
        "settled_by": str(wang),
        "last_edited_by": str(wang),
        "path": "1.",
        "handling_union": "1",
        "id": "1",
        "union_id": str(world.unions["370203"].pk),
        "stated_amount": "1",
        "stated_workers": "1",
        "conclusion": "paid",
        "closed_on": "2026-11-20",
        "by": str(wang),
        "at": "2020-01-01",
        "created_at": "2020-01-01T00:00",
    }
    before = Case.objects.values().get()
    answer = as_user(world, "he").post(
        f"/cases/{case.pk}/edit/",
        FULL | sneaked | {"seen": case.version, "union": "370203", "accepted_on": str(case.accepted_on)},
    )
    assert answer.status_code == 302
    after = Case.objects.values().get()
    for name in (
        "state",
        "number",
        "officer_id",
        "filed_by_id",
        "settled_by_id",
        "path",
        "union_id",
        "handling_union_id",
        "stated_amount",
        "stated_workers",
        "conclusion",
        "closed_on",
        "created_at",
    ):
        assert after[name] == before[name], name
    assert (after["version"], after["last_edited_by_id"]) == (before["version"] + 1, world.user("he").pk)
    answer = as_user(world, "he").post(
        f"/cases/{case.pk}/entries/",
        {
            "seen": case.version + 1,
            "kind": "paid",
            "on": "2026-11-18",
            "amount": "5",
            "workers": "1",
            "counts_as": "recognised",
            "by": str(wang),
            "case": "1",
            "cancels": "1",
            "at": "2020-01-01",
        },
    )
    assert answer.status_code == 302
    entry = LedgerEntry.objects.get(kind="paid")
    assert (entry.counts_as, entry.by.username, entry.cancels_id, entry.case_id) == ("paid", "he", None, case.pk)


@pytest.mark.parametrize("code", ["370203E0001", "370203", "370200", "370000", "370202T0001"])
def test_nobody_files_for_a_unit_beyond_her_own(world: World, code: str) -> None:
    li = as_user(world, "li")
    assert li.post("/cases/new/", FULL | {"union": code}).status_code == 422
    assert li.post("/inspections/new/", VISIT | {"union": code}).status_code == 422
    body = {"union": code, "employer_name": "某某公司"}
    assert li.post("/api/cases/", body, content_type="application/json").status_code == 422
    assert li.post("/import/cases/", {"union": world.unions[code].pk}).status_code in (200, 422)
    assert not Case.objects.exists() and not Inspection.objects.exists()


def test_a_sender_somebody_else_speaks_for(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    form = {"sender": world.unions["370203"].pk, "ground": "negotiation_failed", "seen": case.version}
    assert as_user(world, "li").post(f"/cases/{case.pk}/escalate/", form).status_code == 422
    with pytest.raises(Forbidden):
        escalations.request(
            case, world.unions["370202"], "negotiation_failed", "", world.user("li"), AT, seen=case.version
        )


def test_without_the_token_nothing_is_taken(world: World) -> None:
    case = a_case(world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("he"), backend="unions.people.backends.AppointmentBackend")
    for url in (f"/cases/{case.pk}/entries/", f"/cases/{case.pk}/edit/", "/cases/new/", "/exports/new/", "/sign-out/"):
        assert client.post(url, FULL).status_code == 403, url
    url = f"/api/cases/{case.pk}/entries/"
    assert client.post(url, {"kind": "paid"}, content_type="application/json").status_code == 403


# ---- a session that ended, a person who left ----------------------------------------------------------------------


def test_whose_session_ended_comes_back_to_the_page_she_sent_from(world: World) -> None:
    case = a_case(world)
    client = Client()
    for referer, back in (
        (f"http://testserver/cases/{case.pk}/?tab=acts", f"%2Fcases%2F{case.pk}%2F%3Ftab%3Dacts"),
        ("https://elsewhere.example/cases/", f"/cases/{case.pk}/acts/"),
    ):
        answer = client.post(f"/cases/{case.pk}/acts/", FULL, headers={"referer": referer})
        assert answer["Location"] == f"/sign-in/?next={back}"


def test_what_was_typed_is_there_after_signing_in_again(world: World) -> None:
    client = as_user(world, "li")
    client.post("/cases/autosave/", {"employer_name": "打了一半的公司", "union": "370202E0001"})
    client.logout()
    answer = client.post("/cases/new/", FULL)
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")
    client.post(answer["Location"], {"username": "li", "password": PASSWORD})
    assert "打了一半的公司" in client.get("/cases/new/").content.decode()
    assert Stash.objects.count() == 1 and not Case.objects.exists()


def test_the_back_button_after_filing(world: World) -> None:
    client = as_user(world, "li")
    assert client.post("/cases/new/", FULL | {"once": "a"}).status_code == 302
    assert client.post("/cases/new/", FULL | {"once": "a", "remark": "改了一点"}).status_code == 409
    assert Case.objects.count() == 1


def test_whoever_is_dismissed_in_the_middle_does_nothing_more(world: World) -> None:
    row, case = asked(world), settled(world, employer=an_employer("海风装饰"))
    wang = as_user(world, "wang")
    assert wang.get(f"/escalations/{row.pk}/").status_code == 200
    dismiss(Appointment.objects.get(user__username="wang"), timezone.localdate(), world.user("wu"), timezone.now())
    shown = {"seal": row.snapshot_hash}
    assert wang.post(f"/escalations/{row.pk}/approve/", shown).status_code == 404
    closing = {"seen": case.version, "seal": seal_of(snapshot.closing(case))}
    assert wang.post(f"/cases/{case.pk}/moves/close/", closing).status_code == 404
    row.refresh_from_db()
    assert (row.stage, Case.objects.get(pk=case.pk).state) == ("requested", State.SETTLED)
    user = world.user("he")
    he = as_user(world, "he")
    user.is_active = False
    user.save()
    assert he.get("/").status_code == 302


# ---- a unit that closed ------------------------------------------------------------------------------------------


def closed(world: World, code: str, successor: str) -> None:
    tree.close(Union.objects.get(code=code), Union.objects.get(code=successor), DAY, None, AT)


def given(world: World, name: str, code: str, role: RoleName) -> None:
    appoint(world.user(name), Union.objects.get(code=code), role, DAY, world.user("wu"), AT)


def test_a_closed_unit_leaves_nothing_that_nobody_finishes(world: World) -> None:
    """Draft, open case, report asked for, closing asked for: all at the successor, and done there."""
    draft = a_draft(world, employer=an_employer("草稿单位"))
    row = asked(world, employer=an_employer("上报单位"))
    case = settled(world, employer=an_employer("办结单位"))
    closed(world, "370202E0001", "370202T0001")
    closed(world, "370202T0001", "370202")  # and its successor after it
    sun, zhou = as_user(world, "sun"), as_user(world, "zhou")
    assert as_user(world, "li").get(f"/cases/{draft.pk}/").status_code == 404

    assert sun.get(f"/cases/{draft.pk}/").status_code == 200
    assert sun.post(f"/cases/{draft.pk}/moves/file/", {"seen": draft.version}).status_code == 302
    assert as_user(world, "zhou").get("/escalations/?list=approve").context["rows"][0][0] == row
    answer = zhou.post(f"/escalations/{row.pk}/approve/", {"seal": row.snapshot_hash})
    row.refresh_from_db()
    assert (answer.status_code, row.stage) == (409, "declined"), "the district does not report to itself"
    closing = {"seen": case.version, "seal": seal_of(snapshot.closing(case))}
    assert zhou.post(f"/cases/{case.pk}/moves/close/", closing).status_code == 302
    assert set(Case.objects.values_list("state", flat=True)) == {"open", "closed"}
    assert as_user(world, "feng").get(f"/cases/{draft.pk}/").status_code == 404


def test_a_draft_is_no_business_of_the_level_above(world: World) -> None:
    """Only of a unit that closed: the district does not look into the drafts of one that stands."""
    draft = a_draft(world)
    for name in ("sun", "zhou", "zheng", "lv", "han", "feng", "wu"):
        client = as_user(world, name)
        for url in ("", "report/", "edit/", "moves/file/"):
            assert client.get(f"/cases/{draft.pk}/{url}").status_code == 404, (name, url)
        assert client.post(f"/cases/{draft.pk}/discard/").status_code == 404
        assert client.get(f"/api/cases/{draft.pk}/").status_code == 404


# ---- reports ------------------------------------------------------------------------------------------------------


def test_a_dismissed_clue_is_not_reported_up(world: World) -> None:
    draft = a_draft(world, mass=True)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    row = escalations.request(clue, clue.union, "mass", "", world.user("li"), AT, seen=clue.version)
    clue.refresh_from_db()
    with pytest.raises(Refused, match="上报"):
        workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version, reason="查无此事")
    escalations.withdraw(row, by=world.user("li"), at=AT)
    clue.refresh_from_db()
    clue = workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version, reason="查无此事")
    assert clue.state == State.DISMISSED


def test_the_api_keeps_quiet_about_what_is_not_approved(world: World) -> None:
    """Whoever the page does not tell of a report still to be approved, the API does not tell either."""
    row = asked(world)
    for name in ("sun", "lv", "han"):
        client = as_user(world, name)
        page = client.get(f"/cases/{row.case_id}/?tab=facts").content.decode()
        said = [event["verb"] for event in client.get(f"/api/cases/{row.case_id}/").json()["events"]]
        assert ("提出上报" in page) == ("escalate.request" in said), name
    assert "escalate.request" in [
        event["verb"] for event in as_user(world, "wang").get(f"/api/cases/{row.case_id}/").json()["events"]
    ]


# ---- the second person --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tie", ["requester", "officer", "filer", "editor", "stands in for her", "she stands in"])
def test_each_tie_bars_by_itself(world: World, tie: str) -> None:
    """`both` may approve, and is tied to the case in this one way only: no approval, by page, API or core."""
    case = settled(world)
    zheng = world.user("zheng")
    Appointment.objects.create(user=zheng, union=world.unions["370202E0001"], role="approver", since=DAY)
    ties: dict[str, dict[str, Any]] = {
        "requester": {"settled_by": zheng},
        "officer": {"officer": zheng},
        "filer": {"filed_by": zheng},
        "editor": {"last_edited_by": zheng},
    }
    if tie in ties:
        Case.objects.filter(pk=case.pk).update(**ties[tie])
    else:
        he = world.user("he")
        stand_in, absent = (zheng, he) if tie == "stands in for her" else (he, zheng)
        Appointment.objects.create(
            user=stand_in, union=world.unions["370203"], role="officer", since=DAY, acting_for=absent
        )
    zheng.rights_on = None
    zheng.save()
    case.refresh_from_db()
    given: dict[str, Any] = {"seen": case.version, "seal": seal_of(snapshot.closing(case))}
    client = as_user(world, "zheng")
    page = client.get(f"/cases/{case.pk}/moves/close/").content.decode()
    assert "须由另一人审批" in page and "批准办结</button>" not in page
    assert client.post(f"/cases/{case.pk}/moves/close/", given).status_code == 403
    answer = client.post(f"/api/cases/{case.pk}/moves/close/", given, content_type="application/json")
    assert answer.status_code == 403
    with pytest.raises(Forbidden, match="须由另一人"):
        workflow.move(case, "close", world.user("zheng"), timezone.now(), **given)
    assert Case.objects.get().state == State.SETTLED
    assert as_user(world, "wang").post(f"/cases/{case.pk}/moves/close/", given).status_code == 302


def test_an_approval_without_or_with_another_hash_is_none(world: World) -> None:
    row, case = asked(world), settled(world, employer=an_employer("海风装饰"))
    wang = as_user(world, "wang")
    for shown in ({}, {"seal": ""}, {"seal": "0" * 64}, {"seal": row.snapshot_hash.upper()}):
        assert wang.post(f"/escalations/{row.pk}/approve/", shown).status_code == 409
        assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version} | shown).status_code == 409


# ---- the database's own guard, and the log --------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["cases_ledgerentry", "unions_event"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_the_database_keeps_the_books_by_itself(world: World, table: str, deed: str) -> None:
    a_case(world)
    with pytest.raises(Exception, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(table))


def test_the_log_speaks_chinese(world: World) -> None:
    row = asked(world)
    escalations.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    as_user(world, "he").post("/inspections/new/", VISIT)
    as_user(world, "sun").post("/exports/new/", {"form": "shandong-winter"})
    as_user(world, "he").post(f"/cases/{row.case_id}/edit/", FULL | {"seen": Case.objects.get().version})
    assert Employer.objects.exists()
    for event in Event.objects.all():
        assert verbs.words(event.stream, event.verb) != event.verb, (event.stream, event.verb)
        assert verbs.subject(event.stream)[0] > "一", event.stream
        for label, _ in verbs.facts(event.data):
            assert label[0] > "\u2e80", (event.verb, label)
