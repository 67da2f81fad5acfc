"""Notes on a case: read at its units alone, told to a colleague, withdrawn by their writer, and printed nowhere."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from arrears.cases import notes
from arrears.cases.models import Case, CaseNote
from arrears.desk.case_file import case_file_of
from arrears.desk.timeline import happenings_read_by
from arrears.reminders.models import Reminder
from tests.cast import AT, World, a_case, a_draft
from tests.readers import as_user
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Event

WORDS = "工地负责人周三回来，届时再谈"


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def said(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.pk}/").text


def test_a_note_is_read_at_the_units_of_the_case_alone(world: World, case: Case) -> None:
    notes.write(case, WORDS, None, world.user("li"), AT)
    for reader, reads in (("li", True), ("he", True), ("wang", True), ("sun", False), ("zhou", False), ("han", False)):
        assert notes.read_by(case, world.user(reader)).exists() == reads, reader
        assert any(row.note == WORDS for row in happenings_read_by(case, world.user(reader))) == reads, reader
    with pytest.raises(Forbidden):
        notes.write(case, WORDS, None, world.user("sun"), AT)
    with pytest.raises(Refused):
        notes.write(a_draft(world, employer=case.employer), WORDS, None, world.user("li"), AT)


def test_the_unit_that_handles_a_case_reads_and_writes_as_well(world: World, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(handling_union=world.unions["370202"])
    case.refresh_from_db()
    row = notes.write(case, WORDS, world.user("li"), world.user("sun"), AT)
    assert row.union == world.unions["370202"]
    assert notes.read_by(case, world.user("li")).exists()


def test_a_colleague_is_told_and_led_to_the_note(world: World, case: Case) -> None:
    li, he = as_user(world, "li"), world.user("he")
    sent = {"text": WORDS, "colleague": he.pk}
    answer = li.post(f"/cases/{case.pk}/notes/", sent)
    row = case.notes.get()
    assert answer.status_code == 302 and answer["Location"] == f"/cases/{case.pk}/#note-{row.pk}"
    told = Reminder.objects.get(key=f"case-note:{row.pk}")
    assert told.user == he and told.url == answer["Location"]
    assert WORDS not in f"{told.title}{told.items}" and case.employer.name not in f"{told.title}{told.items}"
    others = {one.username for one in notes.colleagues(case, world.user("li"), AT)}
    assert {"he", "wang"} <= others and not others & {"li", "sun", "feng", "xitong"}
    refused = li.post(f"/cases/{case.pk}/notes/", {"text": WORDS, "colleague": world.user("feng").pk})
    assert refused.status_code == 422 and WORDS in refused.text and case.notes.count() == 1


def test_a_note_stays_withdrawn_and_is_changed_by_nobody(world: World, case: Case) -> None:
    row = notes.write(case, WORDS, None, world.user("li"), AT)
    with pytest.raises(Forbidden):
        notes.withdraw(row, world.user("he"), AT)
    notes.withdraw(row, world.user("li"), AT + timedelta(hours=1))
    with pytest.raises(Stale):
        notes.withdraw(row, world.user("li"), AT)
    (told,) = [one for one in happenings_read_by(case, world.user("he")) if one.verb == "note"]
    assert (told.what, told.note, told.withdraw_url) == ("备注（已撤回）", "", "")
    for change in ({"text": "别的"}, {"withdrawn_at": None}, {"withdrawn_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseNote.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_casenote")
    verbs = list(Event.objects.filter(stream=f"note:{row.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["note", "withdraw-note"]
    assert not Event.objects.filter(stream=case.stream, verb__contains="note").exists()


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return str(content.decode())
    with ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_no_paper_report_or_workbook_tells_a_note(world: World, case: Case) -> None:
    he = as_user(world, "he")
    he.post(f"/cases/{case.pk}/notes/", {"text": WORDS, "colleague": world.user("li").pk})
    assert WORDS in said(he, case)
    for path in (
        f"/cases/{case.pk}/report/",
        f"/cases/{case.pk}/file/",
        f"/cases/{case.pk}/file.docx",
        "/cases/ledger/",
        "/cases/ledger.xlsx",
        "/cases/",
        f"/employers/{case.employer_id}/",
        f"/api/cases/{case.pk}/",
    ):
        answer = he.get(path)
        assert answer.status_code == 200, path
        assert WORDS not in text_of(answer), path
    parts = case_file_of(case, world.user("he"), AT).parts
    assert not [row for part in parts for row in part.rows if WORDS in "".join(map(str, row))]


def test_a_form_turned_away_keeps_the_words(world: World, case: Case) -> None:
    answer = as_user(world, "li").post(f"/cases/{case.pk}/notes/", {"text": "字" * 1001, "colleague": ""})
    assert answer.status_code == 422 and "字" * 1001 in answer.text and not case.notes.exists()
