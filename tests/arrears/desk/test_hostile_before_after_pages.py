"""Every new form and list under hostile hands: NUL, 100,000 characters, the end of time, foreign ids, queries from outside."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from arrears.inspections.models import Review, Round
from arrears.safety_nets.models import WageDeposit
from arrears.sanctions.models import Sanction
from tests import nets
from tests.arrears.inspections.test_rounds import watch
from tests.cast import World, a_case, an_employer
from tests.nets import a_fund
from tests.prevented import a_work
from tests.readers import days_ago
from tests.rounds import a_finding, a_project, a_review, a_round
from tests.sanctioned import drafted_list, in_q3
from unions.log.audit import broken_links

FAR = ["9999-12-31", "9998-01-01", "2999-12-31"]
BAD = [
    "\x00",
    "x\x00y",
    "长" * 100_000,
    "\ud800",
    "９" * 50,
    "0001-01-01",
    "9999-12-31",
    "-1",
    "NaN",
    "1e15",
    "99999999999999999999",
]
LISTS = [
    "/safety-nets/",
    "/safety-nets/funds/",
    "/safety-nets/todo/",
    "/sanctions/",
    "/sanctions/listings/",
    "/sanctions/unlisted/",
    "/sanctions/publications/",
    "/sanctions/copies/",
    "/sanctions/shared/",
    "/rounds/",
    "/rounds/month/",
    "/reviews/",
    "/projects/",
    "/prevention/",
    "/prevention/figures/",
    "/prevention/classes/",
    "/prevention/subsidies/",
    "/boards/",
    "/boards/comparison/",
    "/boards/map/",
    "/boards/desk/",
    "/boards/rows/overdue/",
    "/boards/comparison/returns-rate/",
    "/boards/comparison/new/",
    "/obligations/",
    "/",
]
QUERIES = [
    "q=%00&unit=%00",
    "sort=%00&measure=%00&period=%00",
    "sort=-left-amount'&measure=left-amount);--&kind=x",
    "since=0001-01-01&until=9999-12-31",
    "since=9999-12-31&until=9999-12-31&period=custom",
    "period=9999&page=-1&after=x",
    "page=99999999999999999999999&after=" + "9" * 30,
    "unit=370203",
    "unit=" + "9" * 3000,
    "q=%ff%fe&kind=&stage=x&label=x&quarter=2026Q9",
    "quarter=0000Q0&month=9999-99",
    "q=%F0%A0%AE%B7%20%25",
    "sort=-",
    "sort=--new&sort=new&measure=__class__",
    "after=999999999999999999&before=0",
    "w=1&after=1.5,3&before=-,-",
]


def patient(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


def standing(client: Client) -> list[str]:
    return [url for url in LISTS if client.get(url).status_code >= 500]


@pytest.mark.parametrize("query", QUERIES)
def test_lists_and_boards_bear_any_query(world: World, query: str) -> None:
    a_fund(world)
    in_q3(world)
    for name in ("sun", "lv"):
        client = patient(world, name)
        broken = {url: client.get(f"{url}?{query}").status_code for url in LISTS}
        assert {url: code for url, code in broken.items() if code >= 500} == {}, name


def forms(world: World) -> dict[str, tuple[str, list[str], dict[str, Any]]]:
    """Address → who sends it, its fields, what stands in the others."""
    case, unit = a_case(world), world.unions["370202"].pk
    fund, finding, review = a_fund(world), a_finding(world), a_review(world, name="第二组")
    project, plan, work = a_project(employer=an_employer("路桥")), _plan(world), a_work(world)
    list_row = _list_row(world)
    return {
        f"/safety-nets/{fund.pk}/put-in/": ("sun", ["kind", "on", "amount", "source"], {"seen": fund.version}),
        f"/safety-nets/{fund.pk}/outgo/": ("sun", ["kind", "on", "amount", "reason"], {"seen": fund.version}),
        f"/safety-nets/{fund.pk}/reverse/": ("sun", ["cancels", "on", "reason"], {"seen": fund.version}),
        "/safety-nets/funds/new/": (
            "sun",
            ["name", "founder", "founder_name", "basis", "founded_on", "amount"],
            {"union": unit},
        ),
        "/safety-nets/deposits/new/": (
            "sun",
            [
                "project_name",
                "contract_amount",
                "ratio",
                "bank",
                "guarantee_number",
                "guarantee_until",
                "stored",
                "source",
            ],
            {"union": unit, "stored_as": "guarantee", "nature": "other"},
        ),
        f"/cases/{case.pk}/advance/": (
            "li",
            ["net", "other_source", "workers", "migrants", "amount", "notice_on", "paid_on", "reason"],
            {"seen": case.version},
        ),
        f"/cases/{case.pk}/sanctions/": (
            "he",
            ["kind", "department", "number", "decided_on", "pay_by", "amount", "grade", "detail"],
            {},
        ),
        f"/cases/{case.pk}/listings/": ("he", ["department", "reason"], {}),
        f"/cases/{case.pk}/put-forward/": ("he", ["body", "grounds", "on", "reason"], {}),
        "/sanctions/publications/": ("qian", ["union", "period", "until"], {}),
        list_row: ("qian", ["representative", "address", "violation", "decision"], {}),
        "/rounds/new/": ("sun", ["name", "kind", "since", "until", "places", "members", "levels"], {"union": "370202"}),
        f"/rounds/{plan.pk}/targets/": (
            "sun",
            ["employer_name", "uscc", "region_code", "project_name", "why"],
            {"union": "370202"},
        ),
        "/reviews/new/": (
            "lv",
            ["kind", "name", "inspector", "outsider", "inspected", "leader", "since", "until", "scope"],
            {"planner": "370200"},
        ),
        f"/reviews/{review.pk}/visit/": ("feng", ["on", "people", "summary"], {"seen": review.version}),
        f"/reviews/{finding.review_id}/findings/": ("feng", ["spot", "detail", "due_on"], {}),
        f"/reviews/findings/{finding.pk}/answer/": ("sun", ["answer", "opinion"], {"seen": finding.version}),
        f"/projects/{project.pk}/platform/": (
            "sun",
            ["on", "checker", "listed_since", "warnings", "unhandled", "due_on", "note", "authority"],
            {"union": "370202", "listed": "no"},
        ),
        "/projects/new/": (
            "sun",
            ["project_name", "employer_name", "uscc", "on", "checker", "due_on"],
            {"union": "370202"},
        ),
        "/prevention/new/": (
            "he",
            ["kind", "on", "title", "named", "firms", "projects", "people", "done"],
            {"union": "370202E0001"},
        ),
        f"/prevention/{work.pk}/withdraw/": ("he", ["reason"], {}),
        f"/rounds/{plan.pk}/off/": ("sun", ["reason"], {}),
        f"/reviews/{review.pk}/off/": ("lv", ["reason"], {}),
    }


def _plan(world: World) -> Round:
    watch(world, an_employer("重点户"))
    return a_round(world)


def _list_row(world: World) -> str:
    in_q3(world)
    row = drafted_list(world)
    return f"/sanctions/publications/{row.pk}/rows/{row.rows.get().pk}/"


def test_every_field_bears_anything(world: World) -> None:
    """Nothing sent into any field of any new form is a fault; and the pages stand afterwards."""
    broken = []
    for url, (name, fields, rest) in forms(world).items():
        client = patient(world, name)
        for bad in BAD:
            answer = client.post(url, dict.fromkeys(fields, bad.encode("utf-8", "replace").decode()) | rest)
            if answer.status_code >= 500:
                broken.append((url, bad[:12], answer.status_code))
    assert broken == []
    for name in ("sun", "he", "lv"):
        assert standing(patient(world, name)) == []
    assert list(broken_links()) == []


@pytest.mark.parametrize("far", FAR)
def test_terms_at_the_end_of_time(world: World, far: str) -> None:
    case, unit, past = a_case(world), world.unions["370202"].pk, days_ago(2)
    project = nets.a_project(case)
    he, sun, lv, feng = (patient(world, name) for name in ("he", "sun", "lv", "feng"))
    sent = [
        he.post(
            f"/cases/{case.pk}/sanctions/",
            {
                "kind": "order",
                "department": "人社局",
                "number": "令1",
                "decided_on": past,
                "pay_by": far,
                "amount": "1",
            },
        ),
        sun.post(
            "/safety-nets/deposits/new/",
            {
                "union": unit,
                "project_name": "远方项目",
                "nature": "other",
                "contract_amount": "100000",
                "ratio": "3",
                "stored_as": "guarantee",
                "bank": "建行",
                "guarantee_number": "G",
                "guarantee_until": far,
                "employer_name": "远方公司",
                "region_code": "370202",
            },
        ),
        lv.post(
            "/reviews/new/",
            {
                "planner": "370200",
                "kind": "peer",
                "name": "远",
                "inspector": "370203",
                "inspected": "370202",
                "leader": "冯",
                "since": past,
                "until": far,
            },
        ),
        sun.post(
            f"/projects/{project.pk}/platform/",
            {"union": "370202", "on": past, "checker": "孙", "listed": "no", "due_on": far},
        ),
    ]
    assert [one.status_code for one in sent if one.status_code not in (302, 422)] == []
    if review := Review.objects.first():
        visit = {"on": past, "people": "冯", "summary": "看了", "seen": review.version}
        feng.post(f"/reviews/{review.pk}/visit/", visit)
        found = feng.post(f"/reviews/{review.pk}/findings/", {"spot": "ledger", "detail": "未销号", "due_on": far})
        assert found.status_code in (302, 422)
        assert feng.get(f"/reviews/{review.pk}/").status_code == 200
    rows: list[Sanction | WageDeposit] = [*Sanction.objects.all(), *WageDeposit.objects.all()]
    for row in rows:
        assert (
            patient(world, "he" if isinstance(row, Sanction) else "sun").get(row.get_absolute_url()).status_code == 200
        )
    assert he.get(f"/cases/{case.pk}/").status_code == 200
    for client in (he, sun, lv):
        assert standing(client) == []
    call_command("rebuild_obligations")
    assert list(broken_links()) == []


def test_workbooks_hold_text_and_no_formulas(world: World) -> None:
    formula = '=HYPERLINK("http://x","甲")'
    a_work(world, title=formula, done="@SUM(1)", named=("+甲公司",))
    in_q3(world, "=cmd|甲")
    row = drafted_list(world)
    he, qian = patient(world, "he"), patient(world, "qian")
    answers = [
        he.get("/prevention/works.xlsx"),
        qian.get("/prevention/classes.xlsx"),
        qian.get(f"/sanctions/publications/{row.pk}/list.xlsx"),
        qian.get("/boards/board.xlsx"),
        qian.get("/boards/comparison.xlsx?unit=370202"),
        qian.get("/boards/rows/overdue.xlsx"),
    ]
    for answer in answers:
        assert answer.status_code in (200, 422)
        if answer.status_code == 422:
            continue
        for page in openpyxl.load_workbook(BytesIO(answer.content)):
            kinds = {cell.data_type for line in page.iter_rows() for cell in line}
            assert "f" not in kinds


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"<svg onload=alert(1)>", b"\x00" * 1000, b"a,b\n=1,2\n"])
def test_a_hostile_platform_sheet_is_refused(world: World, content: bytes) -> None:
    sun = patient(world, "sun")
    file = SimpleUploadedFile("../核查.xlsx", content)
    answer = sun.post("/projects/import/", {"union": world.unions["370202"].pk, "file": file})
    assert answer.status_code == 422
    for token in ("", "x", "\x00", "9" * 500):
        answer = sun.post("/projects/import/confirm/", {"stash": token, "token": token, "upload": token})
        assert answer.status_code < 500


def test_boards_do_not_show_rows_of_books_the_reader_may_not_open(world: World) -> None:
    case = a_case(world, employer=an_employer("隐名公司"))
    for name in ("feng", "chu", "jiang", "zheng"):
        client = patient(world, name)
        for url in (
            "/boards/",
            "/boards/comparison/new/",
            "/boards/comparison/",
            "/boards/rows/overdue/",
            "/boards/map/",
        ):
            page = client.get(f"{url}?unit=370202E0001")
            assert page.status_code in (403, 404), (name, url)
            assert "隐名公司" not in page.content.decode() and (case.number or "-") not in page.content.decode()
