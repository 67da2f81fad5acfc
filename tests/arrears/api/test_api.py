"""The API: same scope, same doors and same refusals as the pages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.api.shapes import DraftShape
from arrears.cases import ledger
from arrears.cases.forms.case import CaseForm
from arrears.cases.models import Case, EntryKind, State
from arrears.cases.workflow import MOVES
from tests.cast import World, a_case, a_draft, an_employer, moment
from tests.readers import as_user
from tests.rulebook_uploads import still_in_force

BACKEND = "unions.people.backends.AppointmentBackend"


def send(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, body, content_type="application/json")


def draft_body(**more: Any) -> dict[str, Any]:
    return {
        "union": "370202E0001",
        "employer_name": "海风建设有限公司",
        "no_code": "unknown",
        "region_code": "370202",
        "industry": "E",
        "on_project": True,
        "nature": "soe",
        "project_name": "一号楼",
        "stated_workers": 12,
        "stated_migrants": 10,
        "stated_amount": "120000.00",
        "accepted_on": "2026-11-10",
        "channel": "report",
    } | more


def test_the_schema_is_complete_and_without_warnings(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    text = (tmp_path / "schema.yml").read_text()
    for path in (
        "cases/",
        "cases/{id}/moves/{name}/",
        "cases/{id}/entries/{entry_id}/reverse/",
        "cases/{id}/fallback/",
        "unions/{code}/",
    ):
        assert f"/api/{path}:" in text.replace("entry_pk", "entry_id").replace("{pk}", "{id}"), path


@pytest.mark.parametrize(
    ("address", "known"),
    [
        (
            "api-cases",
            "q、state、industry、sector、has_union、cause、party、platform、channel、union、own、since、until、employer、developer、contractor、idle、mine、todo、immediate、cursor",
        ),
        ("api-unions", "parent、kind、q、cursor"),
        ("api-warnings", "union、source、since、until、cursor"),
    ],
)
def test_a_filter_that_nobody_knows_is_refused(world: World, address: str, known: str) -> None:
    """Left out of account, it would answer everything."""
    a_case(world)
    client = as_user(world, "li")
    answer = client.get(reverse(address), {"accepted_on": "x", "since" if "since" in known else "q": ""})
    told = answer.json()
    assert answer.status_code == 400 and "“accepted_on”" in told["detail"] and known in told["detail"]
    assert list(told["fields"]) == ["accepted_on"]
    assert client.get(reverse(address), {"a" * 5000: "\x00"}).status_code == 400
    assert client.get(reverse(address)).status_code == 200


def test_a_case_from_draft_to_closed(world: World) -> None:
    still_in_force(world)
    li, he, wang = (as_user(world, name) for name in ("li", "he", "wang"))
    made = send(li, reverse("api-cases"), **draft_body())
    assert made.status_code == 201, made.json()
    case = made.json()
    assert (case["state"], case["employer"]["name"], case["project"]["nature"]) == ("draft", "海风建设有限公司", "soe")
    filed = send(li, reverse("api-move", args=[case["id"], "file"]), seen=case["version"]).json()
    assert (filed["state"], filed["balance"]["owed"]) == (
        "open",
        {"workers": 12, "migrants": 10, "amount": "120000.00"},
    )
    paid = send(
        he,
        reverse("api-entries", args=[case["id"]]),
        seen=filed["version"],
        kind="paid",
        on="2026-11-15",
        workers=12,
        migrants=10,
        amount="120000.00",
    )
    assert paid.status_code == 201 and paid.json()["balance"]["outstanding"]["amount"] == "0.00"
    settle = reverse("api-move", args=[case["id"], "settle"])
    assert send(he, settle, seen=paid.json()["version"], conclusion="paid").status_code == 422  # SD-2.4c
    url, party = reverse("api-fallback", args=[case["id"]]), {"name": "城投集团", "person": "刘经理"}
    assert send(li, url, seen=paid.json()["version"], **party).status_code == 403
    assert send(he, url, seen=1, **party).status_code == 409
    assert send(he, url, seen=paid.json()["version"], name="城投集团").json()["fields"].keys() == {"person"}
    named = send(he, url, seen=paid.json()["version"], **party).json()
    assert named["fallback"] == party | {"phone": "", "basis": ""}
    settled = send(he, settle, seen=named["version"], conclusion="paid").json()
    assert settled["state"] == "settled" and settled["moves"] == []
    read = wang.get(reverse("api-case", args=[case["id"]])).json()
    assert {row["name"] for row in read["moves"]} == {"close", "send_back"}
    shown = read["to_approve"]["shown"]
    assert {"label": "尚未解决", "value": "0 人，0.00 元"} in read["to_approve"]["lines"]
    closed = send(wang, reverse("api-move", args=[case["id"], "close"]), seen=settled["version"], shown=shown).json()
    assert closed["state"] == "closed" and closed["events"][0]["verb"] == "close"


def test_a_case_says_what_it_owes_and_until_when(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 11))
    [term] = [
        row
        for row in as_user(world, "lv").get(reverse("api-case", args=[case.pk])).json()["terms"]
        if row["title"] == "企业工会上报"
    ]
    late = timezone.now() > moment("2026-11-18 23:59:59")
    assert (term["clause"], term["holder"], term["due_at"]) == ("QD-5", "370202E0001", "2026-11-18T23:59:59+08:00")
    assert (term["met_at"], term["late"]) == (None, late)


def test_a_draft_takes_every_field_of_the_form_and_says_it_again(world: World) -> None:
    assert set(DraftShape().fields) == set(CaseForm.base_fields)
    told = {
        "focus_sector": "construction",
        "has_union": "yes",
        "ordered_to_pay_by": "2026-12-01",
        "condition": "停产",
        "union_opinion": "同意",
        "repayment_plan": "分期",
    }
    made = send(as_user(world, "li"), reverse("api-cases"), **draft_body(**told)).json()
    employer = made.pop("employer")
    assert (employer["focus_sector"], employer["has_union"]) == ("construction", True)
    assert {name: made[name] for name in ("ordered_to_pay_by", "condition", "union_opinion", "repayment_plan")} == {
        name: told[name] for name in ("ordered_to_pay_by", "condition", "union_opinion", "repayment_plan")
    }
    assert made["fallback"] is None


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"uscc": "123"}, "uscc", "18 位"),
        ({"stated_amount": "12.345"}, "stated_amount", "两位小数"),
        ({"stated_workers": -1}, "stated_workers", ""),
        ({"stated_migrants": 13}, "stated_migrants", "不能多于"),
        ({"owed_from": "2026-10-01", "owed_until": "2026-09-01"}, "owed_until", "不能早于"),
        ({"union": "370203E0001"}, "union", "没有找到"),
        ({"industry": "Z"}, "industry", ""),
        ({"employer_name": ""}, "employer_name", ""),
    ],
)
def test_422_names_the_field(world: World, wrong: dict[str, Any], field: str, says: str) -> None:
    answer = send(as_user(world, "li"), reverse("api-cases"), **draft_body(**wrong))
    assert answer.status_code == 422, answer.content
    assert says in answer.json()["fields"][field] and answer.json()["detail"]
    assert not Case.objects.exists()


def test_refusals_speak_as_pages_do(world: World) -> None:
    case = a_case(world)
    li, he, zheng = (as_user(world, name) for name in ("li", "he", "zheng"))
    url = reverse("api-move", args=[case.pk, "settle"])
    forbidden = send(li, url, seen=case.version)
    assert forbidden.status_code == 403 and "经办人" in forbidden.json()["detail"]
    assert send(zheng, url, seen=case.version).status_code == 404
    refused = send(he, url, seen=case.version, conclusion="paid")
    assert refused.status_code == 422 and "不解决不销账" in refused.json()["detail"]
    assert send(he, url, seen=case.version + 1).status_code == 409
    assert send(he, url).json()["fields"].keys() == {"seen"}
    assert send(he, reverse("api-move", args=[case.pk, "destroy"]), seen=1).status_code == 422
    assert he.post(url, "{", content_type="application/json").json()["detail"] == "提交的内容不是有效的 JSON。"
    assert he.post(url, {"seen": 1}).status_code == 415
    assert he.get(url).status_code == 405
    entries = reverse("api-entries", args=[case.pk])
    same = {"seen": case.version, "kind": "paid", "on": "2026-11-12", "workers": 1, "amount": "1.00"}
    assert send(he, entries, **same).status_code == 201
    assert send(he, entries, **same).status_code == 409
    assert send(he, entries, **same | {"seen": case.version + 1, "amount": "9999999"}).status_code == 422
    case.refresh_from_db()
    assert ledger.balance(case).resolved.amount == 1
    wrong = case.entries.get(kind=EntryKind.PAID)
    back = reverse("api-entry-reverse", args=[case.pk, wrong.pk])
    done = send(he, back, seen=case.version, on="2026-11-13", source="记错了")
    assert done.status_code == 201 and done.json()["balance"]["resolved"]["amount"] == "0.00"


def test_nobody_signed_in_and_no_csrf(world: World) -> None:
    assert Client().get(reverse("api-cases")).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user("li"), backend=BACKEND)
    answer = strict.post(reverse("api-cases"), draft_body(), content_type="application/json")
    assert answer.status_code == 403 and not Case.objects.exists()


def test_the_list_is_scoped_filtered_and_costs_the_same(world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        a_case(world, employer=an_employer(f"单位{n}", "370202"), accepted_on=date(2026, 10, 1 + n % 30))
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"), stated_amount=Decimal(1))
    a_draft(world, employer=an_employer("草稿", "370202"))
    lv = as_user(world, "lv")
    with django_assert_max_num_queries(7):
        page = lv.get(reverse("api-cases")).json()
    assert len(page["results"]) == 50 and page["next"]
    assert len(lv.get(page["next"]).json()["results"]) == 11
    assert page["results"][0]["balance"]["owed"]["amount"] == "1.00"

    def count(who: Client, query: str) -> int:
        return len(who.get(reverse("api-cases") + query).json()["results"])

    assert count(lv, "?union=370203") == 1
    assert count(lv, "?since=2026-10-30") == 3 and count(lv, "?until=2026-10-01") == 2
    assert count(lv, "?state=closed") == 0 and count(lv, "?state=draft") == 0
    assert lv.get(reverse("api-cases") + "?union=999999").status_code == 404
    assert lv.get(reverse("api-cases") + "?state=gone").status_code == 422
    assert count(as_user(world, "chu"), "") == 1


def test_the_list_is_narrowed_by_the_class_of_the_page(world: World) -> None:
    a_case(world, employer=an_employer("海风建设", "370202", focus_sector="construction"), extreme=True)
    a_case(world, employer=an_employer("台风食品厂", "370202"))
    a_case(world, "chu", "370203E0001", employer=an_employer("台东酒店", "370203"))
    sun = as_user(world, "sun")
    for query, count in {
        "q=海风": 1,
        "sector=construction": 1,
        "sector=none": 1,
        "cause=none": 2,
        "cause=fled": 0,
        "party=置业": 0,
        "immediate=true": 1,
        "immediate=false": 2,
        "state=unfinished": 2,
        "mine=on": 0,
        "todo=on": 0,
        "q=海风&sector=none": 0,
    }.items():
        shown = [row.case.pk for row in sun.get(f"{reverse('cases')}?{query}").context["rows"]]
        told = [row["id"] for row in sun.get(f"{reverse('api-cases')}?{query}").json()["results"]]
        assert shown == told and len(told) == count, query
    answer = sun.get(reverse("api-cases") + "?sector=gone&since=2026-11-02&until=2026-11-01&union=市")
    assert answer.status_code == 422
    assert (
        answer.json()["fields"]["sector"] == "请从列表中选择。" and answer.json()["fields"]["until"] == "止日早于起日。"
    )
    assert sun.get(reverse("api-cases") + "?unit=370202").status_code == 400
    assert sun.get(reverse("api-cases") + "?union=370203").status_code == 404


def test_units_within_reach(world: World) -> None:
    sun = as_user(world, "sun")
    codes = {row["code"] for row in sun.get(reverse("api-unions")).json()["results"]}
    assert codes == {"370202", "370202T0001", "370202E0001"}
    assert {r["code"] for r in sun.get(reverse("api-unions") + "?parent=370202&q=街道").json()["results"]} == {
        "370202T0001"
    }
    assert sun.get(reverse("api-union", args=["370202E0001"])).json()["parent_code"] == "370202"
    assert sun.get(reverse("api-union", args=["370203"])).status_code == 404


def test_every_move_of_the_table_is_an_address(world: World) -> None:
    case, he = a_case(world), as_user(world, "he")
    for name in MOVES:
        answer = send(
            he, reverse("api-move", args=[case.pk, name]), seen=case.version, reason="说明", conclusion="paid"
        )
        assert answer.status_code in (200, 403, 409, 422), (name, answer.status_code)
        case.refresh_from_db()
    assert case.state in State.values
