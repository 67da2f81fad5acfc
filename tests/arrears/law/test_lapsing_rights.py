"""Rights that lapse (起诉期、异议期): told in time to whoever works on the case, nobody's silence when they are gone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse

from arrears.cases.models import Case
from arrears.law.models import Obligation
from arrears.law.obligations.reading import status_of
from arrears.legal import actions as legal_steps
from arrears.legal.models import ProceedingKind
from arrears.reminders.digest import make_round
from arrears.reminders.models import Reminder, ReminderKind
from tests.arrears.desk.test_browser_spine import enter
from tests.cast import AT, World, a_case, moment
from tests.readers import as_user

LAST_DAY = "2026-11-27 23:59:59"


def an_award(world: World) -> Case:
    """Served on Thursday 12 November: fifteen calendar days end on Friday 27 November."""
    case, he = a_case(world), world.user("he")
    row = legal_steps.begin(case, ProceedingKind.ARBITRATION, date(2026, 9, 1), "仲裁委", "", he, AT)
    row = legal_steps.accept(row, date(2026, 9, 4), "", he, AT)
    legal_steps.finish(row, date(2026, 11, 10), "awarded", "", he, AT, served_on=date(2026, 11, 12))
    Obligation.objects.exclude(rule="sue-after-award").delete()
    return case


def digests(day: str) -> dict[str, Reminder]:
    rows = Reminder.objects.filter(kind=ReminderKind.DIGEST, key=f"digest:{day}").select_related("user")
    return {row.user.username: row for row in rows}


def test_QD_6_3_a_right_to_sue_is_told_before_it_lapses(world: World) -> None:
    case = an_award(world)
    assert Obligation.objects.get().due_at == moment(LAST_DAY)
    make_round(moment("2026-11-24 08:30"))
    assert digests("2026-11-24") == {}, "three days before is soon, four are not"
    make_round(moment("2026-11-25 08:30"))
    heard = digests("2026-11-25")
    assert set(heard) == {"li"}, "the officer of the case; an approver has nothing to approve"
    row = heard["li"]
    assert row.title == "办理时限：1 项权利即将届满"
    assert row.url == reverse("obligations") + "?list=rights"
    (item,) = row.items
    assert case.number in item["text"] and "2026-11-27 届满" in item["text"] and "逾期" not in item["text"]


def test_a_right_that_lapsed_is_nobodys_silence(world: World) -> None:
    an_award(world)
    for day in ("2026-11-30", "2026-12-07"):
        make_round(moment(f"{day} 08:30"))
    assert not Reminder.objects.exclude(kind=ReminderKind.IMMEDIATE).exists()
    assert not Obligation.objects.overdue(moment("2026-12-07 08:30")).exists()


def test_what_is_said_of_a_right_to_the_second(world: World) -> None:
    an_award(world)
    row = Obligation.objects.get()
    assert status_of(row, moment("2026-11-27 23:59:59")).words == "还剩 不到1分钟"
    gone = status_of(row, moment("2026-11-28 00:00"))
    assert (gone.words, gone.tone) == ("已届满", "neutral")
    assert Obligation.objects.lapsing(moment(LAST_DAY)).count() == 1
    assert Obligation.objects.lapsing(moment("2026-11-28 00:00")).count() == 0


def test_rights_have_their_list_the_soonest_first(world: World) -> None:
    case = an_award(world)
    Obligation.objects.update(due_at=moment("2099-12-31 23:59:59"))
    page = as_user(world, "he").get(reverse("obligations"), {"list": "rights"}).text
    assert "起诉、异议等法定期间" in page and "不服裁决向人民法院起诉" in page and case.number in page
    assert "不服裁决向人民法院起诉" not in as_user(world, "he").get(reverse("obligations")).text
    assert "不服裁决向人民法院起诉" not in as_user(world, "feng").get(reverse("obligations"), {"list": "rights"}).text


def test_the_clock_finds_them_by_their_index(world: World) -> None:
    an_award(world)
    asked = Obligation.objects.lapsing(AT).filter(due_at__lte=moment(LAST_DAY)).order_by("due_at", "pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "obligation_open_right" in asked.explain()


def test_on_a_phone_the_list_that_is_shown_has_its_tab_in_view(world: World, open_page: Any) -> None:
    page = enter(open_page, "wang", 390)
    page.goto("/obligations/?list=lifted")
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
