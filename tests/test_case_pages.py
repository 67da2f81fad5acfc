"""The pages of a case: desk, list, form, page, moves, ledger, acts, evidence."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arrears import ledger, workflow
from arrears.models import Act, ActKind, Case, Employer, EntryKind, LedgerEntry, Stash, State
from arrears.models.act import Outcome
from tests.cast import AT, World, a_case, a_draft, an_employer
from unions.models import Event

USCC = "91370200163562681G"
PDF = b"%PDF-1.4 wages"


def days_ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def sign_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.user(name), backend="unions.backends.AppointmentBackend")
    return client


def as_user(world: World, name: str) -> Client:
    return sign_in(Client(), world, name)


def typed(**changes: Any) -> dict[str, Any]:
    """A complete form of 12 workers and 120,000 yuan, as a browser sends it."""
    fields = {
        "union": "370202E0001", "employer_name": "海风建设有限公司", "no_code": "unknown", "region_code": "370202",
        "industry": "E", "on_project": "on", "project_name": "海风大厦", "nature": "other", "stated_workers": "12",
        "stated_migrants": "10", "stated_amount": "120,000.00", "channel": "report", "accepted_on": days_ago(9),
        "owed_from": days_ago(150), "owed_until": days_ago(20), "once": "sheet-1", "seen": "0", "submit": "file",
    }  # fmt: skip
    return {name: value for name, value in (fields | changes).items() if value is not None}


def paid_off(world: World, case: Case, by: str = "he") -> Case:
    today = timezone.localdate()
    ledger.post(case, EntryKind.PAID, today, world.user(by), timezone.now(), workers=12, migrants=10,
                amount=Decimal(120000))  # fmt: skip
    case.refresh_from_db()
    return case


def settled(world: World) -> Case:
    case = paid_off(world, a_case(world))
    return workflow.move(case, "settle", world.user("he"), timezone.now(), seen=case.version, conclusion="paid")


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield


# ---- who gets where -----------------------------------------------------------------------------------------------

PAGES = ["/", "/cases/", "/cases/new/", "/cases/{}/", "/cases/{}/?tab=acts", "/cases/{}/edit/", "/cases/{}/report/",
         "/cases/{}/moves/settle/", "/escalations/", "/cases/employers/", "/cases/units/"]  # fmt: skip
ACTIONS = ["/cases/autosave/", "/cases/{}/autosave/", "/cases/{}/discard/", "/cases/{}/entries/", "/cases/{}/acts/",
           "/cases/{}/evidence/", "/cases/{}/escalate/"]  # fmt: skip


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
        assert he.get(path.format(case.pk)).status_code == 405, path


@pytest.mark.parametrize("name", ["feng", "chu", "jiang", "wu", "shenji"])
def test_strangers_find_nothing(world: World, name: str) -> None:
    client, case = as_user(world, name), a_case(world)
    for path in PAGES + ACTIONS:
        if "{}" in path:
            assert reach(client, path, case).status_code == 404, path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("wang", "/cases/{}/edit/"), ("qian", "/cases/{}/edit/"), ("zhou", "/cases/{}/edit/"),
        ("wang", "/cases/{}/moves/settle/"), ("li", "/cases/{}/moves/settle/"), ("shen", "/cases/new/"),
    ],
)  # fmt: skip
def test_colleagues_without_the_right_are_told_so(world: World, name: str, path: str) -> None:
    answer = as_user(world, name).get(path.format(a_case(world).pk))
    assert answer.status_code == 403 and "data-refusal" in answer.text


@pytest.mark.parametrize(
    ("name", "path", "data"),
    [
        ("li", "/cases/{}/entries/", {"kind": "paid"}), ("sun", "/cases/{}/entries/", {}),
        ("qian", "/cases/{}/acts/", {}), ("zhou", "/cases/{}/evidence/", {}), ("shen", "/cases/{}/escalate/", {}),
        ("li", "/cases/{}/moves/go_legal/", {"reason": "x", "seen": "2"}),
    ],
)  # fmt: skip
def test_colleagues_without_the_right_change_nothing(world: World, name: str, path: str, data: Any) -> None:
    case = a_case(world)
    assert as_user(world, name).post(path.format(case.pk), data).status_code == 403
    assert Case.objects.get().version == case.version


def test_wrong_addresses_are_404(he: Client, world: World) -> None:
    case = a_case(world)
    for path in (f"/cases/{case.pk}/moves/nonsense/", "/cases/999999999999999999999999/", "/cases/0/",
                 f"/cases/{case.pk}/entries/99/reverse/", f"/cases/{case.pk}/evidence/99/"):  # fmt: skip
        assert he.get(path).status_code == 404, path


# ---- the list -----------------------------------------------------------------------------------------------------


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/cases/{query}")
    assert answer.status_code == 200
    return [row.case.employer.name for row in answer.context["rows"]]


def test_the_price_of_the_list_does_not_grow(
    he: Client, world: World, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    he.get("/cases/")
    # session, reader, her grants, her appointments for the frame, one page of cases, one of balances
    with django_assert_num_queries(6):
        he.get("/cases/")
    for number in range(3, 60):
        a_draft(world, employer=an_employer(f"第{number}建筑公司"))
    with django_assert_num_queries(6):
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
    a_case(world, employer=an_employer("台风食品厂"), industry="C", on_project=False, nature="", channel="hotline", mass=True)
    a_draft(world, employer=an_employer("东风酒楼"), industry="H")
    for query, names in {
        "?q=风": ["东风酒楼", "台风食品厂", "海风建设有限公司"], "?q=台风": ["台风食品厂"], "?q=A-1": ["海风建设有限公司"],
        "?q=370202E0001-2026-0002": ["台风食品厂"], "?industry=H": ["东风酒楼"], "?state=draft": ["东风酒楼"],
        "?state=unfinished": ["台风食品厂", "海风建设有限公司"], "?channel=hotline": ["台风食品厂"],
        "?immediate=on": ["台风食品厂"], "?mine=on": [], "?unit=海风建设工会&industry=E": ["海风建设有限公司"],
        "?since=2026-11-11": [], "?q=没有这个": [],
    }.items():  # fmt: skip
        assert listed(he, query) == names, query


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("?since=2026-02-30", "确有其日"), ("?unit=不存在", "没有找到这个单位"), ("?unit=工会", "有多个单位符合"),
     ("?state=nonsense", "请从列表中选择"), ("?q=a%00b", "")],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_says_so(world: World, query: str, sentence: str) -> None:
    answer = as_user(world, "sun").get(f"/cases/{query}")
    assert answer.status_code == 200 and sentence in answer.text


# ---- the form -----------------------------------------------------------------------------------------------------


def test_filing_through_the_form(li: Client, world: World) -> None:
    answer = li.post("/cases/new/", typed(stated_workers="１２人", stated_amount="１２０，０００.００元"))
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    assert (case.state, case.number) == (State.OPEN, f"370202E0001-{timezone.localdate().year}-0001")
    assert ledger.balance(case).owed == ledger.Sums(12, 10, Decimal(120000))
    assert (case.project and case.project.name, case.employer.region_code) == ("海风大厦", "370202")


def test_a_draft_needs_a_name_only(li: Client, world: World) -> None:
    li.post("/cases/new/", {"union": "370202E0001", "employer_name": "海风", "submit": "draft"})
    draft = Case.objects.get()
    assert (draft.state, draft.accepted_on) == (State.DRAFT, None)
    answer = li.get(f"/cases/{draft.pk}/")
    assert "还缺：受理日期、所属行业、涉及人数、欠薪金额" in answer.text
    assert "还没有台账" in li.get(f"/cases/{draft.pk}/?tab=ledger").text


BAD_FIELDS: list[tuple[str, str | None, str]] = [
    ("employer_name", " ", "请填写单位名称"), ("employer_name", "……", "不能只有标点"),
    ("employer_name", "海" * 121, "最多 120 个字"), ("uscc", "91370200163562681X", "校验码相符"),
    ("no_code", "", "请选择原因"), ("region_code", "", "请选择所在区县"), ("region_code", "110101", "从列表中选择"),
    ("industry", "Z", "从列表中选择"), ("nature", "", "请选择项目性质"), ("on_project", None, "请勾选"),
    ("stated_workers", "", "请填写欠薪涉及人数"), ("stated_workers", "0", "须大于 0"),
    ("stated_workers", "12.5", "须是整数"), ("stated_workers", "-3", "不能是负数"),
    ("stated_workers", "99999999999999999999", "人数过大"), ("stated_workers", "9" * 5000, "人数过大"),
    ("stated_migrants", "13", "不能多于"), ("stated_amount", "12万", "请按元填写"),
    ("stated_amount", "abc", "只能填数字"), ("stated_amount", "NaN", "只能填数字"), ("stated_amount", "1e9", "只能填数字"),
    ("stated_amount", "0.001", "两位小数"), ("stated_amount", "9" * 20, "金额过大"), ("stated_amount", "9" * 5000, "金额过大"), ("accepted_on", "", "请填写受理日期"),
    ("accepted_on", "2999-01-01", "不能晚于今天"), ("accepted_on", "2026-02-30", "确有其日"),
    ("accepted_on", "1920-01-01", "日期过早"), ("owed_until", days_ago(151), "不能早于欠薪起始日期"),
    ("discovered_on", days_ago(1), "不能早于发现日期"), ("union", "370203", "没有找到您可以登记的这个单位"),
    ("union", "", "请填写立案单位"), ("channel", "", "请选择受理渠道"), ("remark", "字" * 5001, "最多 5000 个字"),
    ("employer_name", "海\x00风", "无法识别的字符"),
]  # fmt: skip


def test_a_bad_field_is_named_and_nothing_typed_is_lost(li: Client, world: World) -> None:
    for field, value, sentence in BAD_FIELDS:
        answer = li.post("/cases/new/", typed(condition="回款滞后", **{field: value}))
        assert answer.status_code == 422, (field, value)
        assert sentence in answer.text and "回款滞后" in answer.text, (field, value)
    assert not Case.objects.exists() and not Employer.objects.exists()


def test_a_code_of_another_name_is_questioned(li: Client, world: World) -> None:
    an_employer("青岛海尔股份", uscc=USCC)
    answer = li.post("/cases/new/", typed(uscc=USCC.lower()))
    assert answer.status_code == 422 and "这个代码已登记为「青岛海尔股份」" in answer.text
    li.post("/cases/new/", typed(uscc=f" {USCC} ", employer_name="青岛海尔股份"))
    assert Case.objects.get().employer.uscc == USCC and Employer.objects.count() == 1


def test_an_original_number_is_used_once(li: Client, world: World) -> None:
    a_case(world, original_number="12351-7")
    answer = li.post("/cases/new/", typed(original_number="12351-7"))
    assert answer.status_code == 422 and "本单位已有这个原编号的案件" in answer.text


def test_a_sheet_sent_twice_files_one_case(li: Client, world: World) -> None:
    assert li.post("/cases/new/", typed()).status_code == 302
    again = li.post("/cases/new/", typed())
    assert again.status_code == 409 and "没有重复登记" in again.text
    assert Case.objects.count() == 1
    assert li.post("/cases/new/", typed(once="sheet-2")).status_code == 302
    assert Case.objects.count() == 2


def test_what_is_typed_is_kept_until_it_is_saved(li: Client, world: World) -> None:
    answer = li.post("/cases/autosave/", typed(employer_name="台\x00风", stated_amount="十二万", csrfmiddlewaretoken="x"))
    assert set(answer.json()) == {"saved_at"}
    kept = Stash.objects.get()
    assert "csrfmiddlewaretoken" not in kept.fields and kept.fields["stated_amount"] == "十二万"
    page = li.get("/cases/new/")
    assert "十二万" in page.text and "台风" in page.text and "已恢复您填写" in page.text
    assert "台风" in li.get("/").text
    li.post("/cases/new/", typed(stated_amount="1", submit="draft"))
    assert not Stash.objects.exists()


def test_a_stash_is_thrown_away_on_request(li: Client, world: World) -> None:
    li.post("/cases/autosave/", typed())
    assert li.post("/cases/autosave/", {"forget": "1"})["Location"] == "/cases/new/"
    assert not Stash.objects.exists()


def test_a_stale_edit_keeps_what_was_typed_and_shows_what_changed(he: Client, world: World) -> None:
    case = a_case(world)
    mine = typed(remark="我的说明", seen=str(case.version), submit="change")
    assert as_user(world, "li").post(f"/cases/{case.pk}/edit/", mine | {"remark": "她的说明"}).status_code == 302
    answer = he.post(f"/cases/{case.pk}/edit/", mine)
    assert answer.status_code == 409
    assert "李填报" in answer.text and "她的说明" in answer.text and "我的说明" in answer.text
    case.refresh_from_db()
    assert case.remark == "她的说明" and answer.context["seen"] == case.version
    assert he.post(f"/cases/{case.pk}/edit/", mine | {"seen": str(case.version)}).status_code == 302
    case.refresh_from_db()
    assert case.remark == "我的说明"


def test_typing_over_an_older_version_shows_the_difference(he: Client, world: World) -> None:
    case = a_case(world)
    he.post(f"/cases/{case.pk}/autosave/", typed(remark="我的说明", seen=str(case.version)))
    paid_off(world, case)
    page = he.get(f"/cases/{case.pk}/edit/")
    assert "案件有了变动" in page.text and "我的说明" in page.text


def test_numbers_of_a_filed_case_are_not_on_the_form(he: Client, world: World) -> None:
    case = a_case(world)
    assert "stated_amount" not in he.get(f"/cases/{case.pk}/edit/").context["form"].fields
    he.post(f"/cases/{case.pk}/edit/", typed(stated_amount="1", seen=str(case.version), submit="change"))
    case.refresh_from_db()
    assert case.stated_amount == Decimal(120000) and ledger.balance(case).owed.amount == 120000


def test_an_employer_is_corrected_where_nobody_else_relies_on_it(he: Client, world: World) -> None:
    case = a_case(world)
    change = typed(address="香港中路 10 号", uscc=USCC, no_code="", seen=str(case.version), submit="change")
    assert he.post(f"/cases/{case.pk}/edit/", change).status_code == 302
    employer = Employer.objects.get()
    assert (employer.address, employer.uscc, employer.no_code) == ("香港中路 10 号", USCC, "")
    assert Event.objects.filter(stream=f"employer:{employer.pk}").exists()
    a_case(world, by="chu", code="370203E0001", employer=employer)
    case.refresh_from_db()
    he.post(f"/cases/{case.pk}/edit/", change | {"address": "别处", "seen": str(case.version)})
    employer.refresh_from_db()
    assert employer.address == "香港中路 10 号"


def test_a_draft_is_thrown_away_and_a_filed_case_is_not(li: Client, world: World) -> None:
    draft = a_draft(world)
    assert li.post(f"/cases/{draft.pk}/discard/")["Location"] == "/"
    assert not Case.objects.exists()
    assert li.post(f"/cases/{draft.pk}/discard/").status_code == 404
    assert li.post(f"/cases/{a_case(world, employer=Employer.objects.get()).pk}/discard/").status_code == 422


def test_a_district_files_for_units_below(world: World) -> None:
    sun = as_user(world, "sun")
    assert [unit.code for unit in sun.get("/cases/units/?union=街道").context["units"]] == ["370202T0001"]
    assert sun.get("/cases/units/?union=台东").context["units"].count() == 0
    assert sun.post("/cases/new/", typed(union="３７０２０２T0001")).status_code == 302
    assert Case.objects.get().union.code == "370202T0001"


def test_suggestions_come_from_cases_the_reader_sees(li: Client, world: World) -> None:
    a_case(world)
    assert "海风建设有限公司" in li.get("/cases/employers/?employer_name=建设").text
    assert "海风建设有限公司" not in as_user(world, "chu").get("/cases/employers/?employer_name=建设").text
    for text in ("海", "", "%00", "%25_"):
        assert li.get(f"/cases/employers/?employer_name={text}").status_code == 200


# ---- moves --------------------------------------------------------------------------------------------------------


def test_a_button_only_where_the_move_can_be_made(he: Client, world: World) -> None:
    case = a_case(world)
    page = he.get(f"/cases/{case.pk}/").text
    assert f"/cases/{case.pk}/moves/settle/" not in page and "不解决不销账：尚有 12 人、120,000.00 元未解决" in page
    assert "确认提请办结" not in he.get(f"/cases/{case.pk}/moves/settle/").text
    paid_off(world, case)
    assert f"/cases/{case.pk}/moves/settle/" in he.get(f"/cases/{case.pk}/").text


def test_settling_asks_for_a_conclusion_that_fits(he: Client, world: World) -> None:
    case = paid_off(world, a_case(world))
    path = f"/cases/{case.pk}/moves/settle/"
    assert "答复范例：您反映的工资已由用人单位" in he.get(path).text
    for conclusion, sentence in {"": "请从清单中选择", "nonsense": "请从列表中选择", "mediated": "没有调解"}.items():
        answer = he.post(path, {"conclusion": conclusion, "seen": case.version})
        assert answer.status_code == 422 and sentence in answer.text
    assert he.post(path, {"conclusion": "paid", "seen": case.version}).status_code == 302
    again = he.post(path, {"conclusion": "paid", "seen": case.version})
    assert again.status_code == 409 and "待办结审批" in again.text


def test_a_stale_move_shows_the_page_anew_with_what_was_typed(he: Client, world: World) -> None:
    case = a_case(world)
    paid_off(world, Case.objects.get(pk=case.pk))
    path = f"/cases/{case.pk}/moves/go_legal/"
    answer = he.post(path, {"reason": "已申请仲裁", "seen": case.version})
    assert answer.status_code == 409 and "已申请仲裁" in answer.text
    fresh = answer.context["case"].version
    assert he.post(path, {"reason": "已申请仲裁", "seen": fresh}).status_code == 302
    back = f"/cases/{case.pk}/moves/return_from_legal/"
    assert he.post(back, {"reason": "", "seen": fresh}).status_code == 422
    assert he.post(path, {"reason": "再来一次", "seen": "x"}).status_code == 409


def test_the_second_person_sees_what_she_approves(world: World) -> None:
    case = settled(world)
    page = as_user(world, "wang").get(f"/cases/{case.pk}/moves/close/")
    shown = page.context["shown"]
    assert "足额清偿" in page.text and "确认批准办结" in page.text and "何经办" in page.text
    wang = as_user(world, "wang")
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "shown": "0" * 64}).status_code == 409
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "shown": shown}).status_code == 302
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "shown": shown}).status_code == 409
    assert wang.get(f"/cases/{case.pk}/moves/close/").status_code == 409


def test_a_barred_person_sees_no_button_and_the_reason(world: World) -> None:
    from unions.appointments import sync_rights
    from unions.models import Appointment
    from unions.rights import RoleName

    case = settled(world)
    he = world.people["he"]
    Appointment.objects.create(user=he, union=world.unions["370202E0001"], role=RoleName.APPROVER, since=AT.date())
    sync_rights(world.user("he"), timezone.localdate())
    client = as_user(world, "he")
    for path in (f"/cases/{case.pk}/", f"/cases/{case.pk}/moves/close/"):
        page = client.get(path).text
        assert "您是提出人，须由另一人审批。" in page and "确认批准办结" not in page
    answer = client.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "shown": "x"})
    assert answer.status_code == 403 and "您是提出人" in answer.text


def test_a_sent_back_closing_waits_on_the_desk_of_whoever_asked(he: Client, world: World) -> None:
    case = settled(world)
    wang = as_user(world, "wang")
    wang.post(f"/cases/{case.pk}/moves/send_back/", {"seen": case.version, "reason": "缺回单"})
    assert "办结被退回" in he.get("/").text
    assert "缺回单" in he.get(f"/cases/{case.pk}/?tab=acts").text


# ---- ledger -------------------------------------------------------------------------------------------------------


def entry(**changes: Any) -> dict[str, Any]:
    fields = {"kind": "paid", "on": days_ago(1), "workers": "2", "migrants": "1", "amount": "20,000.00"}
    return fields | changes


def test_posting_and_reversing(he: Client, world: World) -> None:
    case = a_case(world)
    path = f"/cases/{case.pk}/entries/"
    assert he.post(path, entry(seen=case.version)).status_code == 302
    twice = he.post(path, entry(seen=case.version))
    assert twice.status_code == 409 and "20,000.00" in twice.text and LedgerEntry.objects.count() == 2
    paid = LedgerEntry.objects.get(kind="paid")
    lines = he.get(f"/cases/{case.pk}/?tab=ledger").context["lines"]
    assert [line.left.amount for line in lines] == [Decimal(120000), Decimal(100000)]
    reverse = f"/cases/{case.pk}/entries/{paid.pk}/reverse/"
    assert "20,000.00" in he.get(reverse).text
    assert he.post(reverse, {"on": days_ago(0), "source": " "}).status_code == 422
    assert he.post(reverse, {"on": days_ago(2), "source": "记错"}).status_code == 422
    assert he.post(reverse, {"on": days_ago(0), "source": "记错"}).status_code == 302
    assert he.post(reverse, {"on": days_ago(0), "source": "记错"}).status_code == 409
    assert he.get(reverse).status_code == 409
    page = he.get(f"/cases/{case.pk}/?tab=ledger")
    assert page.context["lines"][-1].left.amount == Decimal(120000) and "已冲正" in page.text


BAD_ENTRIES: list[tuple[dict[str, str], str]] = [
    ({"amount": "120000.01"}, "已超过欠薪数"), ({"workers": "", "migrants": "", "amount": ""}, "不能都是 0"),
    ({"kind": "advanced"}, "垫付须注明资金来源"), ({"kind": "adjusted"}, "请写明依据"), ({"amount": "-5"}, "不能是负数"),
    ({"on": "2999-01-01"}, "不能晚于今天"), ({"on": ""}, "请填写日期"), ({"kind": "reversed"}, "从列表中选择"),
    ({"amount": "两万"}, "请按元填写"), ({"migrants": "3"}, "不能多于"), ({"fund": "x"}, "从列表中选择"),
]  # fmt: skip


def test_a_bad_entry_is_refused_and_stays_on_the_page(he: Client, world: World) -> None:
    case = a_case(world)
    for changes, sentence in BAD_ENTRIES:
        answer = he.post(f"/cases/{case.pk}/entries/", entry(source="", seen=case.version, **changes))
        assert answer.status_code == 422 and sentence in answer.text, changes
    assert LedgerEntry.objects.count() == 1


def test_the_rest_is_filled_in(he: Client, world: World) -> None:
    case = a_case(world)
    page = he.get(f"/cases/{case.pk}/?tab=ledger&fill=all")
    assert page.context["entry_form"]["amount"].value() == Decimal("120000.00")


# ---- acts, evidence, report -----------------------------------------------------------------------------------------


def test_a_failed_negotiation_starts_the_clock(li: Client, world: World) -> None:
    case = a_case(world)
    act = {"kind": ActKind.NEGOTIATION, "on": days_ago(1), "outcome": Outcome.FAILED, "detail": "单位拒绝", "seen": case.version}
    assert li.post(f"/cases/{case.pk}/acts/", act).status_code == 302
    case.refresh_from_db()
    assert str(case.negotiation_failed_on) == days_ago(1)
    again = li.post(f"/cases/{case.pk}/acts/", act)
    assert again.status_code == 409 and "单位拒绝" in again.text and Act.objects.count() == 1
    assert li.post(f"/cases/{case.pk}/acts/", act | {"kind": ""}).status_code == 422
    assert "单位拒绝" in li.get(f"/cases/{case.pk}/?tab=acts").text


def test_evidence_is_kept_under_its_hash_and_given_out_as_a_file(li: Client, world: World) -> None:
    case = a_case(world)
    path = f"/cases/{case.pk}/evidence/"
    good = SimpleUploadedFile("../工资表 6–10月.pdf", PDF)
    bad = SimpleUploadedFile("脚本.html", b"<script>alert(1)</script>")
    answer = li.post(path, {"papers": [good, bad], "note": "工资表"})
    assert answer.status_code == 422 and "「脚本.html」不是可接受的证据文件" in answer.text
    row = case.evidence.get()
    assert row.name == "工资表 6–10月.pdf" and row.sha256[:16] in li.get(f"/cases/{case.pk}/?tab=evidence").text
    got = li.get(f"{path}{row.pk}/")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%B7%A5")
    assert (got["X-Content-Type-Options"], got["Content-Type"]) == ("nosniff", "application/pdf")
    assert as_user(world, "feng").get(f"{path}{row.pk}/").status_code == 404
    for again, sentence in ((SimpleUploadedFile("again.pdf", PDF), "不必重复上传"), (SimpleUploadedFile("空.pdf", b""), "空文件")):
        answer = li.post(path, {"papers": [again]})
        assert answer.status_code == 422 and sentence in answer.text
    assert li.post(path, {}).status_code == 422
    row.file.delete(save=False)
    assert li.get(f"{path}{row.pk}/").status_code == 404


def test_QD_3_the_report_has_its_eight_points_in_order(li: Client, world: World) -> None:
    case = a_case(world, condition="账户被冻结", union_opinion="支持", repayment_plan="年底前付清")
    points = li.get(f"/cases/{case.pk}/report/").context["points"]
    assert [label for label, _ in points] == [
        "单位名称及地址", "涉及人数及金额", "欠薪起止日期", "欠薪发生数", "已处理数", "生产经营和财务状况",
        "单位工会（职代会）意见", "偿还计划和保证措施",
    ]  # fmt: skip
    assert dict(points)["生产经营和财务状况"] == "账户被冻结"


def test_names_are_text_and_never_markup(li: Client, world: World) -> None:
    case = a_case(world, employer=an_employer("<script>alert(1)</script>公司"), remark="<img src=x>")
    for path in ("/", "/cases/", f"/cases/{case.pk}/", f"/cases/{case.pk}/edit/", "/cases/employers/?employer_name=公司"):
        text = li.get(path).text
        assert "<script>alert" not in text and "<img src=x>" not in text


# ---- the desk -------------------------------------------------------------------------------------------------------


def boxes(client: Client) -> dict[str, int]:
    return {box.title: len(box.rows) for box in client.get("/").context["boxes"]}


def test_each_desk_holds_what_waits_for_its_owner(world: World) -> None:
    a_case(world)
    a_draft(world, employer=Employer.objects.get())
    assert boxes(as_user(world, "li")) == {"待我办理": 1, "被退回": 0, "草稿和未提交的填写": 1}
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


def test_the_price_of_the_desk(world: World, django_assert_max_num_queries: Any) -> None:
    he = as_user(world, "he")
    for number in range(8):
        a_case(world, employer=an_employer(f"第{number}建筑公司"))
    he.get("/")
    with django_assert_max_num_queries(20):
        he.get("/")


@pytest.mark.parametrize("tab", ["facts", "ledger", "acts", "evidence", "escalations"])
def test_the_price_of_a_case_page(he: Client, world: World, tab: str, django_assert_max_num_queries: Any) -> None:
    case = a_case(world)
    for _ in range(5):
        ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, amount=Decimal(1))
    he.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(22):
        assert he.get(f"/cases/{case.pk}/?tab={tab}").status_code == 200
