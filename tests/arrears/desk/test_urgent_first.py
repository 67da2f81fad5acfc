"""No queue shows a routine matter above one that cannot wait."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from arrears.escalations import actions as escalations
from arrears.law.models import Obligation
from arrears.law.obligations.reading import at_hand, of_case
from arrears.reminders import digest
from arrears.reminders.models import Reminder, ReminderKind
from arrears.reminders.outbox import NewReminder, put
from tests.cast import AT, World, a_case, an_employer, moment
from tests.letters import submitted
from tests.readers import as_user
from unions.common.urgency import Urgency


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def both(world: World) -> tuple[Any, Any]:
    """A report overdue for weeks, and a mass incident of this morning."""
    routine = a_case(world, employer=an_employer("久拖公司"), negotiation_failed_on=date(2026, 10, 9))
    mass = a_case(world, employer=an_employer("今早公司"), accepted_on=AT.date(), mass=True)
    return routine, mass


def ranks(rows: list[Any]) -> list[int]:
    found = [row.urgency for row in rows]
    assert {Urgency.NOW, Urgency.ROUTINE} <= set(found)
    return found


def test_terms_on_every_list_of_them(world: World, both: tuple[Any, Any]) -> None:
    page = as_user(world, "he").get(reverse("obligations"))
    listed = [one.row for one, _ in page.context["rows"]]
    assert ranks(listed) == sorted(ranks(listed))
    assert listed[0].case_id == both[1].pk and listed[-1].case_id == both[0].pk
    now = moment("2026-11-21 10:00")
    boxed = [one.row for one in at_hand(world.user("he"), now, 50)]
    assert ranks(boxed) == sorted(ranks(boxed))
    mine = [one.row.urgency for one in of_case(both[1], now) if one.row.is_open]
    assert mine == sorted(mine)
    assert [row.urgency for row in Obligation.objects.all()] == sorted(row.urgency for row in Obligation.objects.all())


def test_the_pages_of_a_long_list_follow_each_other(
    world: World, both: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arrears.law.views.obligations.PER_PAGE", 1)
    he, url, seen = as_user(world, "he"), reverse("obligations"), []
    while url:
        page = he.get(url).context
        seen += [one.row for one, _ in page["rows"]]
        url = f"{reverse('obligations')}{page['page'].next}" if page["page"].next else ""
    assert (
        len({row.pk for row in seen}) == len(seen) == Obligation.objects.open().filter(clock_at__isnull=False).count()
    )
    assert ranks(seen) == sorted(ranks(seen))


def test_the_digest_of_the_morning(world: World, both: tuple[Any, Any]) -> None:
    digest.make_round(moment("2026-11-23 08:31"))
    told = Reminder.objects.get(user=world.people["li"], kind=ReminderKind.DIGEST)
    assert str(both[1]) in told.items[0]["text"] and "立即" in told.items[0]["text"]
    assert str(both[0]) in told.items[-1]["text"]


def test_reports_to_approve_and_to_receive(world: World, both: tuple[Any, Any]) -> None:
    li = world.user("li")
    for case, ground in zip(both[::-1], ("mass", "negotiation_failed"), strict=True):
        case.refresh_from_db()
        escalations.request(case, case.union, ground, "", li, AT, seen=case.version)
    wang = as_user(world, "wang")
    rows = [row for row, _ in wang.get("/escalations/?list=approve").context["rows"]]
    assert [row.immediate for row in rows] == [True, False]
    box = next(box for box in wang.get("/").context["boxes"] if box.title == "待我审批")
    assert [item.urgency for item in box.rows] == [Urgency.NOW, Urgency.ROUTINE]


def test_what_hangs_on_a_mass_incident_is_approved_before_what_waits_longer(
    world: World, both: tuple[Any, Any]
) -> None:
    submitted(world, both[0])
    submitted(world, both[1])
    case = both[0]
    case.refresh_from_db()
    escalations.request(
        case, case.union, "negotiation_failed", "", world.user("li"), AT - timedelta(days=9), seen=case.version
    )
    piles = as_user(world, "wang").get("/approvals/").context["piles"]
    shown = [(pile.listed.key, item.urgency) for pile in piles for item in pile.items]
    assert [urgency for _, urgency in shown] == sorted(urgency for _, urgency in shown)
    assert shown[0] == ("letter", Urgency.NOW) and ("letter", Urgency.ROUTINE) in shown
    assert sum(pile.count for pile in piles) == len(shown) == 3


def test_an_alarm_not_read_yet_stands_first_in_the_box(world: World) -> None:
    he = world.people["he"]
    for kind, key, day in ((ReminderKind.IMMEDIATE, "alarm", 18), (ReminderKind.DIGEST, "digest", 20)):
        put([NewReminder(he.pk, kind, key, key, "/", [])], moment(f"2026-11-{day} 09:00"))
    client = as_user(world, "he")
    assert [row.title for row in client.get(reverse("inbox")).context["page"].rows] == ["alarm", "digest"]
    Reminder.objects.filter(title="alarm").update(read_at=AT)
    assert [row.title for row in client.get(reverse("inbox")).context["page"].rows] == ["digest", "alarm"]
