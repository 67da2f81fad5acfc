"""上报依据 is what the notices in force say: their own grounds, and their words for the ones every union has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from arrears.cases import snapshot
from arrears.cases.models import Case
from arrears.escalations import actions as escalations
from arrears.escalations.grounds import open_grounds
from arrears.escalations.models import Escalation
from arrears.law.models import Attachment, Obligation
from tests.cast import AT, World, a_case, moment
from tests.readers import as_user
from tests.rulebook_uploads import RULEBOOK, activated, tried
from unions.approvals import seal_of
from unions.common.refusals import Refused

THIRTY = (
    RULEBOOK.replace("workers_from = 12", "workers_from = 30").replace("first = 2027-01-01", "first = 2026-01-01")
    + """
[[ground]]
name = "thirty"
clause = "N-2"
title = "三十人以上"
quotation = "涉及十二人以上的案件逐级上报"
when = "twelve"
senders = ["enterprise", "township"]
immediate = true
"""
)


@pytest.fixture
def next_year(world: World) -> World:
    """A notice of the province that wants thirty people reported at once, activated by a second person on Friday."""
    activated(tried(world, THIRTY), world.user("yang"), AT)
    return world


def many(world: World, workers: int = 30, *who: str, **facts: Any) -> Case:
    """Found on the day the notice was activated."""
    return a_case(world, *who, stated_workers=workers, **({"accepted_on": AT.date()} | facts))


NAMED = "三十人以上（《关于做好2027年欠薪报告工作的通知》第二条）"


def grounds(case: Case, *units: Any) -> dict[str, str]:
    """Key → clause."""
    return {ground.key: ground.clause for ground in open_grounds(case, *(units or [case.union]))}


@pytest.mark.parametrize(("workers", "goes"), [(29, False), (30, True), (31, True)])
def test_a_notice_of_next_year_brings_its_ground_as_a_file_alone(next_year: World, workers: int, goes: bool) -> None:
    case = many(next_year, workers)
    assert grounds(case) == ({"thirty": "N-2"} if goes else {})


def test_an_immediate_ground_of_a_notice_tells_every_level_at_once(next_year: World) -> None:
    case, li = many(next_year), next_year.user("li")
    row = escalations.request(case, case.union, "thirty", "", li, AT, seen=case.version)
    assert (row.immediate, row.ground_words) == (True, NAMED)
    told = case.acknowledgements.order_by("-union__depth").values_list("union__code", "ground_label", "clause")
    assert list(told) == [(code, "三十人以上", "N-2") for code in ("370202", "370200", "370000")]
    page = as_user(next_year, "sun").get("/").text
    assert NAMED in page
    report = Obligation.objects.get(case=case, rulebook="shandong-2027-1", rule="report")
    assert report.met_at == AT, "an immediate report counts when it is asked for"


def test_only_units_of_the_kinds_a_notice_names_may_use_its_ground(next_year: World) -> None:
    case = many(next_year, 30, "sun", "370202")
    assert set(grounds(case)) == {"level_by_level"}
    with pytest.raises(Refused, match="上报依据"):
        escalations.request(case, case.union, "thirty", "", next_year.user("sun"), AT, seen=case.version)


def test_the_notice_gives_a_general_ground_its_words(world: World) -> None:
    """市南 is Qingdao's: QD-4.1a. A notice of another place says nothing here."""
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12), stated_workers=60)
    assert grounds(case) == {"negotiation_failed": "QD-4.1a"}
    (ground,) = open_grounds(case, case.union)
    assert ground.quotation.startswith("企业工会发现企业发生欠薪行为且难以通过协商解决")


def test_without_a_notice_what_every_union_has_goes_up_all_the_same(world: World) -> None:
    Attachment.objects.create(
        union=world.unions["370203"], rulebook="qingdao-2021", since=date(2021, 8, 11), at=AT, approved_at=AT
    )
    case = a_case(world, mass=True)
    assert grounds(case) == {"mass": ""}
    row = escalations.request(case, case.union, "mass", "", world.user("li"), AT, seen=case.version)
    assert row.immediate and row.ground_words == "极端讨薪或群体性事件"
    assert case.acknowledgements.count() == 3
    page = as_user(world, "li").get(f"/cases/{case.pk}/?tab=escalations").text
    assert "极端讨薪或群体性事件" in page and "（）" not in page


def test_a_case_older_than_the_notice_is_not_judged_by_it(next_year: World) -> None:
    old = a_case(next_year, stated_workers=30, discovered_on=date(2025, 12, 31), accepted_on=date(2025, 12, 31))
    assert grounds(old) == {}


def test_a_report_keeps_its_words_when_the_notice_is_withdrawn(next_year: World) -> None:
    case, li = many(next_year), next_year.user("li")
    row = escalations.request(case, case.union, "thirty", "", li, AT, seen=case.version)
    Attachment.objects.create(
        union=next_year.unions["370203"], rulebook="shandong-2027-1", since=date(2026, 1, 1), at=AT, approved_at=AT
    )
    assert grounds(case) == {}
    page = as_user(next_year, "wang").get(row.get_absolute_url()).text
    assert NAMED in page and "涉及十二人以上的案件逐级上报" in page
    shown = seal_of(snapshot.report(Case.objects.get(pk=case.pk)))
    escalations.approve(row, by=next_year.user("wang"), at=moment("2026-11-20 10:00"), seal=shown)
    assert Escalation.objects.get().clause == "N-2"


def test_QP_2_3_signs_of_escalation_go_up_at_once_and_end_the_term(world: World) -> None:
    Attachment.objects.create(
        union=world.unions["370202"], rulebook="qingpu-2023-1", since=date(2023, 1, 1), at=AT, approved_at=AT
    )
    day = date(2023, 6, 1)
    case = a_case(
        world,
        escalating=True,
        accepted_on=day,
        discovered_on=day,
        owed_from=date(2023, 5, 1),
        owed_until=date(2023, 5, 31),
    )
    assert grounds(case)["major-risk"] == "QP-2.3"
    owed = Obligation.objects.get(case=case, clause="QP-2.3", rule="report-major")
    assert owed.is_open
    escalations.request(case, case.union, "major-risk", "", world.user("li"), AT, seen=case.version)
    owed.refresh_from_db()
    assert owed.met_at == AT


def test_the_tab_asks_the_notices_once(next_year: World, django_assert_max_num_queries: Any) -> None:
    case = many(next_year)
    with django_assert_max_num_queries(18):
        open_grounds(case, case.union, next_year.unions["370202"])
