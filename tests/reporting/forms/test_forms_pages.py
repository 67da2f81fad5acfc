"""The official tables on screen: like the paper, each figure opens what it was summed from, under the reader's rights."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases.models import Project
from arrears.law.scope import Period, Scope
from reporting.forms import drilldown
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.books import Payment, write_case, write_inspection
from tests.cast import AT, World, an_employer
from unions.common.clauses import clause_name
from unions.tree import actions as tree

SD, QH1, QH2 = (known()[key] for key in ("shandong-winter", "qinghai-annex-1", "qinghai-annex-2"))
SINCE, CUT = date(2023, 11, 16), date(2024, 2, 9)


def signed_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def links(html: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="(/forms/[a-z0-9-]+/cell/[^"]+)"', html)]


def some_books(world: World) -> None:
    for number, code in enumerate(("370202E0001", "370203E0001", "370202E0001")):
        write_case(
            world,
            date(2023, 12, 1 + number),
            10 + number,
            "120000",
            code=code,
            industry="ECH"[number],
            payments=[Payment(date(2024, 1, 5), 2, Decimal("20000"))],
        )
    write_inspection(world, date(2023, 12, 3), 37, 30, an_employer("受检建设"))


def test_the_list_names_every_form_and_its_period(client: Client, world: World) -> None:
    page = signed_in(client, world, "shen").get(reverse("forms")).content.decode()
    for form in (SD, QH1, QH2):
        assert form.title in page and clause_name(form.clause).name in page
    assert "拟制版式" in page


def test_the_page_reads_like_the_paper(client: Client, world: World) -> None:
    some_books(world)
    page = signed_in(client, world, "shen").get(reverse("form", args=["shandong-winter"])).content.decode()
    words = text_of(page)
    for expected in (
        "根治欠薪冬季专项行动情况表",
        "拟制版式",
        "填报单位（盖章）：山东省总工会",
        "截至 2024年2月9日",
        "栏次",
        "单位负责人：",
    ):
        assert expected in words
    assert 'colspan="4">排查检查情况' in page and 'rowspan="2">类别' in page
    assert len(links(page)) == 7 * 21


@pytest.mark.parametrize(("who", "status"), [("shen", 200), ("zhou", 200), ("li", 200), ("wu", 403), ("shenji", 403)])
def test_who_may_see_tables(client: Client, world: World, who: str, status: int) -> None:
    for url in (reverse("forms"), reverse("form", args=["qinghai-annex-2"])):
        assert signed_in(client, world, who).get(url).status_code == status


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("sun", "370202", 200),
        ("sun", "370202E0001", 200),
        ("sun", "370203", 404),
        ("sun", "370000", 404),
        ("shen", "370203E0001", 200),
        ("wu", "370202", 403),
        ("sun", "nowhere", 404),
    ],
)
def test_tables_of_a_unit(client: Client, world: World, who: str, code: str, status: int) -> None:
    for name in ("form", "form-cell"):
        url = reverse(name, args=["qinghai-annex-2"]) + f"?union={code}&row=0&column=amount_resolved"
        assert signed_in(client, world, who).get(url).status_code == status, name


def test_signed_out_is_led_to_the_door(client: Client, world: World) -> None:
    assert client.get(reverse("form", args=["qinghai-annex-2"])).status_code == 302


@pytest.mark.parametrize(
    ("key", "query", "sentence"),
    [
        ("qinghai-annex-1", "month=2022-13", "月份“2022-13”不对"),
        ("qinghai-annex-1", "month=2022-10&as_of=2999-01-01", "在今天"),
        ("qinghai-annex-2", "from=2022-10-01&as_of=2022-09-01", "早于起始日期"),
        ("qinghai-annex-2", "from=昨天", "不是日期"),
        ("qinghai-annex-2", "month=2022-10", "累计报表"),
        ("qinghai-annex-2", "from=0001-01-01", "过早"),
    ],
)
def test_a_period_that_cannot_be_read(client: Client, world: World, key: str, query: str, sentence: str) -> None:
    answer = signed_in(client, world, "shen").get(reverse("form", args=[key]) + f"?{query}")
    assert answer.status_code == 422
    assert sentence in text_of(answer.content.decode())


@pytest.mark.parametrize(
    "query", ["row=99&column=amount_resolved", "row=x&column=amount_resolved", "row=0&column=nothing", ""]
)
def test_a_cell_that_is_not_there(client: Client, world: World, query: str) -> None:
    assert signed_in(client, world, "shen").get(f"/forms/qinghai-annex-2/cell/?{query}").status_code == 404


def test_a_figure_opens_its_cases_and_they_add_up(client: Client, world: World) -> None:
    some_books(world)
    page = signed_in(client, world, "shen").get("/forms/shandong-winter/").content.decode()
    (link,) = [link for link in links(page) if "row=6" in link and link.endswith("column=amount_resolved")]
    behind = text_of(client.get(link).content.decode())
    assert "合计（全部 3 条）" in behind and "60,000.00" in behind and "= 6.00 万元" in behind


def test_annex_1_on_screen_opens_its_cases(client: Client, world: World) -> None:
    case = write_case(world, date(2023, 12, 9), 37, "1234567.89", industry="C", employer=an_employer("<b>海风</b>制造"))
    page = signed_in(client, world, "shen").get("/forms/qinghai-annex-1/?month=2023-12").content.decode()
    assert f'href="/cases/{case.pk}/">&lt;b&gt;海风&lt;/b&gt;制造</a>' in page
    assert "123.46" in page and "共 1 条" in page
    empty = client.get("/forms/qinghai-annex-1/?month=2023-11").content.decode()
    assert "这一期间没有受理的线索和案件" in empty


def test_a_reader_sees_only_her_part_and_is_told(client: Client, world: World) -> None:
    """市北 got a unit from 市南 later: 市南's old figure still counts it, its reader no longer may open it."""
    some_books(world)
    moved, above = world.unions["370202E0001"], world.unions["370203"]
    tree.move(moved, above, date(2024, 3, 1), None, AT)
    query = f"union=370202&from={SINCE}&as_of={CUT}&row=6&column=cases_verified"
    page = text_of(signed_in(client, world, "sun").get(f"/forms/shandong-winter/cell/?{query}").content.decode())
    assert "有一部分不在您的查看范围" in page


def test_price_of_the_pages(client: Client, world: World, django_assert_max_num_queries: Any) -> None:
    some_books(world)
    signed_in(client, world, "shen")
    client.get("/forms/")
    for url, most in (
        ("/forms/", 14),
        ("/forms/qinghai-annex-2/", 18),
        ("/forms/shandong-winter/", 26),
        ("/forms/qinghai-annex-1/?month=2023-12", 18),
        (f"/forms/shandong-winter/cell/?from={SINCE}&as_of={CUT}&row=6&column=amount_resolved", 17),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


# ---- random worlds: what a figure opens adds up to it -----------------------------------------------------------------

DAYS = st.integers(0, 200).map(lambda n: date(2023, 9, 1) + timedelta(days=n))
CASES = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["370202E0001", "370203E0001", "370202T0001"]),
        "accepted_on": DAYS,
        "verified_on": DAYS,
        "industry": st.sampled_from("CEHKS"),
        "on_project": st.booleans(),
        "nature": st.sampled_from(["government", "soe", "other"]),
        "workers": st.integers(1, 60),
        "amount": st.decimals(1, 500_000, places=2),
        "clue": st.booleans(),
        "extreme": st.booleans(),
        "closed_on": st.none() | DAYS,
        "paid": st.lists(
            st.tuples(
                DAYS,
                st.integers(0, 9),
                st.decimals(0, 9999, places=2),
                st.sampled_from(["paid", "deposit", "emergency"]),
            ),
            max_size=2,
        ),
        "employer": st.integers(0, 3),
        "acts": st.lists(
            st.tuples(
                st.sampled_from(["penalty", "listing", "police", "mediation", "legal_aid", "note"]),
                DAYS,
                st.sampled_from(["done", "failed", "agreed"]),
            ),
            max_size=2,
        ),
    }
)
VISITS = st.tuples(DAYS, st.integers(1, 90), st.integers(0, 3), st.sampled_from("CEH"), st.booleans())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=st.lists(CASES, max_size=5), visits=st.lists(VISITS, max_size=5))
def test_every_figure_is_the_sum_of_what_it_opens(world: World, cases: list[dict[str, Any]], visits: list[Any]) -> None:
    with transaction.atomic():
        _write_world(world, cases, visits)
        scope, reader = Scope(world.unions["370000"], Period(SINCE, CUT, CUT)), world.user("shen")
        table = tabulate(SD, scope)
        for line in (table.lines[0], table.lines[-1]):
            for figure in line.figures:
                found = drilldown.behind(SD, line.stub, figure.column, scope, reader)
                assert found.figure == found.seen == figure.raw == sum(part.adds for part in found.parts)
        whole = {figure.column.measure: figure.raw for figure in table.lines[-1].figures}
        assert whole["cases_unclosed"] == whole["cases_verified"] - whole["cases_closed"]
        _plain_sums_agree(whole, cases, visits)
        transaction.set_rollback(True)


def _write_world(world: World, cases: list[dict[str, Any]], visits: list[Any]) -> None:
    employers = [an_employer(f"单位{n}号") for n in range(4)]
    for facts in cases:
        payments = [
            Payment(on, people, amount, "paid" if kind == "paid" else "advanced", "" if kind == "paid" else kind)
            for on, people, amount, kind in facts["paid"]
        ]
        rest = {k: v for k, v in facts.items() if k not in ("paid", "employer")}
        write_case(world, **rest, employer=employers[facts["employer"]], payments=payments)
    for on, people, number, industry, on_site in visits:
        site = Project.objects.get_or_create(employer=employers[number], name="工地")[0] if on_site else None
        write_inspection(world, on, people, 0, employers[number], industry=industry, on_project=on_site, project=site)


def _plain_sums_agree(whole: dict[str, Any], cases: list[dict[str, Any]], visits: list[Any]) -> None:
    """The same figures in plain Python, from the facts alone."""
    inside = lambda day: SINCE <= day <= CUT  # noqa: E731
    true = [
        c
        for c in cases
        if not c["clue"]
        and c["verified_on"] <= CUT
        and c["accepted_on"] <= CUT
        and not (c["closed_on"] and c["closed_on"] < SINCE)
    ]
    unclosed = [c for c in true if not (c["closed_on"] and c["closed_on"] <= CUT)]
    paid = [p for c in cases for p in c["paid"] if inside(p[0])]
    seen = [v for v in visits if inside(v[0])]
    last: dict[tuple[int, bool], tuple[date, int]] = {}
    for on, people, number, _, on_site in seen:
        if (number, on_site) not in last or on >= last[number, on_site][0]:
            last[number, on_site] = (on, people)
    acts = [(c["employer"], kind, out) for c in cases for kind, on, out in c["acts"] if inside(on)]
    kinds = Counter(kind for _, kind, _ in acts)
    assert whole["clues_accepted"] == sum(inside(c["accepted_on"]) for c in cases)
    assert whole["grave_events"] == sum(inside(c["accepted_on"]) and c["extreme"] for c in cases)
    assert (whole["cases_verified"], whole["cases_unclosed"]) == (len(true), len(unclosed))
    assert whole["workers_owed"] == sum(c["workers"] for c in true)
    assert whole["amount_owed"] == sum(c["amount"] for c in true)
    assert whole["workers_resolved"] == sum(p[1] for p in paid)
    assert whole["amount_resolved"] == sum(p[2] for p in paid)
    assert whole["amount_outstanding"] == sum(
        c["amount"] - sum(p[2] for p in c["paid"] if p[0] <= CUT) for c in unclosed
    )
    for kind in ("deposit", "emergency"):
        assert whole[f"{kind}_advanced"] == sum(p[2] for p in paid if p[3] == kind)
    assert whole["employers_inspected"] == len({v[2] for v in seen})
    assert whole["workers_inspected"] == sum(people for _, people in last.values())
    assert (whole["penalties"], whole["police_transfers"]) == (kinds["penalty"], kinds["police"])
    assert whole["employers_listed"] == len({employer for employer, kind, _ in acts if kind == "listing"})
