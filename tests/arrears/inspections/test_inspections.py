"""QH-2a: visits are recorded, corrected under a version, and counted by employer."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.cases.models import Employer
from arrears.inspections.actions import inspections
from arrears.inspections.models import Inspection
from tests.cast import AT, World, an_employer
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Stash

BACKEND = "unions.people.backends.AppointmentBackend"
FACTS: dict[str, Any] = {
    "industry": "C",
    "on_project": False,
    "nature": "",
    "project": None,
    "on": date(2026, 11, 18),
    "workers": 80,
    "migrants": 30,
    "findings": "工资按月发放",
}


def signed_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.user(name), backend=BACKEND)
    return client


def a_visit(world: World, by: str = "sun", code: str = "370202", **facts: Any) -> Inspection:
    employer = facts.pop("employer", None) or an_employer(industry="C")
    return inspections.record_inspection(world.unions[code], employer, FACTS | facts, world.user(by), AT)


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "union": "370202",
        "on": "2026-11-18",
        "employer_name": "海风食品有限公司",
        "no_code": "unknown",
        "region_code": "370202",
        "industry": "C",
        "workers": "1,200",
        "migrants": "３０",
    } | fields


def test_QH_2a_a_visit_is_recorded_in_the_browser(client: Client, world: World) -> None:
    signed_in(client, world, "sun")
    answer = client.post(reverse("inspection-new"), typed(on_project="on", project_name="一号厂房", nature="soe"))
    found = Inspection.objects.get()
    assert answer.status_code == 302 and answer["Location"] == found.get_absolute_url()
    assert (found.workers, found.migrants, found.union.code, str(found.project)) == (1200, 30, "370202", "一号厂房")
    assert [e.verb for e in Event.objects.filter(stream=inspections.stream(found))] == ["inspect"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"on": "2999-01-01"}, "日期不能晚于今天"),
        ({"workers": "十二"}, "人数须是整数"),
        ({"migrants": "1300"}, "农民工人数不能多于职工人数"),
        ({"uscc": "91370202"}, "统一社会信用代码应为 18 位"),
        ({"no_code": ""}, "请选择原因"),
        ({"union": "370203"}, "没有找到您可以登记的这个单位"),
        ({"on_project": "on"}, "请选择项目性质"),
        ({"industry": "Z"}, "请从列表中选择"),
    ],
)
def test_bad_input_is_named_and_kept(client: Client, world: World, wrong: dict[str, str], says: str) -> None:
    signed_in(client, world, "sun")
    answer = client.post(reverse("inspection-new"), typed(**wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page and "海风食品有限公司" in page
    assert not Inspection.objects.exists() and not Employer.objects.exists()


def test_the_same_visit_is_not_counted_twice(client: Client, world: World) -> None:
    signed_in(client, world, "sun")
    client.post(reverse("inspection-new"), typed())
    answer = client.post(reverse("inspection-new"), typed())
    assert answer.status_code == 422 and "已登记过" in answer.content.decode()
    assert Inspection.objects.count() == 1


def test_households_are_distinct_employers_not_visits(world: World) -> None:
    employer = an_employer(industry="C")
    for day in (16, 17, 18):
        a_visit(world, employer=employer, on=date(2026, 11, day))
    a_visit(world, employer=an_employer("市南酒店", industry="H"))
    assert (inspections.employers_in(Inspection.objects.all()), Inspection.objects.count()) == (2, 4)


def test_a_correction_is_bound_to_the_version_seen(client: Client, world: World) -> None:
    found = a_visit(world)
    inspections.edit_inspection(found, found.employer, FACTS | {"workers": 90}, world.user("sun"), AT, seen=1)
    with pytest.raises(Stale):
        inspections.edit_inspection(found, found.employer, FACTS | {"workers": 91}, world.user("sun"), AT, seen=1)
    signed_in(client, world, "sun")
    url = reverse("inspection-edit", args=[found.pk])
    fields = typed(employer_name=found.employer.name, workers="95")
    answer = client.post(url, fields | {"seen": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "95" in page and "内容已经变了" in page
    assert client.post(url, fields | {"seen": "2"}).status_code == 302
    found.refresh_from_db()
    assert (found.workers, found.version) == (95, 3)
    assert list(audit.broken_links()) == []


def test_who_sees_and_who_may(world: World) -> None:
    found = a_visit(world)
    sees = {n for n in world.people if Inspection.objects.visible_to(world.user(n)).filter(pk=found.pk).exists()}
    assert sees == {"sun", "zhou", "qian", "lv", "shi", "han", "yang", "shen"}
    with pytest.raises(Forbidden):
        a_visit(world, by="qian", employer=found.employer)
    with pytest.raises(Forbidden):
        a_visit(world, by="sun", code="370203", employer=found.employer)
    with pytest.raises(Refused, match="晚于今天"):
        a_visit(world, employer=found.employer, on=date(2026, 11, 21))


def test_what_is_typed_is_kept(client: Client, world: World) -> None:
    signed_in(client, world, "sun")
    answer = client.post(reverse("inspection-new-autosave"), typed(workers="八"), headers={"X-Autosave": "1"})
    assert answer.json()["saved_at"]
    client.logout()
    signed_in(client, world, "sun")
    page = client.get(reverse("inspection-new")).content.decode()
    assert "已恢复上次未提交的内容" in page and 'value="八"' in page
    client.post(reverse("inspection-new-autosave"), {"forget": "1"})
    assert not Stash.objects.exists()


def test_the_list_is_filtered_and_costs_the_same_however_long(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        a_visit(world, employer=an_employer(f"单位{n}号", industry="C"), on=date(2026, 10, 1 + n % 30))
    a_visit(world, by="feng", code="370203", industry="H", employer=an_employer("北区酒店", "370203"))
    signed_in(client, world, "lv")
    with django_assert_max_num_queries(10):
        page = client.get(reverse("inspections"))
    assert "61" in page.content.decode() and page.content.decode().count('class="title-cell"') == 50
    for query, count in {
        "?unit=370203": 1,
        "?industry=H": 1,
        "?q=酒店": 1,
        "?since=2026-11-01": 1,
        "?since=2026-10-01&until=2026-10-02": 4,
        "?since=x": 0,
        "?projects=on": 0,
        "?unit=无此单位": 0,
    }.items():
        answer = client.get(reverse("inspections") + query)
        assert answer.status_code == 200
        assert answer.content.decode().count('class="title-cell"') == count, query
