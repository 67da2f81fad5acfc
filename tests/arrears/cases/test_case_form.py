"""The case form: filing, drafts, corrections; nothing typed is lost and every fault is named."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from arrears.cases import filing, ledger
from arrears.cases.models import Case, Employer, State
from tests.cast import World, a_case, a_draft, an_employer
from tests.readers import as_user, days_ago, paid_off
from unions.models import Event, Stash

USCC = "91370200163562681G"


def typed(**changes: Any) -> dict[str, Any]:
    """A complete form of 12 workers and 120,000 yuan, as a browser sends it."""
    fields = {
        "union": "370202E0001",
        "employer_name": "海风建设有限公司",
        "no_code": "unknown",
        "region_code": "370202",
        "industry": "E",
        "on_project": "on",
        "project_name": "海风大厦",
        "nature": "other",
        "stated_workers": "12",
        "stated_migrants": "10",
        "stated_amount": "120,000.00",
        "channel": "report",
        "accepted_on": days_ago(9),
        "owed_from": days_ago(150),
        "owed_until": days_ago(20),
        "once": "sheet-1",
        "seen": "0",
        "submit": "file",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


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
    assert "草稿暂无台账" in li.get(f"/cases/{draft.pk}/?tab=ledger").text


BAD_FIELDS: list[tuple[str, str | None, str]] = [
    ("employer_name", " ", "请填写单位名称"),
    ("employer_name", "……", "不能只有标点"),
    ("employer_name", "海" * 121, "最多 120 个字"),
    ("uscc", "91370200163562681X", "校验码相符"),
    ("no_code", "", "请选择原因"),
    ("region_code", "", "请选择所在区县"),
    ("region_code", "110101", "从列表中选择"),
    ("industry", "Z", "从列表中选择"),
    ("nature", "", "请选择项目性质"),
    ("on_project", None, "请勾选"),
    ("stated_workers", "", "请填写欠薪涉及人数"),
    ("stated_workers", "0", "须大于 0"),
    ("stated_workers", "12.5", "须是整数"),
    ("stated_workers", "-3", "不能是负数"),
    ("stated_workers", "99999999999999999999", "人数过大"),
    ("stated_workers", "9" * 5000, "人数过大"),
    ("stated_migrants", "13", "不能多于"),
    ("stated_amount", "12万", "请按元填写"),
    ("stated_amount", "abc", "只能填数字"),
    ("stated_amount", "NaN", "只能填数字"),
    ("stated_amount", "1e9", "只能填数字"),
    ("stated_amount", "0.001", "两位小数"),
    ("stated_amount", "9" * 20, "金额过大"),
    ("stated_amount", "9" * 5000, "金额过大"),
    ("accepted_on", "", "请填写受理日期"),
    ("accepted_on", "2999-01-01", "不能晚于今天"),
    ("accepted_on", "2026-02-30", "真实日期"),
    ("accepted_on", "1920-01-01", "日期过早"),
    ("owed_until", days_ago(151), "不能早于欠薪起始日期"),
    ("discovered_on", days_ago(1), "不能早于发现日期"),
    ("union", "370203", "没有找到您可以登记的这个单位"),
    ("union", "", "请填写立案单位"),
    ("channel", "", "请选择受理渠道"),
    ("remark", "字" * 5001, "最多 5000 个字"),
    ("employer_name", "海\x00风", "无法识别的字符"),
]


def test_a_bad_field_is_named_and_nothing_typed_is_lost(li: Client, world: World) -> None:
    for field, value, sentence in BAD_FIELDS:
        answer = li.post("/cases/new/", typed(condition="回款滞后", **{field: value}))
        assert answer.status_code == 422, (field, value)
        assert sentence in answer.text and "回款滞后" in answer.text, (field, value)
    assert not Case.objects.exists() and not Employer.objects.exists()


def test_a_code_of_another_name_is_questioned(li: Client, world: World) -> None:
    an_employer("青岛海尔股份", uscc=USCC)
    answer = li.post("/cases/new/", typed(uscc=USCC.lower()))
    assert answer.status_code == 422 and "这个代码已登记为“青岛海尔股份”" in answer.text
    li.post("/cases/new/", typed(uscc=f" {USCC} ", employer_name="青岛海尔股份"))
    assert Case.objects.get().employer.uscc == USCC and Employer.objects.count() == 1


@pytest.mark.parametrize("written", ["12351-7", "１２３５１－７", "12351—7", "12351−7"])
def test_an_original_number_is_used_once(li: Client, world: World, written: str) -> None:
    a_case(world, original_number="12351-7")
    answer = li.post("/cases/new/", typed(original_number=written))
    assert answer.status_code == 422 and "本单位已有这个原编号的案件" in answer.text


def test_a_sheet_sent_twice_files_one_case(li: Client, world: World) -> None:
    assert li.post("/cases/new/", typed()).status_code == 302
    again = li.post("/cases/new/", typed())
    assert again.status_code == 409 and "没有重复登记" in again.text
    assert Case.objects.count() == 1
    assert li.post("/cases/new/", typed(once="sheet-2")).status_code == 302
    assert Case.objects.count() == 2


def test_what_is_typed_is_kept_until_it_is_saved(li: Client, world: World) -> None:
    answer = li.post(
        "/cases/autosave/", typed(employer_name="台\x00风", stated_amount="十二万", csrfmiddlewaretoken="x")
    )
    assert set(answer.json()) == {"saved_at"}
    kept = Stash.objects.get()
    assert "csrfmiddlewaretoken" not in kept.fields and kept.fields["stated_amount"] == "十二万"
    page = li.get("/cases/new/")
    assert "十二万" in page.text and "台风" in page.text and "已恢复上次未提交的内容" in page.text
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


def test_evidence_goes_with_its_draft_and_stays_with_others(
    li: Client, world: World, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft = a_draft(world)
    for content in (b"%PDF-shared", b"%PDF-own"):
        li.post(f"/cases/{draft.pk}/evidence/", {"papers": [SimpleUploadedFile("a.pdf", content)]})
    other = a_case(world, employer=Employer.objects.get())
    li.post(f"/cases/{other.pk}/evidence/", {"papers": [SimpleUploadedFile("b.pdf", b"%PDF-shared")]})
    with django_capture_on_commit_callbacks(execute=True):
        assert li.post(f"/cases/{draft.pk}/discard/").status_code == 302
    kept = other.evidence.get()
    with kept.file.open() as file:
        assert file.read() == b"%PDF-shared"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [Path(kept.file.name).name]


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


def test_facts_that_others_rely_on_stay_and_the_typist_is_told(li: Client, world: World) -> None:
    there = an_employer("台东餐饮公司", region="370203", address="台东路1号")
    a_case(world, by="chu", code="370203E0001", employer=there)
    sheet = typed(employer_name="台东餐饮公司", region_code="370203", address="台东路99号")
    assert "单位地址仍按原来的记录" in li.post("/cases/new/", sheet, follow=True).text
    there.refresh_from_db()
    assert there.address == "台东路1号"
    sheet = typed(employer_name="台东餐饮公司", region_code="370203", once="sheet-2")
    assert "仍按原来的记录" not in li.post("/cases/new/", sheet, follow=True).text


def test_a_draft_thrown_away_while_typing_leaves_what_was_typed(li: Client, world: World) -> None:
    """Somebody else discards the draft after the form was checked and before it is saved."""
    draft = a_draft(world)
    waiting = [lambda: filing.discard(draft, world.user("he"), timezone.now())]

    def just_before_saving(execute: Any, sql: str, *args: Any) -> Any:
        if sql.startswith("SAVEPOINT") and waiting:
            waiting.pop()()
        return execute(sql, *args)

    with connection.execute_wrapper(just_before_saving):
        answer = li.post(f"/cases/{draft.pk}/edit/", typed(seen="1", remark="两个月没发工资"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "这份草稿刚刚被删除" in page
    assert "两个月没发工资" in page
    assert 'action="/cases/new/"' in page


def test_the_form_quotes_no_term_of_a_notice_that_may_not_hold_here(world: World) -> None:
    page = as_user(world, "li").get("/cases/new/").text
    assert "适用通知规定了上报时限的，自此日起算。" in page
    assert "QD-5" not in page and "YK-2.1" not in page
