"""The notices in the browser: beside their text what the system does, and a new one tried before it holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears import escalations
from arrears.models import Case
from reporting.models import RulebookUpload, TrialStage
from reporting.notices import shelf, uploads
from reporting.notices.display import laid_out
from reporting.notices.texts import NoticeText, text_of
from reporting.notices.trial import as_if_in_force, years_back
from reporting.rules.reader import NOTICES, parse_rulebook
from reporting.rules.reader import shelf as files
from reporting.rules.table import RulebookError
from reporting.rules.workdays import Calendar
from tests.cast import AT, PASSWORD, World, a_case, an_employer, moment
from unions.models import Appointment, Event
from unions.refusals import Forbidden, Refused, Stale
from unions.rights import RoleName

BACKEND = "unions.backends.AppointmentBackend"
TODAY = date(2026, 11, 20)

RULEBOOK = """
key = "shandong-2027-1"
title = "关于做好2027年欠薪报告工作的通知"
issuer = "山东省总工会"
issued = 2026-12-20
first = 2027-01-01
attached_to = "370000"
region = "37"

[[clause]]
id = "N-1"
heading = "一 报告时限"
quotation = "各级工会应自发现之日起3个工作日内报告"
summary = "自发现起 3 个工作日。"

[[clause]]
id = "N-2"
heading = "二 门槛"
quotation = "涉及十二人以上的案件逐级上报"
summary = "12 人以上上报。"

[[threshold]]
name = "twelve"
clause = "N-2"
title = "十二人以上"
quotation = "涉及十二人以上的案件逐级上报"
effect = "逐级上报"
any = [{ workers_from = 12 }]

[[deadline]]
name = "report"
clause = "N-1"
title = "报告"
quotation = "各级工会应自发现之日起3个工作日内报告"
subject = "case"
holder = "各级工会"
starts = "accepted_on"
met_by = "escalated_on"
workdays = 3

[[return]]
name = "monthly"
clause = "N-1"
title = "月报"
quotation = "各级工会应自发现之日起3个工作日内报告"
form = "new-monthly"
every = "month"
covers = "previous"
due = { workday = 5 }
senders = "city"
"""


def signed_in(client: Client, world: World, who: str) -> Client:
    client.force_login(world.user(who), backend=BACKEND)
    return client


def brought_in(world: World, content: str = RULEBOOK, **changes: Any) -> RulebookUpload:
    given = {"notice_text": "", "since": TODAY - timedelta(365), "until": TODAY} | changes
    return uploads.bring_in(
        content, "new.toml", given["notice_text"], given["since"], given["until"], world.unions["370000"],
        world.user("shen"), AT,
    )  # fmt: skip


def tried(world: World, content: str = RULEBOOK, **changes: Any) -> RulebookUpload:
    upload = brought_in(world, content, **changes)
    uploads.work_off(upload.pk, lambda: AT)
    return RulebookUpload.objects.get(pk=upload.pk)


# The notice beside what the system does ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", NOTICES)
def test_every_clause_stands_beside_its_own_words(key: str) -> None:
    book = files()[key]
    rows = laid_out(book, text_of(key), TODAY, Calendar())
    shown = [one for row in rows for one in row.clauses]
    assert sorted(one.clause.id for one in shown) == sorted(clause.id for clause in book.clauses)
    assert all(one.found for one in shown), "every quotation is in the text"
    assert sum(len(one.items) for one in shown) == len(list(book.entries())) + len(book.campaigns)
    for row in rows:
        assert row.paragraph and "".join(piece.text for piece in row.pieces) == row.paragraph.text


def said(key: str, clause: str, calendar: Calendar | None = None) -> str:
    for row in laid_out(files()[key], text_of(key), TODAY, calendar or Calendar()):
        for one in row.clauses:
            if one.clause.id == clause:
                return "\n".join(
                    line
                    for item in one.items
                    for line in (*item.lines, item.example, *item.local, item.basis, item.reading)
                )
    raise KeyError(clause)


def test_numbers_say_whether_they_include_themselves() -> None:
    told = said("qingdao-2021", "QD-4.1c")
    assert "涉及 10 人以上（含本数），且金额 100,000 元以上（含本数）" in told
    assert "同一名职工：欠薪 3 个月以上（含本数），且金额 10,000 元以上（含本数）" in told
    assert "涉及 50 人以上（含本数）" in said("qinghai-2022-41", "QH-3d-50")
    assert "欠薪 3 个月以上（含本数）" in said("yingkou-2018-2", "YK-2.1")


def test_terms_are_counted_from_today() -> None:
    told = said("qingdao-2021", "QD-5")
    assert "自协商失败起 5 个工作日内" in told
    assert "11月20日（周五）协商失败，+5个工作日，跳过 11/21、11/22 → 11月27日" in told
    assert "下一次：2026-12-31 23:59 前（2026年第4季度，最后1个工作日 → 12月31日）" in told
    assert "没有规定时数" in said("qingdao-2021", "QD-6.4"), "hours are always a local setting"
    assert "天数由本地设定" in said("qingdao-2021", "QD-4.3")


def test_campaigns_and_returns_that_are_over_say_so() -> None:
    told = said("qinghai-2022-41", "QH-3d-weekly")
    assert "2022-10-01 至 2022-10-31（含首尾两日）" in told and "已结束" in told
    assert "每周一 16:00 前，遇休息日顺延到下一个工作日，报上一周" in told
    assert "最后一次：2022-10-31 16:00" in told


def test_a_crime_threshold_nobody_found_is_called_unset() -> None:
    assert "未设定" in said("law-national", "LAW-crime")
    assert "涉及 10 人以上（含本数），且金额 50,000 元以上（含本数）" in said("yingkou-2018-2", "YK-2.4")


def test_the_pages_of_all_rulebooks(world: World, client: Client, django_assert_max_num_queries: Any) -> None:
    signed_in(client, world, "sun")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("rulebooks")).content.decode()
    assert all(files()[key].title in page for key in NOTICES)
    assert page.count("适用于您的单位") >= 2 and "上传新规则" not in page
    for key in files():
        with django_assert_max_num_queries(10):
            answer = client.get(reverse("rulebook", args=[key]))
        assert answer.status_code == 200
    page = client.get(reverse("rulebook", args=["qingdao-2021"])).content.decode()
    assert "<mark>拖欠十名以上劳动者的劳动报酬且数额累计在十万元及以上的" in page and "本地设置" in page
    assert client.get(reverse("rulebook", args=["no-such"])).status_code == 404


def test_reading_takes_a_sign_in(client: Client, db: None) -> None:
    for name in (
        "rulebooks",
        "rulebook-upload",
        "work-calendar",
        "holidays",
        "calendar-day",
        "calendar-count",
    ):
        assert client.get(reverse(name)).status_code == 302


def test_broken_lines_are_one_paragraph() -> None:
    text = NoticeText(
        "关于某事的通知\n\n各级工会应当认真贯彻落实本通知的各项要求，切实维护职工\n\n合法权益。\n二、目标\n甲\t乙"
    )
    assert [(one.kind, one.text[:6]) for one in text.paragraphs] == [
        ("heading", "关于某事的通"), ("text", "各级工会应当"), ("heading", "二、目标"), ("row", "甲\t乙"),
    ]  # fmt: skip
    assert text.find("职工合法权益") == 1 and text.find("没有的话") is None
    pieces = text.pieces(1, ["职工合法权益"])
    assert [(piece.text, piece.quoted) for piece in pieces][1:] == [("职工合法权益", True), ("。", False)]


# Bringing one in -----------------------------------------------------------------------------------------------------


def post(client: Client, content: bytes | str, **more: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    given = {
        "since": "2025-11-21",
        "until": "2026-11-20",
        "file": SimpleUploadedFile("new.toml", data),
    } | more
    return client.post(reverse("rulebook-upload"), given)


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
        (RULEBOOK.replace("workdays = 3", "workdays = 1000000"), "算不出的日期"),
        (RULEBOOK.replace("workday = 5 ", "workday = 25 "), "算不出的日期"),
        (RULEBOOK.replace("first = 2027-01-01", "first = 9999-01-01"), "请核对 first"),
    ],
)
def test_what_is_not_let_in(world: World, client: Client, content: Any, sentence: str) -> None:
    from tests.cast import FOUNDED
    from unions import tree
    from unions.models import UnionKind

    tree.found("630000", "青海省总工会", UnionKind.PROVINCE, None, FOUNDED, None, AT, region_code="630000")
    answer = post(signed_in(client, world, "shen"), content)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert RulebookUpload.objects.count() == 0


def test_days_of_a_trial_that_cannot_be(world: World) -> None:
    for since, until in (
        (TODAY, TODAY - timedelta(1)),
        (TODAY, TODAY + timedelta(9)),
        (date(2000, 1, 1), TODAY),
    ):
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
    for who, status in (
        ("shen", 200),
        ("yang", 200),
        ("sun", 404),
        ("zhou", 404),
        ("li", 404),
        ("shenji", 404),
    ):
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
    report = result["new"]["deadlines"]["report"]
    assert (report["count"], report["late"], report["running"], report["on_time"]) == (2, 1, 1, 0)
    assert report["cases"] == [small.pk]
    monthly = result["new"]["returns"]["monthly"]
    assert (monthly["count"], monthly["senders"]) == (12, ["city"])
    assert monthly["first"].startswith("2025-12-") and monthly["last"].startswith("2026-11-")


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
    asked = escalations.request(
        case, union, "negotiation_failed", "协商不成", world.user("li"), AT, seen=case.version
    )
    assert tried(world).result["new"]["deadlines"]["report"]["running"] == 1, "asked for, not yet approved"
    escalations.approve(asked, world.user("wang"), AT, shown=asked.snapshot_hash)
    assert tried(world).result["new"]["deadlines"]["report"]["on_time"] == 1


def test_an_edition_is_compared_with_the_one_in_force(world: World, client: Client) -> None:
    first = tried(world)
    uploads.activate(first.pk, world.user("yang"), AT)
    a_case(world, stated_workers=12, accepted_on=date(2026, 11, 10))
    again = tried(
        world,
        RULEBOOK.replace("workers_from = 12", "workers_from = 20").replace("workdays = 3", "workdays = 9"),
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
    uploads.work_off(upload.pk, lambda: AT + timedelta(hours=1))
    assert RulebookUpload.objects.get().changed_at == AT and RulebookUpload.objects.get().attempt == 1
    late = AT + timedelta(minutes=6)
    for attempt, sent, stage in ((1, 1, "waiting"), (3, 0, "failed")):
        RulebookUpload.objects.update(stage=TrialStage.RUNNING, attempt=attempt, changed_at=AT)
        assert (uploads.send_stale_again(late), RulebookUpload.objects.get().stage) == (sent, stage)


def test_quotations_that_are_not_in_the_notice_are_named(world: World, client: Client) -> None:
    upload = tried(world, notice_text="各级工会应自发现之日起 3 个工作日内报告。")
    page = signed_in(client, world, "yang").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "N-2：涉及十二人以上的案件逐级上报" in page and "N-1：" not in page
    page = client.get(reverse("rulebook-preview", args=[upload.pk])).content.decode()
    assert "<mark>各级工会应自发现之日起 3 个工作日内报告</mark>" in page and "尚未启用" in page


# In force ------------------------------------------------------------------------------------------------------------


def test_a_second_person_puts_it_in_force(world: World, client: Client) -> None:
    upload = tried(world)
    Appointment.objects.create(
        user=world.people["shen"],
        union=world.unions["370000"],
        role=RoleName.APPROVER,
        since=date(2020, 1, 1),
    )
    from unions.appointments import sync_rights

    sync_rights(world.people["shen"], timezone.localdate())
    with pytest.raises(Forbidden, match="上传人"):
        uploads.activate(upload.pk, world.user("shen"), AT)
    with pytest.raises(Forbidden, match="审批人"):
        uploads.activate(upload.pk, world.user("han"), AT)
    page = signed_in(client, world, "shen").get(reverse("rulebook-trial", args=[upload.pk])).content.decode()
    assert "您是上传人，须由另一人启用" in page and reverse("rulebook-activate", args=[upload.pk]) not in page
    signed_in(client, world, "yang")
    assert client.post(reverse("rulebook-activate", args=[upload.pk])).status_code == 302
    assert client.post(reverse("rulebook-activate", args=[upload.pk])).status_code == 409
    assert "shandong-2027-1" in shelf.active_shelf()
    assert [event.verb for event in Event.objects.filter(stream=upload.stream)] == [
        "upload_rulebook",
        "activate_rulebook",
    ]
    assert client.get(reverse("rulebook", args=["shandong-2027-1"])).status_code == 200


def test_a_stand_in_of_the_uploader_is_barred(world: World) -> None:
    upload = tried(world)
    row = Appointment.objects.get(user=world.people["yang"])
    row.acting_for = world.people["shen"]
    row.save()
    with pytest.raises(Forbidden, match="代理"):
        uploads.activate(upload.pk, world.user("yang"), AT)


def test_old_periods_keep_their_edition(world: World) -> None:
    uploads.activate(tried(world).pk, world.user("yang"), moment("2026-11-20 10:00"))
    second = tried(world, RULEBOOK.replace("workdays = 3", "workdays = 9"))
    uploads.activate(second.pk, world.user("yang"), moment("2026-12-24 10:00"))
    days = {"2026-11-19": None, "2026-11-20": 3, "2026-12-23": 3, "2026-12-24": 9, "2030-01-01": 9}
    for day, workdays in days.items():
        book = shelf.active_shelf(date.fromisoformat(day)).get("shandong-2027-1")
        assert (book and book.deadlines[0].workdays) == workdays, day
    assert shelf.active_shelf()["shandong-2027-1"].deadlines[0].workdays == 9
    cut = [book for book in shelf.every_edition() if book.key == "shandong-2027-1"]
    assert [(book.first, book.last) for book in cut][-1] == (date(2027, 1, 1), None)
    assert set(files()) < set(shelf.active_shelf(date(2024, 1, 1))) | {"x"}


def test_a_file_of_the_program_is_replaced_from_its_day_on(world: World) -> None:
    content = RULEBOOK.replace("shandong-2027-1", "shandong-2023-18")
    uploads.activate(tried(world, content).pk, world.user("yang"), AT)
    assert shelf.active_shelf(date(2024, 1, 1))["shandong-2023-18"].deadlines[0].name != "report"
    assert shelf.active_shelf(TODAY)["shandong-2023-18"].deadlines[0].name == "report"


def test_what_is_discarded_never_holds(world: World, client: Client) -> None:
    upload = tried(world)
    signed_in(client, world, "shen")
    assert client.post(reverse("rulebook-discard", args=[upload.pk]), {"reason": " "}).status_code == 422
    assert client.post(reverse("rulebook-discard", args=[upload.pk]), {"reason": "写错了"}).status_code == 302
    with pytest.raises(Stale):
        uploads.activate(upload.pk, world.user("yang"), AT)
    assert "shandong-2027-1" not in shelf.active_shelf()
    assert "写错了" in client.get(reverse("rulebook-trial", args=[upload.pk])).content.decode()


def test_an_unsound_rulebook_leaves_no_row(world: World) -> None:
    with pytest.raises(RulebookError):
        brought_in(world, "key = 1")
    assert (
        not RulebookUpload.objects.exists()
        and not Event.objects.filter(stream__startswith="rulebook").exists()
    )


# In a browser --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_uploaded_tried_and_put_in_force_by_two_people(
    celery_worker: Any, open_page: Any, tmp_path: Any
) -> None:
    from tests.cast import build

    world = build()
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
    other.get_by_text("已启用，自今天起按它判断").wait_for()
    assert "shandong-2027-1" in shelf.active_shelf()
    wide = other.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def enter(page: Any, who: str) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/*")
