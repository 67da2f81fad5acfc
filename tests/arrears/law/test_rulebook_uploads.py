"""A new rulebook: brought in, refused with its line, tried on old cases, put in force by a second person."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.rulebook_trial import Run, Tally, as_if_in_force, years_back
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation
from arrears.law.editions import rulebook_editions as shelf
from arrears.law.editions import uploads
from arrears.law.models import Attachment, Obligation, RulebookUpload, TrialStage
from arrears.law.obligations import attachments
from arrears.law.rules.deadlines import Deadline
from arrears.law.rules.reader import RulebookError, parse_rulebook
from arrears.law.rules.reader import delivered_rulebooks as files
from tests.cast import AT, FOUNDED, World, a_case, an_employer, load, moment
from tests.readers import as_user
from tests.rulebook_uploads import RULEBOOK, TODAY, activated, brought_in, enter, post, recomputed, signed_in, tried
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Appointment, Event, UnionKind
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

# Bringing one in -----------------------------------------------------------------------------------------------------


def test_a_fault_is_shown_with_its_line(world: World, client: Client) -> None:
    signed_in(client, world, "shen")
    spoiled = RULEBOOK.replace('clause = "N-2"\ntitle', 'clause = "N-9"\ntitle')
    line = spoiled.splitlines().index('clause = "N-9"') + 1
    answer = post(client, spoiled)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"第 {line} 行" in page and "N-9 不在本文件的 [[clause]] 里" in page and "toml-wrong" in page
    assert RulebookUpload.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("key = ", "不是合格的 TOML"),
        (RULEBOOK + "wrong = 1\n", "不认识的键"),
        (b"\xff\xfe\x00", "UTF-8"),
        (RULEBOOK.replace('"370000"', '"630000"'), "所辖工会的编码"),
        (RULEBOOK.replace("shandong-2027-1", "../x"), "只能用小写字母"),
        (RULEBOOK.replace("shandong-2027-1", "qinghai-2022-41"), "属于其他地方"),
        ("   ", "空的"),
        ("a = " + "[" * 5000, "过深的嵌套"),
        ("a = " + "9" * 5000, "过长的数字"),
        (RULEBOOK.replace("workdays = 3", "workdays = 1000000"), "不能大于 2,500"),
        (RULEBOOK.replace("workday = 5 ", "workday = 25 "), "算不出的日期"),
        (RULEBOOK.replace("first = 2027-01-01", "first = 9999-01-01"), "请核对 first"),
        (RULEBOOK.replace('met_by = "escalated_on"', ""), "没有写 met_by"),
        (RULEBOOK.replace('met_by = "escalated_on"', 'met_by = "letter_answered_on"'), "永远不能完成"),
        (RULEBOOK.replace('starts = "accepted_on"', 'starts = "referred_on"'), "永远不会起算"),
        (RULEBOOK.replace('starts = "accepted_on"', 'starts = "escalated_on"'), "永远不会起算"),
        (RULEBOOK.replace('met_by = "escalated_on"', 'met_by = "accepted_on"'), "一开始就已完成"),
        (RULEBOOK.replace("workdays = 3", "by = 2026-12-31"), "没有人能按期完成"),
    ],
)
def test_what_is_not_let_in(world: World, client: Client, content: Any, sentence: str) -> None:
    tree.found("630000", "青海省总工会", UnionKind.PROVINCE, None, FOUNDED, None, AT, region_code="630000")
    answer = post(signed_in(client, world, "shen"), content)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert RulebookUpload.objects.count() == 0


def test_days_of_a_trial_that_cannot_be(world: World) -> None:
    for since, until in ((TODAY, TODAY - timedelta(1)), (TODAY, TODAY + timedelta(9)), (date(2000, 1, 1), TODAY)):
        with pytest.raises(Refused):
            brought_in(world, since=since, until=until)


@pytest.mark.parametrize("who", ["han", "yang", "sun", "qian", "li", "wu", "shenji", "xitong"])
def test_only_the_provinces_statistician_brings_one_in(world: World, client: Client, who: str) -> None:
    answer = post(signed_in(client, world, who), RULEBOOK)
    assert answer.status_code == 403 and RulebookUpload.objects.count() == 0
    with pytest.raises(Forbidden):
        uploads.bring_in(RULEBOOK, "x", "", TODAY, TODAY, world.unions["370000"], world.user(who), AT)


def test_strangers_do_not_see_an_upload(world: World, client: Client) -> None:
    upload = tried(world)
    for who, status in (("shen", 200), ("yang", 200), ("sun", 404), ("zhou", 404), ("li", 404), ("shenji", 404)):
        signed_in(client, world, who)
        for name in ("rulebook-trial", "rulebook-preview"):
            assert client.get(reverse(name, args=[upload.pk])).status_code == status, (who, name)
        if status == 404:
            assert client.post(reverse("rulebook-activate", args=[upload.pk])).status_code == 404
            assert client.post(reverse("rulebook-discard", args=[upload.pk])).status_code == 404
    assert client.get(reverse("rulebook-activate", args=[upload.pk])).status_code == 405


# The trial -----------------------------------------------------------------------------------------------------------


def test_a_trial_counts_what_would_have_been(world: World) -> None:
    small = a_case(world, stated_workers=11, stated_migrants=0, accepted_on=date(2026, 10, 8))
    a_case(world, stated_workers=12, accepted_on=date(2026, 11, 18), employer=an_employer("另一家"))
    a_case(world, stated_workers=30, accepted_on=date(2024, 5, 6), employer=an_employer("从前的一家"))
    result = tried(world).result
    assert result["cases"] == 2 and result["old"] is None and result["new"]["years"] == 1
    assert result["new"]["thresholds"]["twelve"]["triggered"] == 1
    for row in result["new"]["thresholds"].values():
        assert row["triggered"] + row["unclear"] + row["below"] == result["cases"]
    for row in result["new"]["deadlines"].values():
        assert row["count"] == sum(row[name] for name in ("on_time", "late", "untimed", "running", "ended"))
    report = result["new"]["deadlines"]["report"]
    assert (report["count"], report["late"], report["running"], report["on_time"]) == (2, 1, 1, 0)
    assert report["cases"] == [small.pk]
    monthly = result["new"]["returns"]["monthly"]
    assert (monthly["count"], monthly["senders"]) == (12, ["city"])
    assert monthly["first"].startswith("2025-12-") and monthly["last"].startswith("2026-11-")


def test_a_duty_at_once_that_was_done_is_counted_once(world: World) -> None:
    """Nothing says whether it was in time: a column of its own, so that the row adds up."""
    run, tally = Run(parse_rulebook(RULEBOOK, "x"), date(2026, 1, 1), date(2026, 11, 20)), Tally("QD-6.4", "即知即报")
    words = dict.fromkeys(("rulebook", "clause", "name", "title", "subject", "holder", "starts"), "")
    at_once = Deadline(
        **words,
        sense="due",
        start_at=AT,
        due_at=None,
        warn_at=None,
        met_at=None,
        explanation="",
        elapsed_only=True,
        local=False,
        basis="",
        provisional=False,
        extended=False,
        calendar_version="",
    )
    for deadline in (at_once, replace(at_once, met_at=AT)):
        run._count(tally, deadline, a_case(world, employer=an_employer(f"即报 {deadline.met_at}")))
    assert (tally.count, tally.untimed, tally.running, tally.on_time) == (2, 1, 1, 0)


def test_what_was_over_in_time_is_neither_late_nor_running(world: World) -> None:
    case = a_case(world, accepted_on=date(2026, 10, 8))
    due = date(2026, 10, 12)  # the 10th is a make-up Saturday
    for settled_by, closed_on, found in (
        (None, date(2026, 11, 1), "ended"),
        ("sun", due, "ended"),
        ("sun", date(2026, 11, 1), "late"),
    ):
        Case.objects.update(
            state="closed", closed_on=closed_on, settled_by=world.people[settled_by] if settled_by else None
        )
        report = tried(world).result["new"]["deadlines"]["report"]
        assert (report["count"], report[found]) == (1, 1), (settled_by, closed_on)
    assert case.pk


def test_a_report_that_went_up_in_time_is_on_time(world: World) -> None:
    case = a_case(world, accepted_on=date(2026, 11, 19), negotiation_failed_on=date(2026, 11, 19))
    union = world.unions["370202E0001"]
    asked = escalations.request(case, union, "negotiation_failed", "协商不成", world.user("li"), AT, seen=case.version)
    assert tried(world).result["new"]["deadlines"]["report"]["running"] == 1, "asked for, not yet approved"
    escalations.approve(asked, by=world.user("wang"), at=AT, seal=asked.snapshot_hash)
    assert tried(world).result["new"]["deadlines"]["report"]["on_time"] == 1


def test_an_edition_is_compared_with_the_one_in_force(world: World, client: Client) -> None:
    first = tried(world)
    activated(first, world.user("yang"), AT)
    a_case(world, stated_workers=12, accepted_on=date(2026, 11, 10))
    again = tried(
        world, RULEBOOK.replace("workers_from = 12", "workers_from = 20").replace("workdays = 3", "workdays = 9")
    )
    new, old = again.result["new"], again.result["old"]
    assert (new["thresholds"]["twelve"]["triggered"], old["thresholds"]["twelve"]["triggered"]) == (0, 1)
    assert (new["deadlines"]["report"]["late"], old["deadlines"]["report"]["late"]) == (0, 1)
    page = signed_in(client, world, "yang").get(reverse("rulebook-trial", args=[again.pk])).content.decode()
    assert "0（1）" in page and "有变化" in page and "括号内是现行同名规则的结果" in page


def test_days_of_next_years_notice_are_moved_back() -> None:
    book = parse_rulebook(
        RULEBOOK + '\n[[campaign]]\nname = "c"\nclause = "N-1"\ntitle = "行动"\nquotation = "各级工会"\n'
        "first = 2027-02-01\nlast = 2028-02-29\n",
        "x",
    )
    assert years_back(book, TODAY) == 1 and years_back(book, date(2027, 1, 1)) == 0
    moved = as_if_in_force(book, 1, date(2025, 11, 21))
    assert (moved.first, moved.last) == (date(2025, 11, 21), None)
    assert (moved.campaigns[0].first, moved.campaigns[0].last) == (date(2026, 2, 1), date(2027, 2, 28))


def test_delivered_twice_or_to_a_dead_worker_it_is_run_once(world: World) -> None:
    upload = tried(world)
    uploads.JOB.work(upload.pk, lambda: AT + timedelta(hours=1))
    assert RulebookUpload.objects.get().changed_at == AT and RulebookUpload.objects.get().attempts == 1
    late = AT + timedelta(minutes=6)
    for attempt, sent, state in ((1, 1, "waiting"), (3, 0, "failed")):
        RulebookUpload.objects.update(state="running", attempts=attempt, changed_at=AT)
        assert (uploads.JOB.requeue_stale(late), RulebookUpload.objects.get().state) == (sent, state)


def test_quotations_that_are_not_in_the_notice_are_named(world: World, client: Client) -> None:
    upload = tried(world, notice_text="各级工会应自发现之日起 3 个工作日内报告。")
    page = signed_in(client, world, "yang").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "N-2：涉及十二人以上的案件逐级上报" in page and "N-1：" not in page
    assert ">第二条<" in page and ">N-2<" not in page, "a clause is called by its place in the notice on trial"
    page = client.get(reverse("rulebook-preview", args=[upload.pk])).content.decode()
    assert "<mark>各级工会应自发现之日起 3 个工作日内报告</mark>" in page and "尚未启用" in page


# In force ------------------------------------------------------------------------------------------------------------


def test_a_second_person_puts_it_in_force(world: World, client: Client) -> None:
    upload = tried(world)
    Appointment.objects.create(
        user=world.people["shen"], union=world.unions["370000"], role=RoleName.APPROVER, since=date(2020, 1, 1)
    )

    sync_rights(world.people["shen"], timezone.localdate())
    with pytest.raises(Forbidden, match="上传人"):
        activated(upload, world.user("shen"), AT)
    with pytest.raises(Forbidden, match="审批人"):
        activated(upload, world.user("han"), AT)
    page = signed_in(client, world, "shen").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "您是上传人，须由另一人启用" in page and reverse("rulebook-activate", args=[upload.pk]) not in page
    signed_in(client, world, "yang")
    seal = {"seal": client.get(reverse("rulebook-trial", args=[upload.pk])).context["seal"]}
    assert client.post(reverse("rulebook-activate", args=[upload.pk]), seal).status_code == 302
    assert client.post(reverse("rulebook-activate", args=[upload.pk]), seal).status_code == 409
    assert "shandong-2027-1" in shelf.rulebooks_at()
    assert [event.verb for event in Event.objects.filter(stream=upload.stream)] == [
        "upload_rulebook",
        "activate_rulebook",
    ]
    assert client.get(reverse("rulebook", args=["shandong-2027-1"])).status_code == 200


def test_a_trial_against_an_edition_since_replaced_is_stale(world: World) -> None:
    """Two uploads tried side by side: the second was compared with what the first has replaced by now."""
    first, second = tried(world), tried(world, RULEBOOK.replace("workdays = 3", "workdays = 9"))
    activated(first, world.user("yang"), AT)
    with pytest.raises(Stale, match="重新上传试算"):
        activated(second, world.user("yang"), AT)
    assert shelf.rulebooks_at()["shandong-2027-1"].deadlines[0].workdays == 3


def test_activation_has_the_cases_of_the_place_counted_again(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    """Known everywhere at once: open terms, the filter of their list, the commands, where it holds."""
    content = RULEBOOK.replace("first = 2027-01-01", "first = 2026-01-01").replace("2026-12-20", "2025-12-20")
    case = a_case(world, accepted_on=date(2026, 11, 20))
    rows = Obligation.objects.filter(case=case, rulebook="shandong-2027-1")
    upload = tried(world, content)
    with django_capture_on_commit_callbacks() as sent:
        activated(upload, world.user("yang"), AT)
    assert len(sent) == 1 and not rows.exists()
    event = Event.objects.get(stream=upload.stream, verb="activate_rulebook")
    assert recomputed(event) == 1
    assert (rows.get().clause, rows.get().due_at) == ("N-1", moment("2026-11-25 23:59:59"))
    assert recomputed(event) == 0
    told = Event.objects.get(stream=upload.stream, verb="recompute")
    assert (told.by, told.data["new"], told.data["cases"]) == (world.people["yang"], 1, 1)
    page = as_user(world, "li").get(reverse("obligations")).content.decode()
    assert 'value="shandong-2027-1"' in page
    out = io.StringIO()
    call_command("schedule", "shandong-2027-1", "--from", "2026-12-01", "--to", "2026-12-31", "--json", stdout=out)
    assert [row["form"] for row in json.loads(out.getvalue())] == ["shandong-monthly-bulletin"]
    out = io.StringIO()
    call_command("thresholds", "--rulebook", "shandong-2027-1", "--facts", '{"workers":12}', stdout=out)
    assert "N-2" in out.getvalue()
    with pytest.raises(Refused, match="已适用"):
        attachments.propose(world.unions["370202"], "shandong-2027-1", TODAY, "转发", world.user("qian"), AT)


def test_an_edition_that_names_another_union_is_attached_there_too(world: World) -> None:
    attachments.attach_as_delivered(AT)
    content = RULEBOOK.replace("shandong-2027-1", "shandong-2023-18").replace('"370000"', '"370200"')
    upload = tried(world, content)
    assert upload.stage == TrialStage.TRIED
    activated(upload, world.user("yang"), AT)
    rows = Attachment.objects.approved().filter(rulebook="shandong-2023-18")
    assert [row.union.code for row in rows] == ["370000"], "the province's row holds for the city below it"


def entered_late(content: str = RULEBOOK) -> str:
    """A notice of 1 October, entered on 20 November."""
    return content.replace("issued = 2026-12-20", "issued = 2026-09-28").replace(
        "first = 2027-01-01", "first = 2026-10-01"
    )


def test_a_notice_entered_late_holds_from_its_own_day(world: World) -> None:
    """What was due by then is owed as 补录: shown, without a clock, and nobody is late with it."""
    old = a_case(world, accepted_on=date(2026, 10, 8))
    fresh = a_case(world, accepted_on=date(2026, 11, 19), employer=an_employer("另一家"))
    before = a_case(world, accepted_on=date(2026, 9, 29), employer=an_employer("更早的一家"))
    upload = activated(tried(world, entered_late()), world.user("yang"), AT)
    assert upload.active_from == date(2026, 10, 1)
    assert "shandong-2027-1" in shelf.rulebooks_at(date(2026, 10, 1))
    assert "shandong-2027-1" not in shelf.rulebooks_at(date(2026, 9, 30))
    recomputed(Event.objects.get(stream=upload.stream, verb="activate_rulebook"))
    rows = {row.case_id: row for row in Obligation.objects.filter(rulebook="shandong-2027-1", case__isnull=False)}
    assert set(rows) == {old.pk, fresh.pk} and before.pk not in rows
    assert (rows[old.pk].backfilled, rows[old.pk].clock_at) == (True, None)
    assert rows[old.pk].due_at == moment("2026-10-12 23:59:59")
    assert not rows[old.pk].late(AT) and rows[old.pk] not in Obligation.objects.overdue(AT)
    assert (rows[fresh.pk].backfilled, rows[fresh.pk].clock_at) == (False, moment("2026-11-24 23:59:59"))
    page = as_user(world, "li").get(reverse("obligations"), {"list": "backfilled"}).content.decode()
    assert "补录，待办" in page and old.employer.name in page and "另一家" not in page
    assert 'list=backfilled"' not in as_user(world, "feng").get(reverse("obligations")).content.decode(), (
        "nothing to list"
    )
    escalations.approve(asked_up(world, old), by=world.user("wang"), at=AT, seal=Escalation.objects.get().snapshot_hash)
    row = Obligation.objects.get(pk=rows[old.pk].pk)
    assert row.met_at and not row.late(AT + timedelta(days=9)), "done is done, and not late"


def asked_up(world: World, case: Case) -> Escalation:
    Case.objects.filter(pk=case.pk).update(negotiation_failed_on=date(2026, 11, 19))
    union, case = world.unions["370202E0001"], Case.objects.get(pk=case.pk)
    return escalations.request(case, union, "negotiation_failed", "协商不成", world.user("li"), AT, seen=case.version)


def test_a_rulebook_attached_late_is_entered_late(world: World) -> None:
    """The unit could not know before two of its people had agreed."""
    old, fresh = (a_case(world, accepted_on=date(2026, 11, day), employer=an_employer(f"{day}")) for day in (9, 19))
    activated(
        tried(world, entered_late().replace('"370000"', '"370203"')), world.user("yang"), moment("2026-10-01 09:00")
    )
    row = attachments.propose(
        world.unions["370202"], "shandong-2027-1", date(2026, 11, 2), "转发", world.user("qian"), AT
    )
    attachments.beginning.approve(row, by=world.user("zhou"), at=AT, seal=attachments.beginning.seal(row, AT))
    recomputed(
        Event.objects.get(stream="rulebook:shandong-2027-1", verb="attach.approve", union=world.unions["370202"])
    )
    rows = dict(Obligation.objects.filter(rulebook="shandong-2027-1").values_list("case_id", "backfilled"))
    assert (rows[old.pk], rows[fresh.pk]) == (True, False)


def test_a_notice_put_right_holds_from_the_day_it_is_put_right(world: World) -> None:
    """The same notice, another reading: what was done by the former stays as it was judged. Its successor begins on its own day."""
    activated(tried(world, entered_late()), world.user("yang"), moment("2026-11-02 10:00"))
    right = activated(tried(world, entered_late().replace("workdays = 3", "workdays = 5")), world.user("yang"), AT)
    assert right.active_from == TODAY
    later = entered_late().replace("first = 2026-10-01", "first = 2027-02-01").replace("workdays = 3", "workdays = 9")
    successor = activated(tried(world, later), world.user("yang"), AT + timedelta(hours=1))
    assert successor.active_from == date(2027, 2, 1)
    days = {"2026-10-01": 3, "2026-11-19": 3, "2026-11-20": 5, "2027-01-31": 5, "2027-02-01": 9}
    for day, workdays in days.items():
        book = shelf.rulebooks_at(date.fromisoformat(day))["shandong-2027-1"]
        assert book.deadlines[0].workdays == workdays, day


# What it needs -------------------------------------------------------------------------------------------------------


def test_a_form_that_does_not_exist_is_told_at_every_step(world: World, client: Client) -> None:
    content = RULEBOOK.replace("shandong-monthly-bulletin", "no-such-form")
    upload = tried(world, content)
    for who in ("shen", "yang"):
        signed_in(client, world, who)
        for name in ("rulebook-trial", "rulebook-preview"):
            page = client.get(reverse(name, args=[upload.pk])).content.decode()
            assert "规则所需内容不全" in page and "要填的报表“no-such-form”没有格式" in page, (who, name)
    seal = client.get(reverse("rulebook-trial", args=[upload.pk])).context["seal"]
    answer = client.post(reverse("rulebook-activate", args=[upload.pk]), {"seal": seal}, follow=True)
    assert "已启用" in answer.content.decode() and "“no-such-form”没有格式" in answer.content.decode()


def test_a_form_of_another_place_bars_the_rulebook(world: World, client: Client) -> None:
    upload = tried(world, RULEBOOK.replace("shandong-monthly-bulletin", "qinghai-weekly"))
    page = signed_in(client, world, "yang").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "是其他地方的报表" in page
    with pytest.raises(Refused, match="是其他地方的报表"):
        activated(upload, world.user("yang"), AT)


def test_a_return_nobody_owes_is_told(world: World, client: Client) -> None:
    upload = tried(world, RULEBOOK.replace('senders = "city"\n', ""))
    page = signed_in(client, world, "shen").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "没有单位需要报送" in page


def test_a_stand_in_of_the_uploader_is_barred(world: World) -> None:
    upload = tried(world)
    row = Appointment.objects.get(user=world.people["yang"])
    row.acting_for = world.people["shen"]
    row.save()
    with pytest.raises(Forbidden, match="代理"):
        activated(upload, world.user("yang"), AT)


def test_a_stand_in_of_the_day_it_was_brought_in_stays_barred(world: World) -> None:
    Appointment.objects.create(
        user=world.people["yang"],
        union=world.unions["370000"],
        role="statistician",
        since=date(2026, 1, 1),
        until=AT.date(),
        acting_for=world.people["shen"],
    )
    upload = tried(world)
    with pytest.raises(Forbidden, match="代理"):
        activated(upload, world.user("yang"), AT + timedelta(days=1))


def test_old_periods_keep_their_edition(world: World) -> None:
    activated(tried(world, entered_late()), world.user("yang"), moment("2026-11-20 10:00"))
    second = tried(world, entered_late().replace("workdays = 3", "workdays = 9"))
    activated(second, world.user("yang"), moment("2026-12-24 10:00"))
    days = {"2026-09-30": None, "2026-10-01": 3, "2026-12-23": 3, "2026-12-24": 9, "2030-01-01": 9}
    for day, workdays in days.items():
        book = shelf.rulebooks_at(date.fromisoformat(day)).get("shandong-2027-1")
        assert (book and book.deadlines[0].workdays) == workdays, day
    assert shelf.rulebooks_at()["shandong-2027-1"].deadlines[0].workdays == 9
    cut = [book for book in shelf.every_edition() if book.key == "shandong-2027-1"]
    assert [(book.first, book.last) for book in cut][-1] == (date(2026, 12, 24), None)
    assert set(files()) < set(shelf.rulebooks_at(date(2024, 1, 1))) | {"x"}


def test_a_file_of_the_program_is_replaced_from_its_day_on(world: World) -> None:
    content = RULEBOOK.replace("shandong-2027-1", "shandong-2023-18")
    activated(tried(world, content), world.user("yang"), AT)
    assert shelf.rulebooks_at(date(2024, 1, 1))["shandong-2023-18"].deadlines[0].name != "report"
    assert shelf.rulebooks_at(date(2026, 12, 31))["shandong-2023-18"].deadlines[0].name != "report"
    assert shelf.rulebooks_at(date(2027, 1, 1))["shandong-2023-18"].deadlines[0].name == "report"


def test_what_is_discarded_never_holds(world: World, client: Client) -> None:
    upload = tried(world)
    signed_in(client, world, "shen")
    assert client.post(reverse("rulebook-discard", args=[upload.pk]), {"opinion": " "}).status_code == 422
    assert client.post(reverse("rulebook-discard", args=[upload.pk]), {"opinion": "写错了"}).status_code == 302
    with pytest.raises(Stale):
        activated(upload, world.user("yang"), AT)
    assert "shandong-2027-1" not in shelf.rulebooks_at()
    assert "写错了" in client.get(reverse("rulebook-trial", args=[upload.pk])).content.decode()


def test_an_unsound_rulebook_leaves_no_row(world: World) -> None:
    with pytest.raises(RulebookError):
        brought_in(world, "key = 1")
    assert not RulebookUpload.objects.exists() and not Event.objects.filter(stream__startswith="rulebook").exists()


# In a browser --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_uploaded_tried_and_put_in_force_by_two_people(
    cast_database: None, celery_worker: Any, open_page: Any, tmp_path: Any
) -> None:
    world = load()
    a_case(world, accepted_on=date(2026, 11, 10))
    path = tmp_path / "new.toml"
    path.write_text(RULEBOOK, "utf-8")
    page = open_page(1440)
    enter(page, "shen")
    page.goto("/rulebooks/")
    page.get_by_role("link", name="上传新规则").click()
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name="上传并试算").click()
    page.get_by_role("heading", name="达到的门槛").wait_for()
    assert page.get_by_text("您是上传人").count() or page.get_by_text("须由").count()
    address = page.url
    other = open_page(390)
    enter(other, "yang")
    other.goto(address)
    other.get_by_role("button", name="启用").click()
    other.locator("#confirm").get_by_role("button", name="启用").click()
    other.get_by_text("已启用，自 2027-01-01 起按它判断").wait_for()
    assert "shandong-2027-1" in shelf.rulebooks_at()
    wide = other.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
