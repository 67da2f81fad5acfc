"""Editions of forms: a period has the edition of its last day; a second person decides; nothing is edited."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from arrears.reminders.models import Reminder
from reporting.forms.editions import NoSuchForm, actions, by_digest, digest, form_for, forms_at
from reporting.forms.editions.choice import choose
from reporting.forms.files import FOLDER, FormError, known, read
from reporting.forms.models import EditionStage, FormEdition, FormText
from tests.arrears.cases.test_hostile_race import together, won_and_told
from tests.cast import AT, World, load
from tests.form_uploads import (
    WINTER,
    activated,
    brought_in,
    in_force,
    next_winter,
    second_province,
    this_winter,
    withdrawn,
)
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log.audit import broken_links
from unions.models import Appointment, Event
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

TODAY = AT.date()
YESTERDAY = TODAY - timedelta(1)
DAY = timedelta(1)


# Which edition -------------------------------------------------------------------------------------------------------


def test_the_files_are_in_force_since_ever(db: None) -> None:
    assert form_for("qinghai-annex-2", date(1950, 1, 1)) == known()["qinghai-annex-2"]
    assert forms_at(TODAY) == known()
    form = known()["shandong-winter"]
    assert by_digest("shandong-winter", digest(form)) is form


def test_an_unknown_form_is_refused(db: None) -> None:
    with pytest.raises(NoSuchForm, match="没有报表“no-such”"):
        form_for("no-such", TODAY)
    with pytest.raises(NoSuchForm):
        by_digest("shandong-winter", "0" * 64)


def test_an_old_period_keeps_its_edition(world: World) -> None:
    edition = in_force(world, TODAY)
    assert form_for("shandong-winter", YESTERDAY) == known()["shandong-winter"]
    new = form_for("shandong-winter", TODAY)
    assert (new.title, new.digest) == ("根治欠薪冬季专项行动进展表", edition.digest)
    assert form_for("shandong-winter", TODAY + 400 * DAY) is new, "read once per process"
    assert by_digest("shandong-winter", edition.digest) is new


def test_one_that_begins_later_waits(world: World) -> None:
    in_force(world, TODAY + 10 * DAY)
    assert form_for("shandong-winter", TODAY + 9 * DAY).label == "拟制版式"
    assert form_for("shandong-winter", TODAY + 10 * DAY).label == ""


def test_an_edition_is_found_in_one_query(world: World, django_assert_num_queries: Any) -> None:
    in_force(world, TODAY)
    form_for("shandong-winter", TODAY)
    with django_assert_num_queries(1):
        form_for("shandong-winter", TODAY)
    with django_assert_num_queries(1):
        forms_at(TODAY)


def test_what_is_asked_is_read_by_the_edition_of_its_period(world: World) -> None:
    in_force(world, TODAY, next_winter(TODAY - 5 * DAY, TODAY + 60 * DAY))
    today = TODAY + 20 * DAY
    usual = choose("shandong-winter", {}, today)
    assert usual.form.title.endswith("进展表") and usual.period and usual.period.since == TODAY - 5 * DAY
    old = choose("shandong-winter", {"as_of": "2024-01-03"}, today)
    assert old.form.label == "拟制版式" and old.period and old.period.until == date(2024, 1, 3)
    assert choose("shandong-winter", {"as_of": "3. Januar"}, today) == (usual.form, None)


def test_a_form_that_is_new_this_month_begins_with_this_month(world: World) -> None:
    annex = (known()["qinghai-annex-1"].title, "山东欠薪线索汇总表")

    text = (FOLDER / "qinghai-annex-1.toml").read_text("utf-8").replace(*annex).replace('"630000"', '"370000"')
    in_force(world, TODAY, text, "shandong-clues")
    first = choose("shandong-clues", {}, TODAY)
    assert first.period and first.period.month == f"{TODAY:%Y-%m}"
    with pytest.raises(NoSuchForm, match=f"自 {TODAY} 起的期间才使用"):
        choose("shandong-clues", {"month": "2026-10"}, TODAY)


# Who, and in which order ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["han", "yang", "qian", "shi"])
def test_only_the_provinces_statistician_brings_in(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        brought_in(world, who=who)


@pytest.mark.parametrize("who", ["shen", "han", "shi", "zhou"])
def test_only_the_provinces_approver_activates(world: World, who: str) -> None:
    edition = brought_in(world)
    with pytest.raises(Forbidden):
        activated(edition, TODAY, world.user(who), AT)
    assert form_for("shandong-winter", TODAY).label == "拟制版式"


def test_who_brought_it_in_is_no_second_person_in_any_role(world: World) -> None:
    Appointment.objects.create(
        user=world.people["shen"], union=world.unions["370000"], role=RoleName.APPROVER, since=date(2020, 1, 1)
    )
    sync_rights(world.people["shen"], timezone.localdate())
    edition = brought_in(world)
    with pytest.raises(Forbidden, match="您是上传人"):
        activated(edition, TODAY, world.user("shen"), AT)


def test_a_stand_in_of_the_uploader_is_no_second_person(world: World) -> None:
    Appointment.objects.create(
        user=world.people["yang"],
        union=world.unions["370000"],
        role="statistician",
        since=date(2026, 11, 1),
        acting_for=world.people["shen"],
    )
    edition = brought_in(world)
    with pytest.raises(Forbidden, match="代理关系"):
        activated(edition, TODAY, world.user("yang"), AT)


def test_what_is_done_is_in_the_log(world: World) -> None:
    edition = in_force(world, TODAY)
    actions.ask_withdrawal(edition, "省里另发了格式", world.user("shen"), AT)
    withdrawn(edition, world.user("yang"))
    log = Event.objects.filter(stream="form:shandong-winter").order_by("seq")
    assert [(event.verb, event.by.username) for event in log if event.by] == [
        ("upload_form", "shen"),
        ("activate_form", "yang"),
        ("ask_form_withdrawal", "shen"),
        ("withdraw_form", "yang"),
    ]
    assert {event.data["sha256"] for event in log} == {edition.digest} and not list(broken_links())


def test_who_may_decide_is_told_and_nobody_else(world: World) -> None:
    edition = in_force(world, TODAY)
    actions.ask_withdrawal(edition, "有误", world.user("shen"), AT)
    told = Reminder.objects.filter(url=edition.get_absolute_url()).order_by("pk")
    assert [(row.user.username, row.title) for row in told] == [
        ("yang", "报表格式《根治欠薪冬季专项行动进展表》待启用，请审核"),
        ("yang", "报表格式《根治欠薪冬季专项行动进展表》申请停用，请审核"),
    ]


# Out of force --------------------------------------------------------------------------------------------------------


def test_withdrawn_the_one_before_holds_again_and_what_ended_keeps_it(world: World) -> None:
    edition = in_force(world, TODAY - 10 * DAY)
    actions.ask_withdrawal(edition, "有误", world.user("shen"), AT)
    assert form_for("shandong-winter", TODAY).digest == edition.digest, "asked is not yet withdrawn"
    withdrawn(edition, world.user("yang"))
    assert form_for("shandong-winter", TODAY).label == "拟制版式"
    assert form_for("shandong-winter", YESTERDAY).digest == edition.digest
    assert by_digest("shandong-winter", edition.digest).digest == edition.digest


def test_withdrawing_wants_another_person_and_a_reason(world: World) -> None:
    edition = in_force(world, TODAY)
    with pytest.raises(Refused, match="请写明停用的理由"):
        actions.ask_withdrawal(edition, " ", world.user("shen"), AT)
    with pytest.raises(Stale):
        withdrawn(edition, world.user("yang"))
    with pytest.raises(Forbidden):
        actions.ask_withdrawal(edition, "有误", world.user("qian"), AT)
    actions.ask_withdrawal(edition, "有误", world.user("shen"), AT)
    with pytest.raises(Forbidden):
        withdrawn(edition, world.user("shen"))
    actions.keep(edition, by=world.user("yang"), at=AT)
    assert FormEdition.objects.get().stage == EditionStage.ACTIVE
    with pytest.raises(Stale):
        withdrawn(edition, world.user("yang"))


def test_a_form_of_its_own_withdrawn_is_no_more(world: World) -> None:
    edition = in_force(world, YESTERDAY, WINTER, "shandong-own")
    actions.ask_withdrawal(edition, "不用了", world.user("shen"), AT)
    withdrawn(edition, world.user("yang"))
    with pytest.raises(NoSuchForm, match="已经停用"):
        form_for("shandong-own", TODAY)
    assert "shandong-own" not in forms_at(TODAY) and "shandong-own" in forms_at(YESTERDAY)


# Never edited --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"content": "x"}, {"digest": "0" * 64}, {"key": "other"}, {"active_from": date(2020, 1, 1)}]
)
def test_the_database_refuses_to_edit_an_edition(world: World, change: dict[str, Any]) -> None:
    edition = in_force(world, TODAY)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        FormEdition.objects.filter(pk=edition.pk).update(**change)
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM forms_formedition")


def test_the_database_wants_a_second_person(world: World) -> None:
    edition = brought_in(world)
    with pytest.raises(DatabaseError, match="form_edition_second_person"), transaction.atomic():
        FormEdition.objects.filter(pk=edition.pk).update(stage="active", active_from=TODAY, decided_by=edition.by)


def test_texts_delivered_once_are_found_when_the_program_brings_others(world: World) -> None:
    assert set(FormText.objects.values_list("digest", flat=True)) >= {form.digest for form in known().values()}
    old = WINTER.replace("山东冬季行动表", "山东旧表")

    FormText.objects.create(digest=read(old, "x").digest, key="shandong-winter", content=old, kept_at=AT)
    assert by_digest("shandong-winter", read(old, "x").digest).short == "山东旧表"


# Hostile -------------------------------------------------------------------------------------------------------------


def test_the_key_of_another_provinces_form(world: World) -> None:
    with pytest.raises(Refused, match="已有同名报表“qinghai-annex-2”属于其他地方"):
        brought_in(world, this_winter(), "qinghai-annex-2")
    second_province(world)
    in_force(world, TODAY, WINTER, "our-own")
    mine = WINTER.replace('attached_to = "370000"', 'attached_to = "630100"').replace("情况表", "情况表二")
    with pytest.raises(Refused, match="属于其他地方"):
        actions.bring_in(mine, "our-own", "x.toml", world.unions["630000"], world.user("tong"), AT)


def test_a_form_attached_to_another_province(world: World) -> None:
    second_province(world)
    with pytest.raises(Refused, match="不是“山东省总工会”或其所辖工会的编码"):
        brought_in(world, WINTER.replace('"370000"', '"630100"'), "new-key")


def test_two_provinces_race_for_a_new_key(world: World) -> None:
    second_province(world)
    ours = brought_in(world, WINTER, "shared-key")
    theirs = actions.bring_in(
        WINTER.replace('"370000"', '"630000"'), "shared-key", "x.toml", world.unions["630000"], world.user("tong"), AT
    )
    activated(ours, TODAY, world.user("yang"), AT)
    with pytest.raises(Refused, match="属于其他地方"):
        activated(theirs, TODAY, world.user("pi"), AT)


def test_the_same_text_twice(world: World) -> None:
    text = this_winter()
    brought_in(world, text)
    with pytest.raises(Refused, match="同样的格式已经上传"):
        brought_in(world, text)
    with pytest.raises(Refused, match="与现行的完全相同"):
        brought_in(world, WINTER)


def test_what_was_drawn_from_a_replaced_edition_is_not_activated(world: World) -> None:
    late = brought_in(world, this_winter("另一稿"))
    in_force(world, TODAY)
    with pytest.raises(Stale, match="现行格式已经换过"):
        activated(late, TODAY, world.user("yang"), AT)


@pytest.mark.parametrize("days", [-60, 365 * 70])
def test_a_day_that_cannot_be(world: World, days: int) -> None:
    with pytest.raises(Refused, match="启用日"):
        in_force(world, TODAY + days * DAY)


def test_what_was_given_up_is_not_activated(world: World) -> None:
    edition = brought_in(world)
    actions.discard(edition, by=world.user("shen"), at=AT, opinion="重做")
    with pytest.raises(Stale):
        activated(edition, TODAY, world.user("yang"), AT)


@pytest.mark.parametrize(
    "content",
    [
        "a = " + "[" * 20000,
        "title = " + "9" * 100_000,
        WINTER.replace("width = 21", "width = nan"),
        WINTER.replace("width = 21", "width = 1e300"),
        WINTER.replace("since = 2023-11-16", "since = 2023-11-16T00:00:00"),
        WINTER.replace("{union}", "{union:>999999999}"),
        WINTER.replace("{union}", "{union.__class__}"),
        WINTER.replace("山东冬季行动表", "\\u0000"),
        WINTER.replace('text = "类别"', 'text = "' + "类" * 5000 + '"'),
        "header = []\n" + WINTER.replace("[[header", "[[other"),
        "header = 5\n" + WINTER.split("[[header]]")[0],
        WINTER.replace('head = ["填报单位（盖章）：{union}"', "head = [7"),
        WINTER.replace('takes = ["government"]', "takes = [[1]]"),
        WINTER.replace("indent = 1", "indent = true"),
        WINTER + "".join(f'\n[[rows]]\ntext = "{n}"\ntakes = ["other"]\n' for n in range(300)),
    ],
)
def test_a_hostile_file_is_refused_in_chinese(world: World, content: str) -> None:
    with pytest.raises(FormError) as caught:
        brought_in(world, content)
    assert caught.value.reason.endswith("。") and any("一" <= char <= "鿿" for char in caught.value.reason)
    assert not FormEdition.objects.exists()


@pytest.fixture
def shared(cast_database: None, transactional_db: None) -> World:
    return load()


def test_two_activated_at_once(shared: World) -> None:
    first, second = brought_in(shared, this_winter("甲")), brought_in(shared, this_winter("乙"))
    yang = shared.user("yang")
    won_and_told(
        together(*(lambda row=row: activated(row, TODAY, yang, AT) for row in (first, second)))  # type: ignore[misc]
    )
    assert FormEdition.objects.filter(stage=EditionStage.ACTIVE).count() == 1
    assert Event.objects.filter(verb="activate_form").count() == 1


def test_two_uploads_of_one_text_at_once(shared: World) -> None:
    text, shen = this_winter(), shared.user("shen")
    office = shared.unions["370000"]

    def bring() -> Any:
        return actions.bring_in(text, "shandong-winter", "x.toml", office, shen, AT)

    won_and_told(together(bring, bring), Refused)
    assert FormEdition.objects.count() == 1
