"""Where a rulebook holds: proposed by one, approved by another, ended the same way; what is owed follows at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.terms import rebuild
from arrears.law.models import Attachment, Obligation
from arrears.law.obligations import attachments
from arrears.law.obligations.applicable import RulebooksByUnit
from tests.cast import AT, FOUNDED, World, a_case, an_employer
from tests.readers import as_user
from tests.rulebook_uploads import recomputed
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Appointment, Event, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

YK = "yingkou-2018-2"
SINCE = date(2026, 11, 15)


def asked(world: World, since: date = SINCE, key: str = YK, code: str = "370202") -> Attachment:
    return attachments.propose(world.unions[code], key, since, "市里转发", world.user("qian"), AT)


def approval_of(row: Attachment) -> attachments.AttachmentApproval:
    """What waits in the row: the beginning, or else the end."""
    return attachments.beginning if row.asked == "start" else attachments.ending


def seal(row: Attachment) -> str:
    return approval_of(row).seal(row, AT)


def approve(row: Attachment, by: User, at: datetime = AT, sealed: str = "") -> Attachment:
    return approval_of(row).approve(row, by=by, at=at, seal=sealed or seal(row))


def decline(row: Attachment, by: User, opinion: str) -> Attachment:
    return approval_of(row).decline(row, by=by, at=AT, opinion=opinion)


def agreed(world: World, row: Attachment) -> Attachment:
    return approve(row, world.user("zhou"))


def sixty(world: World, day: int) -> Case:
    """Sixty workers, accepted in November: reported under YK-2.1 where Yingkou's notice holds."""
    facts: dict[str, Any] = {"accepted_on": date(2026, 11, day), "stated_workers": 60, "stated_migrants": 0}
    return a_case(world, employer=an_employer(f"{day}日公司"), **facts)


def owing() -> list[int | None]:
    """Cases with an open term under Yingkou's notice: to the office above and to the government, so two each."""
    rows = (
        Obligation.objects.open()
        .filter(rulebook=YK, case__isnull=False)
        .order_by("case")
        .values_list("case", flat=True)
    )
    return list(dict.fromkeys(rows))


# Two people ----------------------------------------------------------------------------------------------------------


def test_attaching_needs_two_people(world: World) -> None:
    row = asked(world)
    case = sixty(world, 18)
    assert owing() == [], "only asked for"
    for who in ("qian", "sun", "shen", "yang", "wang"):
        with pytest.raises(Forbidden):
            approve(row, world.user(who))
    agreed(world, row)
    before, after = sixty(world, 14), sixty(world, 16)
    assert owing() == [after.pk] and before.pk != after.pk, "judged by the rule of its day"
    rebuild(Case.objects.filed(), AT)
    assert owing() == [case.pk, after.pk]
    assert Obligation.objects.filter(rulebook=YK).first().clause == "YK-2.1"  # type: ignore[union-attr]


def test_a_stand_in_of_whoever_asked_cannot_approve(world: World) -> None:
    row, zhou = asked(world), world.people["zhou"]
    Appointment.objects.create(
        user=world.people["qian"], union=world.unions["370202"], role=RoleName.CLERK, since=FOUNDED, acting_for=zhou
    )
    with pytest.raises(Forbidden, match="代理"):
        agreed(world, row)


def test_a_stand_in_of_the_day_it_was_asked_stays_barred(world: World) -> None:
    Appointment.objects.create(
        user=world.people["qian"],
        union=world.unions["370202"],
        role=RoleName.CLERK,
        since=FOUNDED,
        until=AT.date(),
        acting_for=world.people["zhou"],
    )
    row = asked(world)
    with pytest.raises(Forbidden, match="代理"):
        approve(row, world.user("zhou"), AT + timedelta(days=1))


def test_the_database_itself_wants_two(world: World) -> None:
    row = asked(world)
    for changes in ({"approved_by": row.by, "approved_at": AT}, {"end_by": row.by, "end_approved_by": row.by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attachment.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize("who", ["sun", "zhou", "shen", "li", "wu", "xitong"])
def test_only_the_units_statistician_proposes(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        attachments.propose(world.unions["370202"], YK, SINCE, "转发", world.user(who), AT)


def test_what_cannot_be_proposed(world: World) -> None:
    district, qian = world.unions["370202"], world.user("qian")
    for key, since, reason, until, words in (
        ("no-such", SINCE, "x", None, "没有规则"),
        ("law-national", SINCE, "x", None, "各地都适用"),
        (YK, SINCE, " ", None, "理由"),
        (YK, SINCE, "字" * 201, None, "200"),
        (YK, date(2017, 1, 1), "x", None, "起日不能更早"),
        (YK, SINCE, "x", SINCE - timedelta(1), "止日早于起日"),
        ("qingpu-2023-1", date(2025, 1, 1), "x", None, "起日不能更晚"),
        (YK, date(9999, 1, 1), "x", None, "起日过晚"),
    ):
        with pytest.raises(Refused, match=words):
            attachments.propose(district, key, since, reason, qian, AT, until)
    asked(world)
    with pytest.raises(Stale):
        asked(world)


def test_what_holds_above_need_not_be_asked_for_below(world: World) -> None:
    attachments.attach_as_delivered(AT)
    with pytest.raises(Refused, match="青岛市总工会"):
        asked(world, key="qingdao-2021")


def test_a_row_beside_the_file_does_not_take_the_files_place(world: World) -> None:
    """Qingdao's notice holds where its file says; attached to the industrial union too, it goes on holding in Qingdao."""
    industry = world.unions["370000I0001"]
    Appointment.objects.create(user=world.people["qian"], union=industry, role=RoleName.STATISTICIAN, since=FOUNDED)
    sync_rights(world.people["qian"], timezone.localdate())
    attachments.propose(industry, "qingdao-2021", SINCE, "参照", world.user("qian"), AT)
    assert Attachment.objects.approved().get(rulebook="qingdao-2021").union == world.unions["370200"]
    held = RulebooksByUnit().holding(world.unions["370202"].line_ids()).books
    assert "qingdao-2021" in {book.key for book in held}


# Withdrawn, declined, ended ------------------------------------------------------------------------------------------


def test_what_is_declined_leaves_the_log_and_can_be_asked_again(world: World) -> None:
    row = asked(world)
    with pytest.raises(Forbidden):
        decline(row, world.user("sun"), "不妥")
    with pytest.raises(Refused):
        decline(row, world.user("zhou"), " ")
    decline(row, world.user("zhou"), "不妥")
    assert not Attachment.objects.filter(pk=row.pk).exists()
    with pytest.raises(Stale):
        approve(row, world.user("zhou"))
    again = asked(world)
    attachments.beginning.withdraw(again, by=world.user("qian"), at=AT, opinion="写错了")
    verbs = Event.objects.filter(stream=f"rulebook:{YK}").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["attach", "attach.start.decline"] * 2
    assert list(audit.broken_links()) == []


def test_an_end_needs_two_people_and_spares_what_began_before(world: World) -> None:
    row = agreed(world, asked(world))
    kept = sixty(world, 18)
    qian, zhou = world.user("qian"), world.user("zhou")
    for day in (date(2026, 11, 19), date(2026, 1, 1)):
        with pytest.raises(Refused):
            attachments.propose_end(row, day, "已废止", qian, AT)
    with pytest.raises(Forbidden):
        attachments.propose_end(row, AT.date(), "已废止", zhou, AT)
    row = attachments.propose_end(row, AT.date(), "已废止", qian, AT)
    with pytest.raises(Stale):
        attachments.propose_end(row, AT.date(), "已废止", qian, AT)
    with pytest.raises(Forbidden):
        approve(row, qian)
    assert row.until is None
    row = approve(row, zhou)
    assert row.until == date(2026, 11, 20) and row.asked == ""
    rebuild(Case.objects.filed(), AT)
    assert owing() == [kept.pk]
    assert not row.covers(date(2026, 11, 21))


def test_a_stale_tab_does_not_agree_to_another_day(world: World) -> None:
    row = agreed(world, asked(world))
    qian, zhou = world.user("qian"), world.user("zhou")
    first = attachments.propose_end(row, date(2026, 12, 1), "废止", qian, AT)
    seen = seal(first)
    attachments.ending.withdraw(first, by=qian, at=AT, opinion="写错了")
    attachments.propose_end(row, date(2026, 11, 25), "废止", qian, AT + timedelta(minutes=1))
    with pytest.raises(Stale):
        approve(row, zhou, sealed=seen)
    row.refresh_from_db()
    assert row.until is None and row.last_day == date(2026, 11, 25)


# What is owed follows ------------------------------------------------------------------------------------------------


def test_an_approval_has_the_cases_counted_again(world: World, django_capture_on_commit_callbacks: Any) -> None:
    case, outside = sixty(world, 18), a_case(world, "feng", "370203", employer=an_employer("北", "370203"))
    row = asked(world)
    with django_capture_on_commit_callbacks() as sent:
        agreed(world, row)
    assert len(sent) == 1 and owing() == []
    event = Event.objects.get(stream=f"rulebook:{YK}", verb="attach.approve", data__attachment=row.pk)
    assert recomputed(event) == 2  # terms
    assert owing() == [case.pk] and outside.pk not in owing()
    assert recomputed(event) == 0, "delivered twice"
    told = Event.objects.filter(stream=f"rulebook:{YK}", verb="recompute")
    assert [(one.data["new"], one.data["after"], one.by) for one in told] == [(2, event.seq, world.people["zhou"])]
    assert list(audit.broken_links()) == []


def test_an_end_in_the_past_of_a_case_is_told_in_its_chain(world: World) -> None:
    """Ended today: a case accepted tomorrow owes nothing under it; one of yesterday still does."""
    row = agreed(world, asked(world))
    row = attachments.propose_end(row, AT.date(), "废止", world.user("qian"), AT)
    approve(row, world.user("zhou"))
    event = Event.objects.get(stream=f"rulebook:{YK}", verb="attach.end.approve")
    yesterday, tomorrow = sixty(world, 19), sixty(world, 21)
    assert recomputed(event) == 0
    assert owing() == [yesterday.pk] and tomorrow.pk not in owing()


# The pages -----------------------------------------------------------------------------------------------------------


def test_the_page_of_places(world: World, django_assert_max_num_queries: Any) -> None:
    attachments.attach_as_delivered(AT)
    row = asked(world)
    client = as_user(world, "qian")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("rulebook-places", args=[YK])).content.decode()
    assert "提出适用" in page and "待批准" in page and "市里转发" in page
    assert row.get_absolute_url() in page
    stranger = as_user(world, "feng").get(reverse("rulebook-places", args=[YK])).content.decode()
    assert "市里转发" not in stranger and "提出适用" not in stranger, "what is only asked for is the unit's own"
    assert as_user(world, "feng").get(row.get_absolute_url()).status_code == 404
    assert client.get(reverse("rulebook-places", args=["no-such"])).status_code == 404


def test_proposed_approved_and_ended_in_the_browser(world: World) -> None:
    qian, zhou = as_user(world, "qian"), as_user(world, "zhou")
    url = reverse("rulebook-place-propose", args=[YK])
    wrong = qian.post(url, {"union": "370202", "since": "2026-13-01", "reason": "市里转发"})
    assert wrong.status_code == 422 and "市里转发" in wrong.content.decode(), "nothing typed is lost"
    assert (
        "请从列表中选择您任统计员的单位"
        in qian.post(url, {"union": "370203", "since": "2026-11-15", "reason": "x"}).content.decode()
    )
    answer = qian.post(url, {"union": "370202", "since": "2026-11-15", "reason": "市里转发"})
    row = Attachment.objects.get(rulebook=YK, union=world.unions["370202"])
    assert answer.status_code == 302 and answer["Location"] == row.get_absolute_url()
    assert qian.post(reverse("attachment-approve", args=[row.pk]), {"seal": seal(row)}).status_code == 403
    assert "批准" in zhou.get(row.get_absolute_url()).content.decode()
    assert zhou.post(reverse("attachment-approve", args=[row.pk]), {"seal": "start:old"}).status_code == 409
    assert zhou.post(reverse("attachment-approve", args=[row.pk]), {"seal": seal(row)}).status_code == 302
    end = reverse("attachment-end", args=[row.pk])
    early = qian.post(end, {"last_day": "2026-01-01", "reason": "废止"})
    assert early.status_code == 422 and "早于今天" in early.content.decode()
    assert qian.post(end, {"last_day": f"{timezone.localdate()}", "reason": "废止"}).status_code == 302
    assert qian.post(end, {"last_day": f"{timezone.localdate()}", "reason": "废止"}).status_code == 409
    row.refresh_from_db()
    assert zhou.post(reverse("attachment-approve", args=[row.pk]), {"seal": seal(row)}).status_code == 302
    row.refresh_from_db()
    assert row.until == timezone.localdate()
    assert "停止" in Client.get(zhou, row.get_absolute_url()).content.decode()
