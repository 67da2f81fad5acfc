"""The public page, the list behind it and lists that come from outside, under hostile hands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arrears.cases.models import Employer
from arrears.sanctions.actions import copied_lists, listings, publications, sanctions
from arrears.sanctions.models import CopiedList, PublicationRow
from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from tests.cast import AT, World, a_case, an_employer, moment
from tests.readers import as_user
from tests.sanctioned import a_promise, approved, asked, drafted_list, in_q3, listed, penalty, published, put
from unions.common.clock import day_of
from unions.common.encrypted_fields import Private
from unions.common.refusals import Forbidden, Refused, Stale

TODAY = day_of(AT)


def shown() -> list[str]:
    return [row.name for row in PublicationRow.objects.shown_on(TODAY)]


@pytest.mark.parametrize(
    "words",
    [
        "欠赵小六等 12 人工资",
        "欠赵 小六等人工资",
        "欠赵　小六工资",
        "电话１３８１２３４５６７８",
        "电话138-1234-5678",
        "电话138 1234 5678",
        "电话138—1234—5678",
        "身份证370202-19900101-1234",
        "身份证37020219900101123X",
        "身份证３７０２０２ １９９００１０１ １２３Ｘ",
        "欠赵\u200b小六工资",
        "电话138\u200b12345678",
    ],
)
def test_no_worker_slips_through_however_it_is_written(world: World, words: str) -> None:
    row = in_q3(world)
    row.case.refresh_from_db()
    workers.add_workers(row.case, [WorkerFacts(Private("赵小六"), Decimal(9000))], world.user("he"), AT)
    line = drafted_list(world).rows.get()
    with pytest.raises(Refused, match="不得含有"):
        publications.reword(line, {"violation": words, "decision": "罚款"}, world.user("qian"), AT)


def test_plain_facts_are_not_taken_for_a_number(world: World) -> None:
    in_q3(world)
    line = drafted_list(world).rows.get()
    said = "2026-08-05 至 2026-10-31 拖欠 138,123,456.78 元（138123456.78 元），0532-83812345678"
    line = publications.reword(line, {"violation": said, "decision": "罚款 2026-11-12"}, world.user("qian"), AT)
    assert line.violation == said


def test_a_number_in_the_name_of_an_employer_is_not_published(world: World) -> None:
    in_q3(world, "包工头王某13812345678")
    row = drafted_list(world)
    with pytest.raises(Refused, match="个人号码"):
        publications.submit(row, world.user("qian"), AT)
    publications.take_out(row.rows.get(), "名称含号码", world.user("qian"), AT)


def test_what_the_member_body_took_back_is_not_published_on_its_word(world: World) -> None:
    case = a_case(world, employer=an_employer("海风提请", "370202"), accepted_on=date(2026, 7, 1))
    asked_for = put(world, case)
    row = publications.submit(drafted_list(world), world.user("qian"), AT)
    publications.withdraw_request(asked_for, "已经付清", world.user("he"), AT)
    with pytest.raises(Refused, match="撤"):
        publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))
    assert shown() == []


def test_taken_back_after_it_was_published_it_is_gone(world: World) -> None:
    case = a_case(world, employer=an_employer("海风提请", "370202"), accepted_on=date(2026, 7, 1))
    asked_for = put(world, case)
    published(world)
    assert shown() == ["海风提请"]
    publications.withdraw_request(asked_for, "提请有误", world.user("he"), AT)
    assert shown() == []


def test_voided_withdrawn_and_drafted_are_not_shown(world: World) -> None:
    first = in_q3(world)
    second = in_q3(world, "海风留下")
    row = drafted_list(world)
    assert shown() == []
    published(world, row=row)
    sanctions.void(first, TODAY, "复议撤销", world.user("he"), AT)
    assert shown() == ["海风留下"]
    page = Client().get("/window/published/").content.decode()
    assert "海风三季" not in page and second.case.number not in page
    publications.withdraw(row, by=world.user("zhou"), at=AT, opinion="撤下")
    assert shown() == []
    with pytest.raises(Stale):
        publications.withdraw(row, by=world.user("zhou"), at=AT, opinion="再撤")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "q=" + "欠" * 5000,
        "q=%25_%5C",
        "after=9" + "9" * 40,
        "after=-1",
        "before=99999999999999999999",
        "at=370202'--",
        "at=%00",
        "at=" + "9" * 3000,
        "q=%F0%A0%AE%B7",
        "after=999999999999999999",
    ],
)
def test_the_public_page_bears_anything(world: World, query: str) -> None:
    in_q3(world)
    published(world)
    client = Client(raise_request_exception=False)
    answer = client.get(f"/window/published/?{query}")
    assert answer.status_code in (200, 404)
    for method in (client.post, client.put, client.delete):
        assert method("/window/published/").status_code in (403, 405)


def test_reasons_longer_than_the_book_are_said_at_the_field(world: World) -> None:
    in_q3(world)
    row = drafted_list(world)
    line = row.rows.get()
    qian, zhou = (Client(raise_request_exception=False) for _ in "ab")
    for client, name in ((qian, "qian"), (zhou, "zhou")):
        client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    base = f"/sanctions/publications/{row.pk}"
    for words in ("长" * 301, "长" * 100_000, "\x00坏", "\x00"):
        for url in (f"{base}/rows/{line.pk}/out/", f"{base}/rows/{line.pk}/back/", f"{base}/submit/"):
            assert qian.post(url, {"opinion": words}).status_code in (302, 409, 422), url
        fields = dict.fromkeys(("representative", "address", "violation", "decision"), words)
        assert qian.post(f"{base}/rows/{line.pk}/", fields).status_code == 422
    row.refresh_from_db()
    if row.stage == "draft":
        line.refresh_from_db()
        if line.out:
            publications.take_out(line, "", world.user("qian"), AT)
        row = publications.submit(row, world.user("qian"), AT)
    publications.approve(row, by=world.user("zhou"), at=AT, seal=publications.APPROVAL.seal(row, AT))
    for words in ("长" * 301, "长" * 100_000, "\x00坏"):
        answer = zhou.post(f"{base}/rows/{line.pk}/withdraw/", {"opinion": words})
        assert answer.status_code == 422, words[:3]
    assert zhou.post(f"{base}/rows/{line.pk + 1}/withdraw/", {"opinion": "撤"}).status_code == 404


# ---- the joint-punishment list ----------------------------------------------------------------------------------------


def test_the_list_keeps_its_days(world: World) -> None:
    case = a_case(world)
    row = approved(world, asked(world, case))
    he = world.user("he")
    for on in (date(1, 1, 1), TODAY - timedelta(days=1), TODAY + timedelta(days=1), date(9999, 12, 31)):
        with pytest.raises(Refused):
            listings.record_notice(row, he, AT, on=on)
    with pytest.raises(Stale):
        listings.record_listing(row, he, AT, on=TODAY, number="1")
    later = AT + timedelta(days=5)
    row = listings.record_notice(row, he, later, on=TODAY + timedelta(days=2))
    with pytest.raises(Refused, match="不能早于"):
        listings.record_listing(row, he, later, on=TODAY + timedelta(days=1), number="1")
    with pytest.raises(Stale):
        listings.record_notice(row, he, later, on=TODAY + timedelta(days=2))
    with pytest.raises(Forbidden):
        listings.record_listing(row, world.user("sun"), later, on=TODAY + timedelta(days=2), number="1")


def test_not_off_the_list_before_six_months_by_correcting_the_correction(world: World) -> None:
    case = a_case(world)
    row = listed(world, case)
    he, at = world.user("he"), AT + timedelta(days=200)
    on = day_of(at)
    row = listings.record_correction(row, he, at, on=on)
    promise = a_promise(world, case, at)
    with pytest.raises(Refused, match="才能提前移出"):
        listings.ask_removal(row, on, "移1", "已改", promise, he, at)
    with pytest.raises(Refused):
        listings.record_correction(row, he, at, on=on - timedelta(days=189))
    other = a_case(world, employer=an_employer("别家"))
    foreign = a_promise(world, other, at)
    with pytest.raises(Refused):
        listings.ask_removal(row, on + timedelta(days=200), "移1", "已改", foreign, he, at + timedelta(days=300))


# ---- lists from outside -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.csv", b"\xef\xbb\xbf"),
        ("无列.csv", b"a,b\n1,2\n"),
        ("假.xlsx", b"PK\x03\x04" + b"\0" * 99),
        ("图.csv", b"\x89PNG\r\n\x1a\n\xff\xfe\xff"),
        ("长.csv", "单位名称\n".encode() + b'"' + b"x" * 200_000),
        ("坏行.csv", ("单位名称,决定\n" + ",1\n" * 60_000).encode()),
        ("多行.csv", ("单位名称\n" + "甲公司\n" * 60_000).encode()),
        ("零.csv", "单位名称\n\x00\n".encode()),
    ],
)
def test_hostile_lists_are_refused_in_words(world: World, name: str, content: bytes) -> None:
    try:
        found = copied_lists.read_list(SimpleUploadedFile(name, content), TODAY)
    except Refused:
        return
    assert found.faults and len(found.faults) <= copied_lists.MOST_ROWS + 1 and len(found.lines) == 0


def test_blank_lines_count_for_nothing(world: World) -> None:
    content = ("单位名称\n" + "\n" * 60_000 + "甲\n").encode()
    found = copied_lists.read_list(SimpleUploadedFile("空行.csv", content), TODAY)
    assert not found.faults and [(line.number, line.name) for line in found.lines] == [(60_002, "甲")]


def test_a_list_is_text_and_bears_every_form_field(world: World) -> None:
    sun = as_user(world, "sun")
    text = '单位名称,决定\n"=HYPERLINK(""http://x"",""甲"")",<script>alert(1)</script>\n'
    said: dict[str, Any] = {
        "union": world.unions["370202"].pk,
        "source": "住建局",
        "reference": "1",
        "received_on": timezone.localdate().isoformat(),
    }
    for bad in (
        {"union": world.unions["370203"].pk},
        {"union": "x"},
        {"source": "\x00"},
        {"source": "长" * 100_000},
        {"received_on": "9999-12-31"},
        {"received_on": "0001-01-01"},
    ):
        answer = sun.post(
            "/sanctions/copies/new/", said | bad | {"file": SimpleUploadedFile("名单.csv", text.encode())}
        )
        assert answer.status_code == 422, bad
    send = lambda: sun.post(  # noqa: E731
        "/sanctions/copies/new/", said | {"file": SimpleUploadedFile("../../名单.csv", text.encode())}
    )
    assert [send().status_code, send().status_code] == [302, 422]
    copy = CopiedList.objects.get()
    page = sun.get(f"/sanctions/copies/{copy.pk}/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
    assert as_user(world, "feng").get(f"/sanctions/copies/{copy.pk}/").status_code == 404
    assert Employer.objects.count() == 0


def test_a_penalty_of_another_place_is_not_voided_from_here(world: World) -> None:
    row = penalty(world, a_case(world), TODAY)
    for name in ("feng", "sun", "li", "wang", "lv"):
        with pytest.raises(Forbidden):
            sanctions.void(row, TODAY, "误", world.user(name), AT)
    feng = as_user(world, "feng")
    assert feng.post(f"/sanctions/{row.pk}/void/", {"on": "2026-11-20", "reason": "x"}).status_code == 404
    for on in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(Refused):
            sanctions.void(row, on, "误", world.user("he"), moment("2026-11-21 09:00"))
