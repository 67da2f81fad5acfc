"""The inbox, what one wants by which way, and the mail of an installation without a mail server."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from arrears.reminders.models import DevMail, Reminder, ReminderPreference, Sending
from tests.cast import AT, World
from tests.readers import as_user
from unions.models import Event


def a_reminder(world: World, name: str = "li", n: int = 1, **facts: Any) -> Reminder:
    items = [{"text": f"案件 SD-{n}：上报（QD-5），期限 2026-11-19", "short": "…", "url": "/obligations/1/"}]
    given = {
        "kind": "digest",
        "key": f"k{n}",
        "title": f"办理时限：{n} 项逾期未办",
        "items": items,
        "url": "/obligations/",
        "created_at": AT,
    } | facts
    return Reminder.objects.create(user=world.people[name], **given)


def test_the_inbox_shows_ones_own(world: World) -> None:
    a_reminder(world, "li")
    a_reminder(world, "he", n=7)
    a_reminder(world, "li", n=8, in_app=False)
    answer = as_user(world, "li").get(reverse("inbox"))
    text = answer.content.decode()
    assert "案件 SD-1" in text and "SD-7" not in text and "SD-8" not in text
    assert answer.context["unread"] == 1
    Sending.objects.create(
        reminder=Reminder.objects.all().last(), via="email", next_at=AT, changed_at=AT, state="done", finished_at=AT
    )
    assert "电子邮件 已发送 2026-11-20 09:30" in as_user(world, "li").get(reverse("inbox")).content.decode()
    assert "暂无提醒" in as_user(world, "shenji").get(reverse("inbox")).content.decode()


def test_the_price_of_the_inbox(world: World, django_assert_max_num_queries: Any) -> None:
    client, url = as_user(world, "li"), reverse("inbox")
    client.get(url)
    for n in range(40):
        a_reminder(world, n=n)
    with django_assert_max_num_queries(9):
        answer = client.get(url)
    assert (len(answer.context["page"].rows), answer.context["unread"]) == (30, 40)
    assert len(client.get(answer.context["page"].next and url + answer.context["page"].next).context["page"].rows) == 10


def test_marking_one_and_all(world: World) -> None:
    first, second, third = (a_reminder(world, n=n) for n in range(3))
    client = as_user(world, "li")
    client.post(reverse("inbox-read"), {"reminder": first.pk})
    client.post(reverse("inbox-read"), {"up_to": second.pk})
    assert [row.read_at is not None for row in Reminder.objects.order_by("pk")] == [True, True, False]
    answer = client.get(reverse("inbox"), {"list": "unread"})
    assert [row.pk for row in answer.context["page"].rows] == [third.pk]
    assert client.get(reverse("inbox-read")).status_code == 405


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "²"])
def test_numbers_nobody_wrote(world: World, number: str) -> None:
    a_reminder(world)
    client = as_user(world, "li")
    for field in ("reminder", "up_to"):
        assert client.post(reverse("inbox-read"), {field: number}).status_code == 302
    assert Reminder.objects.get().read_at is None


def test_nobody_reads_anothers(world: World) -> None:
    row = a_reminder(world, "he")
    as_user(world, "li").post(reverse("inbox-read"), {"reminder": row.pk})
    as_user(world, "li").post(reverse("inbox-read"), {"up_to": row.pk + 100})
    row.refresh_from_db()
    assert row.read_at is None


def test_preferences_are_kept_and_noted(world: World, settings: Any) -> None:
    settings.MESSAGE_WEBHOOK_URL = "http://127.0.0.1:9/"
    client, url = as_user(world, "li"), reverse("reminder-preferences")
    assert client.get(url).status_code == 200
    given = {
        "in_app": ["digest"],
        "email_to": "li@example.org",
        "email": ["silence"],
        "message_to": "lili",
        "message": [],
    }
    assert client.post(url, given).status_code == 302
    row = ReminderPreference.objects.get()
    assert (row.in_app, row.email, row.message, row.message_to) == (["digest", "immediate"], ["silence"], [], "lili")
    assert world.user("li").email == "li@example.org"
    event = Event.objects.get(stream=f"user:{row.user_id}", verb="set-reminders")
    assert "lili" not in str(event.data) and "example" not in str(event.data)
    page = client.get(url).content.decode()
    assert "li@example.org" in page and "lili" in page


def test_a_way_that_is_not_set_up_is_not_offered(world: World, settings: Any) -> None:
    settings.EMBEDDED, settings.EMAIL_HOST, settings.MESSAGE_WEBHOOK_URL = False, "", ""
    client, url = as_user(world, "li"), reverse("reminder-preferences")
    page = client.get(url).content.decode()
    assert "电子邮箱" not in page and "企业微信账号" not in page
    client.post(url, {"in_app": [], "email_to": "x@example.org", "message_to": "x"})
    assert (world.user("li").email, ReminderPreference.objects.get().message_to) == ("", "")


def test_a_wrong_address_is_a_sentence(world: World) -> None:
    client, url = as_user(world, "li"), reverse("reminder-preferences")
    answer = client.post(url, {"email_to": "not an address"})
    assert answer.status_code == 422 and "电子邮箱写得不对" in answer.content.decode()
    assert client.post(url, {"in_app": ["immediate", "nonsense"]}).status_code == 422
    assert client.post(url, {"message_to": "a\x00b", "email_to": "a\x00@example.org"}).status_code == 422


def test_kept_mail_is_for_its_addressee_and_gone_where_mail_goes_out(world: World, settings: Any) -> None:
    url = reverse("dev-mail")
    client = as_user(world, "li")
    assert "暂无邮箱" in client.get(url).content.decode()
    person = world.user("li")
    person.email = "li@example.org"
    person.save()
    for n, name in enumerate(["li", "he"]):
        to = f"{name}@example.org"
        DevMail.objects.create(
            user=world.user(name), to=to, subject=f"主题{n}", body="<b>正文</b>", message_id=str(n), at=AT
        )
    page = client.get(url).content.decode()
    assert "主题0" in page and "主题1" not in page and "&lt;b&gt;正文" in page
    # Whoever writes another's address as hers reads none of the other's mail: nobody proves that an address is hers.
    stranger = world.user("chu")
    stranger.email = "LI@example.org"
    stranger.save()
    assert "主题0" not in as_user(world, "chu").get(url).content.decode()
    person.email = "li.new@example.org"
    person.save()
    assert "主题0" in client.get(url).content.decode()
    settings.EMAIL_HOST = "smtp.example.org"
    assert client.get(url).status_code == 404
    settings.EMAIL_HOST, settings.EMBEDDED = "", False
    assert client.get(url).status_code == 404
    assert "模拟邮箱" not in client.get(reverse("inbox")).content.decode()
