"""The ledger of cases and of employers: on the page, in print and as a workbook, own unit and subtree, every figure opens its cases."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from django.urls import reverse

from arrears.cases import ledger, workflow
from arrears.cases.models import Case, EntryKind
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user
from unions.models import Event


def books(world: World) -> list[Case]:
    """Two cases of one employer on two levels, and a clue of another that came by the hotline."""
    firm = an_employer()
    first = a_case(world, employer=firm)
    second = a_case(
        world,
        "sun",
        "370202",
        employer=firm,
        stated_workers=3,
        stated_migrants=0,
        stated_amount=Decimal(9000),
        owed_from=date(2026, 3, 1),
    )
    draft = a_draft(world, "sun", "370202", employer=an_employer("市南餐饮有限公司"), channel="hotline")
    clue = workflow.move(draft, "report_clue", world.user("sun"), AT, seen=draft.version)
    ledger.post(first, EntryKind.PAID, date(2026, 11, 18), world.user("he"), AT, workers=2, amount=Decimal(20000))
    return [first, second, clue]


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """Header → value of each row."""
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    (head,) = (row for row in rows if row[0] == "序号")
    names = ["".join(str(cell).split()) for cell in head]
    return [dict(zip(names, row, strict=True)) for row in rows if isinstance(row[0], int)]


def test_QD_4_2_the_ledger_has_a_named_handler_and_what_was_fed_back(world: World) -> None:
    _, _, clue = books(world)
    clue.acts.create(kind="feedback_hotline", on=date(2026, 11, 19), union=clue.union, by=world.user("sun"), at=AT)
    sun = as_user(world, "sun")
    page = sun.get(reverse("case-ledger"))
    assert page.status_code == 200 and "孙经办" in page.text and "热线 2026-11-19" in page.text
    assert page.context["totals"].unverified == 1, "a clue nobody has verified is told apart"
    (row,) = [row for row in rows_of(sun.get(reverse("case-ledger-export"))) if row["用人单位"] == "市南餐饮有限公司"]
    assert (row["编号"], row["经办人"], row["查实日期"]) == (clue.number, "孙经办", "未查实")
    assert row["反馈12351"].date() == date(2026, 11, 19)
    assert Event.objects.filter(verb="export-list").count() == 1


def test_QH_3c_the_ledger_is_read_and_written_at_every_level(world: World) -> None:
    books(world)
    counted = {}
    for name, query in (
        ("he", {}),
        ("sun", {}),
        ("lv", {}),
        ("han", {}),
        ("feng", {}),
        ("sun", {"unit": "370202", "own": "on"}),
    ):
        client = as_user(world, name)
        page = client.get(reverse("case-ledger"), query)
        sheet = rows_of(client.get(reverse("case-ledger-export"), query))
        assert page.context["totals"].cases == len(sheet) == len(page.context["cases"])
        counted[name, bool(query)] = len(sheet)
        assert ("（本级）" if query else "（含下级）") in page.context["whose"]
    assert counted == {
        ("he", False): 1,
        ("sun", False): 3,
        ("lv", False): 3,
        ("han", False): 3,
        ("feng", False): 0,
        ("sun", True): 2,
    }


def test_QP_2_1_the_ledger_of_employers_adds_up_and_every_figure_opens_its_cases(world: World) -> None:
    first, second, clue = books(world)
    sun = as_user(world, "sun")
    page = sun.get(reverse("case-ledger"), {"by": "employer"})
    seen = [
        (row.name, row.cases, row.unverified, row.balance.owed.workers, row.balance.outstanding.amount, row.since)
        for row in page.context["employers"]
    ]
    assert seen == [
        ("市南餐饮有限公司", 1, 1, 12, Decimal(120000), date(2026, 6, 1)),
        ("海风建设有限公司", 2, 0, 15, Decimal(109000), date(2026, 3, 1)),
    ]
    assert sum(row[4] for row in seen) == page.context["totals"].balance.outstanding.amount
    assert "不解决不销账" in page.text
    behind = sun.get(reverse("cases"), {"employer": first.employer_id})
    assert {row.case.pk for row in behind.context["rows"]} == {first.pk, second.pk}
    assert f"employer={first.employer_id}" in page.text
    sheet = rows_of(sun.get(reverse("case-ledger-export"), {"by": "employer"}))
    assert [(row["用人单位"], row["案件（件）"], row["未解决（元）"]) for row in sheet] == [
        ("市南餐饮有限公司", 1, 120000),
        ("海风建设有限公司", 2, 109000),
    ]
    assert [row["多次欠薪"] for row in sheet] == ["否", "是"]
    assert page.text.count("多次欠薪") == 1
    assert [
        row.name for row in as_user(world, "he").get(reverse("case-ledger"), {"by": "employer"}).context["employers"]
    ] == ["海风建设有限公司"]
    assert clue.employer.name in page.text
