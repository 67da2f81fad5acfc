"""Who gets to which page of a case, the list, and the desk."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from arrears.cases import ledger
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case, Employer, EntryKind
from tests import nets, sanctioned
from tests.arrears.escalations.test_escalation_pages import asked
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user, settled


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


# ---- who gets where -----------------------------------------------------------------------------------------------

PAGES = [
    "/",
    "/cases/",
    "/cases/new/",
    "/cases/{}/",
    "/cases/{}/?tab=acts",
    "/cases/{}/edit/",
    "/cases/{}/report/",
    "/cases/{}/moves/settle/",
    "/escalations/",
    "/cases/employers/",
    "/cases/units/",
]
ACTIONS = [
    "/cases/autosave/",
    "/cases/{}/autosave/",
    "/cases/{}/discard/",
    "/cases/{}/entries/",
    "/cases/{}/acts/",
    "/cases/{}/evidence/",
    "/cases/{}/escalate/",
]


def reach(client: Client, path: str, case: Case) -> Any:
    return client.post(path.format(case.pk)) if path in ACTIONS else client.get(path.format(case.pk))


def test_nothing_is_open_to_the_world(client: Client, world: World) -> None:
    case = a_case(world)
    for path in PAGES + ACTIONS:
        answer = reach(client, path, case)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), path


def test_actions_are_posts(he: Client, world: World) -> None:
    case = a_case(world)
    for path in ACTIONS:
        refused = he.get(path.format(case.pk))
        assert refused.status_code == 405 and "请返回" in refused.text, path


def test_what_is_only_read_answers_what_is_sent_to_it_with_a_sentence(he: Client, world: World) -> None:
    case = a_case(world)
    for path in ("/", "/cases/", "/approvals/", f"/cases/{case.pk}/report/"):
        refused = he.post(path, {"q": "海风"})
        assert refused.status_code == 405 and "不接收提交的内容，所填内容没有保存" in refused.text, path
        assert refused.headers["Allow"] == "GET, HEAD", path
    said = he.post("/cases/", headers={"Accept": "application/json"})
    assert said.status_code == 405 and "只供查看" in said.json()["detail"]


@pytest.mark.parametrize("name", ["feng", "chu", "jiang", "wu", "shenji"])
def test_strangers_find_nothing(world: World, name: str) -> None:
    client, case = as_user(world, name), a_case(world)
    for path in PAGES + ACTIONS:
        if "{}" in path:
            assert reach(client, path, case).status_code == 404, path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("wang", "/cases/{}/edit/"),
        ("qian", "/cases/{}/edit/"),
        ("zhou", "/cases/{}/edit/"),
        ("wang", "/cases/{}/moves/settle/"),
        ("li", "/cases/{}/moves/settle/"),
        ("shen", "/cases/new/"),
    ],
)
def test_colleagues_without_the_right_are_told_so(world: World, name: str, path: str) -> None:
    answer = as_user(world, name).get(path.format(a_case(world).pk))
    assert answer.status_code == 403 and "data-refusal" in answer.text


@pytest.mark.parametrize(
    ("name", "path", "data"),
    [
        ("li", "/cases/{}/entries/", {"kind": "paid"}),
        ("sun", "/cases/{}/entries/", {}),
        ("qian", "/cases/{}/acts/", {}),
        ("zhou", "/cases/{}/evidence/", {}),
        ("shen", "/cases/{}/escalate/", {}),
        ("li", "/cases/{}/moves/go_legal/", {"reason": "x", "seen": "2"}),
    ],
)
def test_colleagues_without_the_right_change_nothing(world: World, name: str, path: str, data: Any) -> None:
    case = a_case(world)
    assert as_user(world, name).post(path.format(case.pk), data).status_code == 403
    assert Case.objects.get().version == case.version


def test_wrong_addresses_are_404(he: Client, world: World) -> None:
    case = a_case(world)
    for path in (
        f"/cases/{case.pk}/moves/nonsense/",
        "/cases/999999999999999999999999/",
        "/cases/0/",
        f"/cases/{case.pk}/entries/99/reverse/",
        f"/cases/{case.pk}/evidence/99/",
    ):
        assert he.get(path).status_code == 404, path


# ---- the list -----------------------------------------------------------------------------------------------------


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/cases/{query}")
    assert answer.status_code == 200
    return [row.case.employer.name for row in answer.context["rows"]]


def test_the_price_of_the_list_does_not_grow(he: Client, world: World, django_assert_num_queries: Any) -> None:
    for number in range(3):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    he.get("/cases/")
    # session, reader, her grants, her appointments for the frame, her kept views, one page of cases, one of balances
    with django_assert_num_queries(7):
        he.get("/cases/")
    for number in range(3, 60):
        a_draft(world, employer=an_employer(f"第{number}建筑公司"))
    with django_assert_num_queries(7):
        assert len(listed(he)) == 50


def test_pages_lead_forth_and_back(he: Client, world: World) -> None:
    for number in range(120):
        a_draft(world, employer=an_employer(f"第{number}建筑公司"))
    seen: list[str] = []
    query = ""
    while True:
        answer = he.get(f"/cases/{query}")
        seen += [row.case.employer.name for row in answer.context["rows"]]
        if not (query := answer.context["page"].next):
            break
    assert seen == [f"第{number}建筑公司" for number in reversed(range(120))]
    back = he.get(f"/cases/{answer.context['page'].previous}")
    assert [row.case.employer.name for row in back.context["rows"]] == seen[50:100]
    first = he.get(f"/cases/{back.context['page'].previous}")
    assert first.context["page"].previous == "" and [r.case.employer.name for r in first.context["rows"]] == seen[:50]


def test_filters_and_search(he: Client, world: World) -> None:
    a_case(world, employer=an_employer("海风建设有限公司"), original_number="A-1")
    a_case(
        world,
        employer=an_employer("台风食品厂"),
        industry="C",
        on_project=False,
        nature="",
        channel="hotline",
        mass=True,
    )
    a_draft(world, employer=an_employer("东风酒楼"), industry="H")
    for query, names in {
        "?q=风": ["东风酒楼", "台风食品厂", "海风建设有限公司"],
        "?q=台风": ["台风食品厂"],
        "?q=A-1": ["海风建设有限公司"],
        "?q=370202E0001-2026-0002": ["台风食品厂"],
        "?industry=H": ["东风酒楼"],
        "?state=draft": ["东风酒楼"],
        "?state=unfinished": ["台风食品厂", "海风建设有限公司"],
        "?channel=hotline": ["台风食品厂"],
        "?immediate=on": ["台风食品厂"],
        "?mine=on": [],
        "?unit=海风建设工会&industry=E": ["海风建设有限公司"],
        "?since=2026-11-11": [],
        "?q=没有这个": [],
    }.items():
        assert listed(he, query) == names, query


def test_cases_without_an_entry_for_so_many_days(world: World) -> None:
    quiet = a_case(world, employer=an_employer("久无动静"), accepted_on=date(2026, 10, 21))  # thirty days before AT
    paid = a_case(world, employer=an_employer("上周付过"), accepted_on=date(2026, 10, 21))
    ledger.post(paid, EntryKind.PAID, date(2026, 11, 16), world.user("he"), AT, workers=1, amount=Decimal(1000))
    a_case(world, employer=an_employer("本月立案"))

    def found(days: str) -> list[Case]:
        return list(CaseFilter({"idle": days}, Case.objects.all(), world.user("sun"), AT).qs)

    assert found("30") == [quiet] and found("60") == []
    assert CaseFilter({"idle": "7"}, Case.objects.all(), world.user("sun"), AT).errors.keys() == {"idle"}
    assert quiet in as_user(world, "sun").get("/cases/", {"idle": ""}).context["page"].rows


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?since=2026-02-30", "真实日期"),
        ("?unit=不存在", "没有找到这个单位"),
        ("?unit=工会", "有多个单位符合"),
        ("?state=nonsense", "请从列表中选择"),
        ("?q=a%00b", ""),
    ],
)
def test_a_filter_that_cannot_be_read_says_so(world: World, query: str, sentence: str) -> None:
    answer = as_user(world, "sun").get(f"/cases/{query}")
    assert answer.status_code == 200 and sentence in answer.text


# ---- the desk -------------------------------------------------------------------------------------------------------


def boxes(client: Client) -> dict[str, int]:
    return {box.title: len(box.rows) for box in client.get("/").context["boxes"]}


def test_each_desk_holds_what_waits_for_its_owner(world: World) -> None:
    a_case(world)
    a_draft(world, employer=Employer.objects.get())
    assert boxes(as_user(world, "li")) == {"待我办理": 1, "退回本人的上报和办结": 0, "草稿箱": 1}
    # the clerk who filed holds no right to handle: the unit's officer finds the case on his desk
    assert boxes(as_user(world, "he"))["待我办理"] == 1
    assert boxes(as_user(world, "wang")) == {"待我审批": 0, "待确认知悉": 0}
    assert boxes(as_user(world, "sun"))["待我办理"] == 0
    assert boxes(as_user(world, "shen")) == {}
    assert "不办理案件" in as_user(world, "shenji").get("/").text


def test_a_closing_waits_for_the_approver(world: World) -> None:
    settled(world)
    wang = as_user(world, "wang")
    assert boxes(wang)["待我审批"] == 1 and "何经办提请" in wang.get("/").text


def test_money_and_lists_wait_on_the_desk_too(world: World) -> None:
    case = a_case(world)
    nets.asked(world, case, nets.a_fund(world), 30_000, workers=2)
    other = a_case(world, employer=an_employer("海风二建有限公司"))
    sanctioned.asked(world, other)
    said = {"zhou": "垫付 30,000.00 元", "wang": "失信联合惩戒名单 · 待审批"}
    for name, words in said.items():
        approver = as_user(world, name)
        assert boxes(approver)["待我审批"] == 1 and shown_in_the_sidebar(approver)["工作台"] == (1, True)
        assert words in approver.get("/").text


def shown_in_the_sidebar(client: Client, url: str = "/") -> dict[str, tuple[int, bool]]:
    """Label → what waits there, and whether it is marked as where the reader is."""
    groups = client.get(url).context["navigation"]
    return {item["label"]: (item["count"](), item["active"]) for group in groups for item in group["items"]}


def test_the_sidebar_counts_what_waits(world: World) -> None:
    settled(world)
    asked(world, employer=an_employer("海风二建有限公司"))
    wang, li = as_user(world, "wang"), as_user(world, "li")
    assert shown_in_the_sidebar(wang)["工作台"] == (2, True)
    assert shown_in_the_sidebar(wang)["上报与接收"] == (1, False)
    assert '<span class="nav-count">2<span' in wang.get("/").text
    assert "nav-count" not in li.get("/").text


def test_the_sidebar_marks_the_section_of_a_sub_page(he: Client, world: World) -> None:
    case = a_case(world)
    for url, label in ((f"/cases/{case.pk}/", "欠薪案件"), ("/cases/new/", "欠薪案件"), ("/import/cases/", "欠薪案件")):
        answer = he.get(url)
        assert answer.status_code == 200, url
        items = [item for group in answer.context["navigation"] for item in group["items"]]
        assert [item["label"] for item in items if item["active"]] == [label], url
    sections = as_user(world, "sun").get("/unions/370202E0001/people/").context["navigation"]
    assert {one["label"] for one in sections if one["active"]} == {"管理"}


def test_the_price_of_the_desk(world: World, django_assert_max_num_queries: Any) -> None:
    he = as_user(world, "he")
    for number in range(8):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    he.get("/")
    with django_assert_max_num_queries(33):
        he.get("/")


@pytest.mark.parametrize(
    ("tab", "price"),
    [("facts", 28), ("ledger", 28), ("acts", 28), ("evidence", 28), ("escalations", 45)],  # it asks the notices
)
def test_the_price_of_a_case_page(
    he: Client, world: World, tab: str, price: int, django_assert_max_num_queries: Any
) -> None:
    case = a_case(world)
    for _ in range(5):
        ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, amount=Decimal(1))
    he.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(price):
        assert he.get(f"/cases/{case.pk}/?tab={tab}").status_code == 200


def test_whom_to_ring_is_on_the_page(he: Client, world: World) -> None:
    case = a_case(world)
    assert "没有公布电话" in he.get(f"/cases/{case.pk}/").text
    district, own = world.unions["370202"], world.unions["370202E0001"]
    type(district).objects.filter(pk=district.pk).update(duty_phone="12351")
    assert "电话 12351" in he.get(f"/cases/{case.pk}/").text
    type(own).objects.filter(pk=own.pk).update(duty_phone="000-55500001")
    assert "电话 000-55500001" in he.get(f"/cases/{case.pk}/?tab=ledger").text


@pytest.mark.parametrize(
    ("owed", "paid", "untrue", "said"),
    [
        ("434240.50", "0", "0", "0"),
        ("434240.50", "1", "0", "0.1"),
        ("1000", "96.6", "0", "9.7"),
        ("1000", "96.4", "0", "9.6"),
        ("1000", "96.5", "0", "9.7"),
        ("3000", "1000", "0", "33.3"),
        ("434240.50", "434240.49", "0", "99.9"),
        ("1000", "999.5", "0", "99.9"),
        ("1000", "1000", "0", "100"),
        ("1000", "400", "600", "100"),
        ("1000", "200", "600", "50.0"),
        ("1000", "0", "1000", "None"),
        ("0", "0", "0", "None"),
    ],
)
def test_a_share_is_rounded_and_never_says_all_or_nothing_too_early(
    owed: str, paid: str, untrue: str, said: str
) -> None:
    sums = (ledger.Sums(amount=Decimal(amount)) for amount in (owed, paid, untrue))
    assert str(ledger.Balance(*sums).share_resolved) == said


def test_the_share_on_the_page(he: Client, world: World) -> None:
    case = a_case(world)
    owed = ledger.balance(case).owed
    assert "占 0%" in he.get(f"/cases/{case.pk}/").text
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, amount=owed.amount * 97 / 1000)
    assert "占 9.7%" in he.get(f"/cases/{case.pk}/").text
    left = ledger.balance(case).outstanding.amount
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, amount=left)
    page = he.get(f"/cases/{case.pk}/").text
    assert "金额已全部解决" in page and "占 100%" not in page
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, workers=owed.workers, migrants=owed.migrants)
    assert "占 100%" in he.get(f"/cases/{case.pk}/").text
