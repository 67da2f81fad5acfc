"""Returns under people who press twice, come back late, stand in two roles, and send what no form asked for."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reporting.forms.files import FOLDER, Form
from reporting.forms.models import FormEdition
from reporting.returns import actions as life
from reporting.returns import editing, filling, waivers
from reporting.returns.filling import may_correct, with_corrections
from reporting.returns.models import Correction, Return, ReturnStage, ReturnVersion, Waiver
from tests import qinghai
from tests.cast import FOUNDED, PASSWORD, World, load, moment
from tests.qinghai import a_case, fresh, sent, signed, the_return
from tests.readers import as_user
from unions.common.refusals import Refused
from unions.models import Appointment, Union, UnionKind
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

BACKEND = "unions.people.backends.AppointmentBackend"
MONDAY = moment("2022-10-10 09:00")
WEEK = "2022-W40"
IN_WEEK = date(2022, 10, 5)
CONTROLS = "\x01\x0b\x1f‮<script>alert(1)</script>{{ 7*7 }}=1+1"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def qh(open_returns_database: None, db: None) -> World:
    return load()


@pytest.fixture
def xining(qh: World) -> Return:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    return the_return("630100", WEEK)


@pytest.fixture
def annex_2(qh: World) -> Return:
    return Return.objects.select_related("union", "receiver", "current").get(
        form="qinghai-annex-2", union__code="630100", compiles=False
    )


def client_of(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend=BACKEND)
    return client


def url(report: Return, name: str = "return", *more: Any) -> str:
    return reverse(name, args=[report.pk, *more])


def collection(name: str = "collection", *more: Any, code: str = "630000", period: str = WEEK) -> str:
    return reverse(name, args=[code, qinghai.BOOK, "weekly", period, *more])


def place_in(form: Form) -> tuple[int, int]:
    """The first figure of the form that may be corrected."""
    places = product(range(len(form.rows)), range(len(form.figure_columns)))
    return next(place for place in places if may_correct(form, *place))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def an_edition(world: World, key: str, change: Any) -> FormEdition:
    """Another layout in force since the autumn, as if two people had activated it just now."""
    content = change((FOLDER / f"{key}.toml").read_text("utf-8"))
    return FormEdition.objects.create(
        key=key,
        title="新格式",
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        file="x.toml",
        office=world.unions["630000"],
        by=world.people["shengji"],
        uploaded_at=MONDAY,
        stage="active",
        decided_by=world.people["shengshen"],
        decided_at=MONDAY,
        active_from=date(2022, 10, 1),
    )


SECTIONS = '\n[[sections]]\nheading = "主要做法"\n\n[[sections]]\nheading = "存在问题"\n'
OTHER_SECTIONS = '\n[[sections]]\nheading = "存在问题"\n\n[[sections]]\nheading = "主要做法"\n'


# ---- what was typed stays ---------------------------------------------------------------------------------------------


def test_a_reason_typed_while_somebody_else_moved_the_return_is_shown_again(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    seen = fresh(xining).version
    life.move(fresh(xining), "amend", qh.user("n0"), MONDAY, seen=seen, reason="补登")
    answer = as_user(qh, "shengji").post(
        url(xining, "return-move", "send_back"), {"seen": seen, "reason": "少一件海风工地"}
    )
    assert answer.status_code == 409 and "少一件海风工地" in text(answer)
    answer = as_user(qh, "n0").post(url(xining, "return-move", "amend"), {"seen": seen, "reason": "改漏登的一件"})
    assert answer.status_code == 409 and "改漏登的一件" in text(answer)


def test_the_reason_of_a_waiver_asked_twice_is_shown_again(qh: World) -> None:
    report = the_return("632200", WEEK)
    client = as_user(qh, "shengji")
    for status, reason in ((302, "大雪封路"), (409, "电话不通")):
        answer = client.post(url(report, "return-waive"), {"until": "2022-10-09", "reason": reason})
        assert answer.status_code == status
    assert "电话不通" in text(answer)
    waiver = Waiver.objects.get()
    approve, decline = (reverse("waiver-step", args=[waiver.pk, step]) for step in ("approve", "decline"))
    decider = as_user(qh, "shengshen")
    seal = decider.get(waiver.get_absolute_url()).context["seal"]
    assert decider.post(approve, {"seal": seal}).status_code == 302
    answer = decider.post(decline, {"opinion": "理由不足"})
    assert answer.status_code == 409 and "理由不足" in text(answer)


# ---- another layout in the middle -----------------------------------------------------------------------------------------


def test_a_figure_corrected_in_a_layout_that_is_gone_breaks_no_page(qh: World, annex_2: Return) -> None:
    Correction.objects.create(
        report=annex_2, row=60, column=40, computed=0, given=7, reason="纸质", by=qh.user("n0"), at=MONDAY
    )
    client = client_of(qh, "n0")
    assert client.get(url(annex_2)).status_code == 200
    assert client.get(url(annex_2, "return-draft-file", "xlsx")).status_code == 200
    answer = client.post(url(annex_2, "return-move", "sign"), {"seen": annex_2.version, "reason": "属实。"})
    assert answer.status_code == 302 and not fresh(annex_2).corrections.exists()


def test_a_figure_corrected_before_the_layout_changed_is_not_laid_over_another(qh: World, annex_2: Return) -> None:
    r, c = place_in(filling.form_of(annex_2))
    editing.correct(annex_2, r, c, "7", "纸质", qh.user("n0"), moment("2022-10-09 10:00"), seen=annex_2.version)
    client = client_of(qh, "n0")
    small = text(client.get(url(annex_2, "return-correct"), {"row": r, "column": c}))
    layout = re.findall(r'name="layout" value="(\w{64})"', small)[-1]
    assert "纸质" in text(client.get(url(annex_2)))
    an_edition(qh, "qinghai-annex-2", lambda content: content + "\n# 新格式\n")
    assert "sheet-by-hand" not in text(client.get(url(annex_2)))
    data = {"seen": fresh(annex_2).version, "row": r, "column": c, "given": "8", "reason": "补录单", "layout": layout}
    answer = client.post(url(annex_2, "return-correct"), data)
    assert answer.status_code == 409 and "补录单" in text(answer)


def test_words_typed_in_one_layout_are_not_saved_under_the_headings_of_another(qh: World, xining: Return) -> None:
    old = an_edition(qh, "qinghai-weekly", lambda content: content + SECTIONS)
    client = as_user(qh, "n0")
    page = text(client.get(url(xining))).split('id="words-title"')[0].rsplit("<form", 1)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    client.post(url(xining, "return-autosave"), hidden | {"w0": "走访", "w1": "没有"})
    new = an_edition(qh, "qinghai-weekly", lambda content: content + OTHER_SECTIONS)
    assert new.pk > old.pk
    boxes = {box.label: box.value() for box in client.get(url(xining)).context["words"]}
    assert boxes == {"存在问题": "没有", "主要做法": "走访"}
    answer = client.post(url(xining, "return-words"), hidden | {"w0": "走访", "w1": "没有"})
    assert answer.status_code == 409 and "走访" in text(answer) and not fresh(xining).texts
    again = {box.label: box.value() for box in answer.context["words"]}
    assert again == boxes


def test_a_layout_between_two_versions(qh: World, xining: Return) -> None:
    sent(qh, xining, MONDAY)
    seen = fresh(xining).version
    life.move(fresh(xining), "amend", qh.user("n0"), MONDAY, seen=seen, reason="补登")
    an_edition(qh, "qinghai-weekly", lambda content: content + SECTIONS)
    sent(qh, xining, MONDAY)
    for name in ("n0", "a0", "shengji"):
        client = client_of(qh, name)
        for one in (
            url(xining),
            *(url(xining, "return-version", n) for n in (1, 2)),
            *(url(xining, "return-paper", n) for n in (1, 2)),
            *(url(xining, "return-file", n, "xlsx") for n in (1, 2)),
            url(xining, "return-file", 2, "docx"),
        ):
            assert client.get(one).status_code == 200, one
    client = client_of(qh, "shengji")
    for show in ("sent", "live", "gap"):
        assert client.get(collection(), {"show": show}).status_code == 200
    assert client.get(collection("collection-file")).status_code == 200


# ---- a form that is not there ---------------------------------------------------------------------------------------------


def test_a_return_whose_form_is_unknown_says_so(qh: World, xining: Return) -> None:
    sent(qh, the_return("630200", WEEK), MONDAY)
    Return.objects.filter(period=WEEK).update(form="no-such-form")
    n0, province = client_of(qh, "n0"), client_of(qh, "shengji")
    for client, one in (
        (n0, reverse("returns")),
        (n0, "/"),
        (n0, url(xining)),
        (n0, url(xining, "return-draft-file", "xlsx")),
        (n0, url(xining, "return-cell") + "?row=0&column=workers_new"),
        (province, collection()),
        (province, reverse("collections")),
        (province, collection("collection-file")),
        (province, collection("collection-cell") + "?row=0&column=workers_new"),
        (province, "/"),
    ):
        assert client.get(one).status_code in (200, 404), one
    for name in ("sign", "sign_zero"):
        answer = n0.post(url(xining, "return-move", name), {"seen": fresh(xining).version})
        assert answer.status_code == 404
    for name in ("return-words", "return-autosave", "return-correct"):
        answer = n0.post(url(xining, name), {"seen": fresh(xining).version, "row": 0, "column": 0, "given": 1})
        assert answer.status_code == 404


# ---- units that close, merge, move ------------------------------------------------------------------------------------------


def test_a_unit_that_closes_between_opening_and_signing(qh: World, xining: Return) -> None:
    tree.close(Union.objects.get(code="630100"), Union.objects.get(code="630200"), date(2022, 10, 10), None, MONDAY)
    assert as_user(qh, "n0").get(url(xining)).status_code in (403, 404)
    n1 = client_of(qh, "n1")
    assert n1.get(url(xining)).status_code == 200
    assert (
        n1.post(url(xining, "return-move", "sign"), {"seen": fresh(xining).version, "reason": "属实。"}).status_code
        == 302
    )
    shown = ReturnVersion.objects.get(report=xining).hash
    a1 = client_of(qh, "a1")
    assert xining in [one.row for one in a1.get(reverse("returns") + "?list=approve").context["rows"]]
    assert (
        a1.post(url(xining, "return-move", "approve"), {"seen": fresh(xining).version, "seal": shown}).status_code
        == 302
    )
    assert fresh(xining).stage == ReturnStage.SUBMITTED
    province = client_of(qh, "shengji")
    assert province.get(collection()).status_code == 200
    assert province.post(url(xining, "return-move", "receive"), {"seen": fresh(xining).version}).status_code == 302


def test_a_receiver_that_is_taken_over_between_sending_and_receiving(qh: World, xining: Return) -> None:
    """Prefectures 海北 takes in what 西宁 collected."""
    city = Union.objects.get(code="630100")
    qh.unions["630102"] = tree.found(
        "630102", "城东区总工会", UnionKind.DISTRICT, city, FOUNDED, None, MONDAY, region_code="630102"
    )
    qinghai._appoint(qh, "630102", "d1", "城东统计", RoleName.STATISTICIAN)
    qinghai._appoint(qh, "630102", "d2", "城东审批", RoleName.APPROVER)
    below = Return.objects.get(pk=xining.pk)
    Return.objects.filter(pk=below.pk).update(union=qh.unions["630102"], path=qh.unions["630102"].path, receiver=city)
    below = fresh(xining)
    below = life.move(below, "sign", qh.user("d1"), MONDAY, seen=below.version, reason="属实。")
    life.move(
        below, "approve", qh.user("d2"), MONDAY, seen=below.version, seal=ReturnVersion.objects.get(report=below).hash
    )
    tree.close(city, Union.objects.get(code="632200"), date(2022, 10, 11), None, moment("2022-10-11 09:00"))
    n2 = client_of(qh, "n2")
    assert [one.row.pk for one in n2.get(reverse("returns") + "?list=receive").context["rows"]] == [below.pk]
    page = n2.get(reverse("collections"))
    assert "630100" in text(page)
    assert n2.get(collection(code="630100")).status_code == 200
    row = fresh(below)
    answer = n2.post(collection("collection-receive", code="630100"), {"row": f"{row.pk}-{row.version}"})
    assert answer.status_code == 302 and fresh(below).stage == ReturnStage.RECEIVED
    assert as_user(qh, "n1").get(collection(code="630100")).status_code == 404


# ---- two roles, two people ---------------------------------------------------------------------------------------------------


def test_whoever_wrote_the_words_does_not_approve_them(qh: World) -> None:
    a0 = qh.user("a0")
    Appointment.objects.create(user=a0, union=qh.unions["630100"], role=RoleName.STATISTICIAN, since=FOUNDED)
    sync_rights(a0, timezone.localdate())
    report = the_return("630100", "2022-10", "risk-assessment")
    at = moment("2022-10-31 09:00")
    report = editing.write_text(report, "一、总体情况", "平稳。", a0, at, seen=report.version)
    report = signed(qh, report, at)
    answer = client_of(qh, "a0").post(
        url(report, "return-move", "approve"), {"seen": report.version, "seal": life.signed_version(report).hash}
    )
    assert answer.status_code == 403


def test_nor_does_a_stand_in_of_whoever_wrote_them(qh: World) -> None:
    xining, author, approver = qh.unions["630100"], qh.user("o0"), qh.user("a0")
    Appointment.objects.create(user=author, union=xining, role=RoleName.STATISTICIAN, since=FOUNDED)
    Appointment.objects.create(user=approver, union=xining, role=RoleName.OFFICER, since=FOUNDED, acting_for=author)
    sync_rights(author, timezone.localdate())
    report = the_return("630100", "2022-10", "risk-assessment")
    at = moment("2022-10-31 09:00")
    report = signed(qh, editing.write_text(report, "一、总体情况", "平稳。", author, at, seen=report.version), at)
    assert "代理关系" in (life.approval.why_not_second_person(report, approver, at.date()) or "")


def test_one_who_holds_both_rights_does_not_approve_her_own(qh: World, xining: Return) -> None:
    n0 = qh.user("n0")
    Appointment.objects.create(user=n0, union=qh.unions["630100"], role=RoleName.APPROVER, since=FOUNDED)
    sync_rights(n0, timezone.localdate())
    report = signed(qh, xining, MONDAY)
    client = client_of(qh, "n0")
    data = {"seen": report.version, "seal": life.signed_version(report).hash}
    assert client.post(url(report, "return-move", "approve"), data).status_code == 403
    assert "须由另一人审批" in text(client.get(url(report)))


# ---- what no form asked for -----------------------------------------------------------------------------------------------------


def test_any_text_on_any_page_of_a_return(qh: World, annex_2: Return) -> None:
    at = moment("2022-10-31 09:00")
    report = the_return("630100", "2022-10", "risk-assessment")
    n0, above = (client_of(qh, name) for name in ("n0", "shengji"))
    heading = editing.section_headings(report)
    answer = n0.post(
        url(report, "return-words"), {"seen": report.version, **{f"w{n}": CONTROLS for n in range(len(heading))}}
    )
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        report = editing.write_text(report, heading[0], CONTROLS, qh.user("n0"), at, seen=report.version)
    for kind in ("xlsx", "docx"):
        assert n0.get(url(report, "return-draft-file", kind)).status_code == 200
    assert "<script>alert" not in text(n0.get(url(report)))
    sent(qh, report, at)
    for reason, status in (("长" * 10_000, 422), ("a\x00b", 422), ("", 422), (CONTROLS, 302)):
        answer = above.post(url(report, "return-move", "send_back"), {"seen": fresh(report).version, "reason": reason})
        assert answer.status_code == status, (reason[:10], answer.status_code)
    assert "<script>alert" not in text(n0.get(url(report)))
    sent(qh, report, at)
    for kind in ("xlsx", "docx"):
        for n in (1, 2):
            assert above.get(url(report, "return-file", n, kind)).status_code == 200
    correct = url(annex_2, "return-correct")
    for reason, status in (("长" * 10_000, 422), ("a\x00b", 422)):
        data = {"seen": annex_2.version, "row": 0, "column": 0, "given": "3", "reason": reason}
        assert n0.post(correct, data).status_code == status
    place = place_in(filling.form_of(annex_2))
    editing.correct(annex_2, *place, "3", CONTROLS, qh.user("n0"), MONDAY, seen=annex_2.version)
    assert n0.get(url(annex_2)).status_code == 200
    assert n0.get(url(annex_2, "return-draft-file", "xlsx")).status_code == 200


def test_money_corrected_where_the_books_hold_nothing_keeps_its_fen(annex_2: Return) -> None:
    form = filling.form_of(annex_2)
    r, c = place_in(form)
    computed: list[list[Any]] = [[0 for _ in form.figure_columns] for _ in form.rows]
    one = Correction(row=r, column=c, computed=Decimal(0), given=Decimal("12.34"))
    assert with_corrections(form, computed, [one])[r][c] == Decimal("12.34")


@pytest.mark.parametrize("given", ["-1", "sNaN", "1e400", "1e-400", "九", "0x10"])
def test_a_figure_of_no_script_is_refused(qh: World, annex_2: Return, given: str) -> None:
    r, c = place_in(filling.form_of(annex_2))
    data = {"seen": annex_2.version, "row": r, "column": c, "given": given, "reason": "纸质"}
    assert client_of(qh, "n0").post(url(annex_2, "return-correct"), data).status_code == 422
    assert not annex_2.corrections.exists()


def test_what_is_added_up_is_not_corrected_by_hand(qh: World, annex_2: Return) -> None:
    Return.objects.filter(pk=annex_2.pk).update(compiles=True)
    report = fresh(annex_2)
    r, c = place_in(filling.form_of(report))
    data = {"seen": report.version, "row": r, "column": c, "given": "9", "reason": "凑整"}
    assert client_of(qh, "n0").post(url(report, "return-correct"), data).status_code == 422
    with pytest.raises(Refused):
        editing.correct(report, r, c, "9", "凑整", qh.user("n0"), MONDAY, seen=report.version)


def test_a_waiver_decided_on_the_page_of_an_older_return_lifts_none_before_it_was_asked_for(qh: World) -> None:
    older, asked = the_return("632200", WEEK), the_return("632200", "2022-W41")
    waivers.request(asked, asked.last, "大雪", qh.user("shengji"), MONDAY)
    waiver = Waiver.objects.get()
    client = client_of(qh, "shengshen")
    assert waiver.get_absolute_url() in text(client.get(url(older)))
    seal = client.get(waiver.get_absolute_url()).context["seal"]
    assert client.post(reverse("waiver-step", args=[waiver.pk, "approve"]), {"seal": seal}).status_code == 302
    assert (fresh(older).stage, fresh(asked).stage) == (ReturnStage.OPEN, ReturnStage.WAIVED)


@pytest.mark.parametrize(
    "period", ["2022-W40%00", "2022--W40", "--", "2022%2FW40", "2022/W40", "..%2f..", "a" * 25, "2022-w40"]
)
def test_a_period_written_otherwise_is_no_address(qh: World, period: str) -> None:
    client = client_of(qh, "shengji")
    assert client.get(f"/collections/630000/{qinghai.BOOK}/weekly/{period}/").status_code == 404


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "32768", "2147483648"])
def test_an_impossible_number_is_no_address(qh: World, xining: Return, number: str) -> None:
    client = client_of(qh, "n0")
    versions = f"/returns/{xining.pk}/versions/{number}/"
    for one in (f"/returns/{number}/", versions, f"{versions}print/", f"{versions}file/xlsx/"):
        assert client.get(one).status_code == 404, one


def test_a_session_that_ended_before_the_signature_signs_nothing(qh: World, xining: Return) -> None:
    client = client_of(qh, "n0")
    client.logout()
    answer = client.post(url(xining, "return-move", "sign"), {"seen": xining.version, "reason": "属实。"})
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    client.post(answer["Location"], {"username": "n0", "password": PASSWORD})
    assert client.get(url(xining)).status_code == 200
    assert fresh(xining).stage == ReturnStage.OPEN
