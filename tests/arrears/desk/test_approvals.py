"""待我审批: one list of everything that waits for a second person, whoever may decide it and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from arrears.desk import approvals
from arrears.escalations.models import Escalation
from arrears.law.models import RulebookUpload, TrialStage
from arrears.sanctions.actions import publications
from arrears.sanctions.models import Publication
from reporting.forms.models import FormEdition
from reporting.returns import actions as life
from reporting.returns.models import Return
from tests import subjects
from tests.arrears.escalations.test_escalation_pages import asked
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user, settled
from tests.sanctioned import asked as listing_asked
from tests.serious import an_oversight


def piles(client: Client) -> dict[str, int]:
    return {pile.listed.key: pile.count for pile in client.get("/approvals/").context["piles"]}


@pytest.fixture
def full(subjects_database: None, world: World) -> World:
    """Something of every kind waits somewhere."""
    subjects.load()
    settled(world, employer=an_employer("海风办结", "370202"))
    an_oversight(world, a_case(world, employer=an_employer("海风督办", "370202")))
    listing_asked(world, a_case(world, employer=an_employer("海风惩戒", "370202")))
    publications.submit(Publication.objects.get(), world.user("qian"), AT)
    RulebookUpload.objects.update(stage=TrialStage.TRIED, state="done")
    report = Return.objects.create(
        rulebook="yingkou-2018-2",
        rule="monthly",
        period="2026-09",
        union=world.unions["370202"],
        path=world.unions["370202"].path,
        receiver=world.unions["370200"],
        clause="YK-1",
        title="月报",
        form="yingkou-monthly-inspection",
        first=AT.date(),
        last=AT.date(),
        due_at=AT,
        explanation="",
        calendar_version="x",
        opened_at=AT,
        changed_at=AT,
    )
    life.move(report, "sign", world.user("qian"), AT, seen=0, reason="属实。")
    return world


OWN = {"report", "closing", "merger", "letter", "referral", "drawing", "listing", "extension"}
DISTRICT = {"oversight", "publication", "risk-change", "subsidy", "return", "attachment"}
CITY, PROVINCE = {"waiver"}, {"rulebook-upload", "form-edition"}


def test_every_kind_reaches_whoever_decides_it_and_nobody_else(full: World) -> None:
    for name, kinds in {"wang": OWN, "zhou": DISTRICT, "shi": CITY, "yang": PROVINCE, "chen": set()}.items():
        assert set(piles(as_user(full, name))) == kinds, name
    every = {one.listed.key for one in approvals.every_list()}
    assert every == OWN | DISTRICT | CITY | PROVINCE | {"finding"}


def test_every_row_leads_to_a_page_its_reader_may_open(full: World) -> None:
    for name in ("wang", "zhou", "shi", "yang"):
        client = as_user(full, name)
        page = client.get("/approvals/").text
        rows = page.split('class="box-list"')[1:]
        links = {part.split('href="')[1].split("?")[0] for row in rows for part in row.split("<li")[1:]}
        assert links
        for link in links - {edition.get_absolute_url() for edition in FormEdition.objects.filter(content="")}:
            assert client.get(link).status_code == 200, (name, link)


def test_who_approves_nothing_is_told_so(world: World) -> None:
    answer = as_user(world, "he").get("/approvals/")
    assert answer.status_code == 403 and "不包含审批" in answer.text
    assert "没有待您审批的事项" in as_user(world, "wang").get("/approvals/").text


def test_the_desk_leads_to_the_list(world: World) -> None:
    client = as_user(world, "wang")
    box = client.get("/").context["boxes"][0]
    assert box.more == "/approvals/" and 'href="/approvals/"' in client.get("/").text
    items = [item for group in client.get("/approvals/").context["navigation"] for item in group["items"]]
    assert [item["label"] for item in items if item["active"]] == ["待我审批"]


def waiting(world: World, name: str, days: int, *, immediate: bool = False) -> None:
    """A report asked for `days` ago."""
    row = asked(world, employer=an_employer(name, "370202"))
    at = AT - timedelta(days=days)
    Escalation.objects.filter(pk=row.pk).update(requested_at=at, immediate=immediate)


def test_what_goes_up_at_once_stands_first_then_what_waits_longest(world: World) -> None:
    waiting(world, "等了九日", 9)
    waiting(world, "极端", 3, immediate=True)
    waiting(world, "新到", 1)
    wang = as_user(world, "wang")
    shown = [item.row.case.employer.name for item in wang.get("/").context["boxes"][0].rows]
    assert shown == ["极端", "等了九日", "新到"]
    (pile,) = wang.get("/approvals/").context["piles"]
    assert [item.row.case.employer.name for item in pile.items] == shown


def test_reports_of_one_company_are_told_apart(world: World) -> None:
    row = asked(world)
    text = as_user(world, "wang").get("/").text
    assert f"{row.case.number} · 12 人 · 12.00 万元" in text


def test_more_than_six_are_cut_on_the_desk_and_whole_on_the_list(world: World) -> None:
    for number in range(8):
        asked(world, employer=an_employer(f"第{number}建筑公司", "370202"))
    wang = as_user(world, "wang")
    (box,) = (box for box in wang.get("/").context["boxes"] if box.kind == "approvals")
    assert (len(box.rows), box.count) == (6, 8) and "6+" not in wang.get("/").text
    assert piles(wang) == {"report": 8}


def test_the_tabs_of_sanctions_say_which_of_them_holds_what_waits(world: World) -> None:
    listing_asked(world, a_case(world))
    page = as_user(world, "wang").get("/sanctions/").text
    assert '惩戒名单<span class="tab-count">1</span>' in page
    assert "公布名单</a>" in page  # nothing waits there


def test_the_price_of_the_list(full: World, django_assert_max_num_queries: Any) -> None:
    """A query for each kind, one for all sums, whatever waits."""
    for number in range(6):
        asked(full, employer=an_employer(f"第{number}建筑公司", "370202"))
    wang = as_user(full, "wang")
    wang.get("/approvals/")
    with django_assert_max_num_queries(24):
        wang.get("/approvals/")


def test_from_one_decision_to_the_next(world: World) -> None:
    """Whoever began with the list never goes back to it: urgent first, then what waits longest, and at the end the empty list."""
    waiting(world, "新到", 1)
    waiting(world, "等了九日", 9)
    waiting(world, "极端", 3, immediate=True)
    wang = as_user(world, "wang")
    (first,) = re.findall(r'<a href="(/escalations/\d+/[?]queue=on)"><strong>极端', wang.get("/approvals/").text)
    seen = []
    at = first
    while at != "/approvals/":
        page = wang.get(at)
        row = page.context["row"]
        seen.append(row.case.employer.name)
        assert '<input type="hidden" name="queue" value="on">' in page.text
        given = {"seal": page.context["seal"], "opinion": "同意。", "queue": "on"}
        at = wang.post(page.context["approve_at"], given).headers["Location"]
        if at != "/approvals/":  # what was decided is named, apart from the next matter
            said = wang.get(at).text.split('class="messages"')[1].split("data-dismiss")[0]
            assert f"上一件</span> {row.case.number} {row.case.employer.name}：已批准上报" in said
            assert 'href="/approvals/">返回列表' in said
    assert seen == ["极端", "等了九日", "新到"]
    assert "没有待您审批的事项" in wang.get(at).text


def test_who_opened_one_matter_stays_with_it(world: World) -> None:
    waiting(world, "甲", 2)
    waiting(world, "乙", 1)
    row = Escalation.objects.get(case__employer__name="乙")
    wang = as_user(world, "wang")
    page = wang.get(row.get_absolute_url())
    assert 'name="queue"' not in page.text
    answer = wang.post(page.context["approve_at"], {"seal": page.context["seal"], "opinion": "同意。"})
    assert answer.headers["Location"] == row.get_absolute_url()
