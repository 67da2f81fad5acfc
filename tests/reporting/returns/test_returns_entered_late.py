"""Returns of a notice entered late, and of one whose form is not there yet: opened from its own day, nobody late unawares."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from arrears.law.models import Obligation
from reporting.forms.files import FOLDER
from reporting.forms.models import FormEdition
from reporting.returns import opening
from reporting.returns.models import Return, ReturnStage
from reporting.returns.zero_reports import imply_zeros
from tests import form_uploads
from tests.cast import AT, World, moment
from tests.readers import as_user
from tests.rulebook_uploads import RULEBOOK, activated, recomputed, tried
from unions.common.refusals import Refused
from unions.models import Event

LATE = RULEBOOK.replace("issued = 2026-12-20", "issued = 2026-09-28").replace(
    "first = 2027-01-01", "first = 2026-10-01"
)
LATE = LATE.replace('senders = "city"', 'senders = "city"\nsilence = "zero"')
BULLETIN = (FOLDER / "shandong-monthly-bulletin.toml").read_text("utf-8")


def in_force(world: World, content: str = LATE) -> None:
    upload = activated(tried(world, content), world.user("yang"), AT)
    recomputed(Event.objects.get(stream=upload.stream, verb="activate_rulebook"))


def returns() -> dict[str, Return]:
    return {row.period: row for row in Return.objects.filter(rulebook="shandong-2027-1").order_by("period")}


def test_what_fell_due_before_the_notice_was_entered_is_backfilled(world: World) -> None:
    in_force(world)
    found = returns()
    assert list(found) == ["2026-09", "2026-10", "2026-11"]
    assert {period: row.backfilled for period, row in found.items()} == {
        "2026-09": True,
        "2026-10": True,
        "2026-11": False,
    }
    at = AT + timedelta(days=3)
    assert not Return.objects.missing(at).exists() and not found["2026-10"].missing(at)
    assert imply_zeros(at) == 0, "who could not know has not said zero"
    terms = Obligation.objects.filter(subject__startswith="return:", rulebook="shandong-2027-1")
    assert sorted(terms.values_list("backfilled", flat=True)) == [False, True, True]
    assert not terms.overdue(at).exists()
    opening.open_due(AT + timedelta(hours=1))
    assert len(returns()) == 3, "the clock finds everything there"
    page = as_user(world, "shen").get(reverse("returns"), {"list": "all"}).content.decode()
    assert "补录，待填报" in page and "漏报" not in page.partition("<tbody")[2]


def test_a_rulebook_waits_for_its_form_and_starts_once_both_are_approved(world: World) -> None:
    content = LATE.replace("shandong-monthly-bulletin", "shandong-own")
    edition = form_uploads.brought_in(world, BULLETIN.replace("月通报", "月报表"), "shandong-own")
    upload = tried(world, content)
    page = as_user(world, "yang").get(upload.get_absolute_url()).content.decode()
    assert "正在等待启用" in page and edition.get_absolute_url() in page
    in_force(world, content)
    assert returns() == {}, "nobody is asked for what cannot be filled in"
    at = moment("2026-11-23 09:00")
    form_uploads.activated(edition, date(2026, 9, 1), world.user("yang"), at)
    assert {period: row.backfilled for period, row in returns().items()} == {
        "2026-09": True,
        "2026-10": True,
        "2026-11": False,
    }
    shen = as_user(world, "shen")
    assert shen.get(Return.objects.get(period="2026-11").get_absolute_url()).status_code == 200


def test_the_form_first_and_then_its_rulebook(world: World) -> None:
    edition = form_uploads.brought_in(world, BULLETIN.replace("月通报", "月报表"), "shandong-own")
    form_uploads.activated(edition, date(2026, 9, 1), world.user("yang"), AT)
    in_force(world, LATE.replace("shandong-monthly-bulletin", "shandong-own"))
    assert list(returns()) == ["2026-09", "2026-10", "2026-11"]


def test_a_list_by_a_threshold_waits_for_its_rulebook(world: World) -> None:
    """Neither could be looked at before the other was in force."""
    text = (FOLDER / "qingdao-quarterly.toml").read_text("utf-8").replace('"370200"', '"370000"')
    text = text.replace('threshold = "QD-4.1c"', 'threshold = "N-2"')
    edition = form_uploads.brought_in(world, text, "shandong-own")
    page = as_user(world, "yang").get(edition.get_absolute_url())
    assert page.status_code == 200 and "没有规则规定这一门槛" in page.content.decode()
    with pytest.raises(Refused, match="没有规则规定这一门槛"):
        form_uploads.activated(edition, date(2026, 9, 1), world.user("yang"), AT)
    tried(world)
    page = as_user(world, "yang").get(edition.get_absolute_url())
    assert page.status_code == 200 and "正在等待启用" in page.content.decode()
    form_uploads.activated(FormEdition.objects.get(), date(2026, 9, 1), world.user("yang"), AT)


def test_the_only_edition_of_a_form_somebody_owes_is_not_withdrawn(world: World) -> None:
    edition = form_uploads.brought_in(world, BULLETIN.replace("月通报", "月报表"), "shandong-own")
    form_uploads.activated(edition, date(2026, 9, 1), world.user("yang"), AT)
    in_force(world, LATE.replace("shandong-monthly-bulletin", "shandong-own"))
    form_uploads.actions.ask_withdrawal(edition, "换新表", world.user("shen"), AT)
    with pytest.raises(Refused, match="无表可填"):
        form_uploads.withdrawn(edition, world.user("yang"))


def test_what_came_with_the_program_has_no_past(world: World, django_assert_max_num_queries: Any) -> None:
    """A place set up today is not asked for the years before it was."""
    opening.open_after_rulebook("qingdao-2021", AT)
    assert not Return.objects.filter(due_at__lt=AT).exists()
    assert not Return.objects.filter(backfilled=True).exists()
    assert set(Return.objects.values_list("stage", flat=True)) <= {ReturnStage.OPEN}
