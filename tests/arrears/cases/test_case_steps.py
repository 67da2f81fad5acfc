"""Steps of a case through its pages: moves, ledger, acts, evidence, and the report."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arrears.cases import conclusions, ledger
from arrears.cases.models import Act, ActKind, Case, EntryKind, LedgerEntry, Outcome
from arrears.desk.timeline import happenings
from arrears.law.scope import chinese_day
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user, days_ago, paid_off, settled
from unions.common.clock import day_of
from unions.models import Appointment
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

PDF = b"%PDF-1.4 wages"


@pytest.fixture
def li(world: World) -> Client:
    return as_user(world, "li")


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


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
    paid_on = chinese_day(timezone.localdate())
    assert f"答复范例：您反映的工资截至{paid_on}已全部支付到位" in he.get(path).text
    for conclusion, sentence in {"": "请从清单中选择", "nonsense": "请从列表中选择", "mediated": "没有调解"}.items():
        answer = he.post(path, {"conclusion": conclusion, "seen": case.version})
        assert answer.status_code == 422 and sentence in answer.text
    assert he.post(path, {"conclusion": "paid", "seen": case.version}).status_code == 302
    again = he.post(path, {"conclusion": "paid", "seen": case.version})
    assert again.status_code == 409 and "待办结审批" in again.text


def test_every_model_answer_is_filled_in_or_not_shown(world: World) -> None:
    case = a_case(world)
    assert conclusions.model_answer(case, "paid") == ""  # nothing was paid: there is no day to write
    paid_off(world, case)
    answers = {key: conclusions.model_answer(case, key) for key in conclusions.conclusions()}
    assert all(answers.values()) and not [text for text in answers.values() if "{" in text or "}" in text]
    assert conclusions.model_answer(case, "no-such-conclusion") == ""


def test_a_conclusion_that_names_an_unknown_word_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "conclusions.toml"
    file.write_text('[paid]\nlabel = "清偿"\nneeds = []\nanswer = "于{日期}付清"\n', encoding="utf-8")
    monkeypatch.setattr(conclusions, "_FILE", file)
    with pytest.raises(ValueError, match="日期"):
        conclusions.conclusions.__wrapped__()


def test_closing_without_evidence_is_said_to_both_and_bars_neither(he: Client, world: World) -> None:
    case, warning = paid_off(world, a_case(world)), "本案未上传任何证据材料"
    asking = f"/cases/{case.pk}/moves/settle/"
    assert warning in he.get(asking).text
    assert he.post(asking, {"conclusion": "paid", "seen": case.version}).status_code == 302
    wang, closing = as_user(world, "wang"), f"/cases/{case.pk}/moves/close/"
    page = wang.get(closing)
    assert warning in page.text and "证据材料" in page.text and "未上传" in page.text
    seal, seen = page.context["seal"], page.context["seen"]
    assert wang.post(closing, {"seen": seen, "seal": seal}).status_code == 302

    proved = paid_off(world, a_case(world, employer=an_employer("海风餐饮", "370202")))
    he.post(f"/cases/{proved.pk}/evidence/", {"papers": [SimpleUploadedFile("回单.pdf", PDF)]})
    page = he.get(f"/cases/{proved.pk}/moves/settle/")
    assert warning not in page.text


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
    shown = page.context["seal"]
    assert "足额清偿" in page.text and "批准办结</button>" in page.text and "何经办" in page.text
    wang = as_user(world, "wang")
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "seal": "0" * 64}).status_code == 409
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "seal": shown}).status_code == 302
    assert wang.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "seal": shown}).status_code == 409
    assert wang.get(f"/cases/{case.pk}/moves/close/").status_code == 409


def test_a_barred_person_sees_no_button_and_the_reason(world: World) -> None:
    case = settled(world)
    he = world.people["he"]
    Appointment.objects.create(user=he, union=world.unions["370202E0001"], role=RoleName.APPROVER, since=AT.date())
    sync_rights(world.user("he"), timezone.localdate())
    client = as_user(world, "he")
    for path in (f"/cases/{case.pk}/", f"/cases/{case.pk}/moves/close/"):
        page = client.get(path).text
        assert "您是提出人，须由另一人审批。" in page and "批准办结</button>" not in page
    answer = client.post(f"/cases/{case.pk}/moves/close/", {"seen": case.version, "seal": "x"})
    assert answer.status_code == 403 and "您是提出人" in answer.text


def test_a_sent_back_closing_waits_on_the_desk_of_whoever_asked(he: Client, world: World) -> None:
    case = settled(world)
    wang = as_user(world, "wang")
    wang.post(f"/cases/{case.pk}/moves/send_back/", {"seen": case.version, "reason": "缺回单"})
    assert "办结被退回" in he.get("/").text
    assert "缺回单" in he.get(f"/cases/{case.pk}/?tab=facts").text


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
    ({"amount": "120000.01"}, "已超过欠薪数"),
    ({"workers": "", "migrants": "", "amount": ""}, "不能都是 0"),
    ({"kind": "advanced"}, "从列表中选择"),
    ({"kind": "adjusted"}, "请写明依据"),
    ({"amount": "-5"}, "不能是负数"),
    ({"on": "2999-01-01"}, "不能晚于今天"),
    ({"on": ""}, "请填写日期"),
    ({"kind": "reversed"}, "从列表中选择"),
    ({"amount": "两万"}, "请按元填写"),
    ({"migrants": "3"}, "不能多于"),
]


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
    act = {
        "kind": ActKind.NEGOTIATION,
        "on": days_ago(1),
        "outcome": Outcome.FAILED,
        "detail": "单位拒绝",
        "seen": case.version,
    }
    assert li.post(f"/cases/{case.pk}/acts/", act).status_code == 302
    case.refresh_from_db()
    assert str(case.negotiation_failed_on) == days_ago(1)
    again = li.post(f"/cases/{case.pk}/acts/", act)
    assert again.status_code == 409 and "单位拒绝" in again.text and Act.objects.count() == 1
    assert li.post(f"/cases/{case.pk}/acts/", act | {"kind": ""}).status_code == 422
    assert "单位拒绝" in li.get(f"/cases/{case.pk}/?tab=facts").text


def test_evidence_is_kept_under_its_hash_and_given_out_as_a_file(li: Client, world: World) -> None:
    case = a_case(world)
    path = f"/cases/{case.pk}/evidence/"
    good = SimpleUploadedFile("../工资表 6–10月.pdf", PDF)
    bad = SimpleUploadedFile("脚本.html", b"<script>alert(1)</script>")
    answer = li.post(path, {"papers": [good, bad], "note": "工资表"})
    assert answer.status_code == 422 and "“脚本.html”不是可接受的证据文件" in answer.text
    row = case.evidence.get()
    assert row.name == "工资表 6–10月.pdf" and row.sha256[:16] in li.get(f"/cases/{case.pk}/?tab=evidence").text
    got = li.get(f"{path}{row.pk}/")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%B7%A5")
    assert (got["X-Content-Type-Options"], got["Content-Type"]) == ("nosniff", "application/pdf")
    assert as_user(world, "feng").get(f"{path}{row.pk}/").status_code == 404
    for again, sentence in (
        (SimpleUploadedFile("again.pdf", PDF), "无需重复上传"),
        (SimpleUploadedFile("空.pdf", b""), "空文件"),
    ):
        answer = li.post(path, {"papers": [again]})
        assert answer.status_code == 422 and sentence in answer.text
    assert li.post(path, {}).status_code == 422
    row.file.delete(save=False)
    assert li.get(f"{path}{row.pk}/").status_code == 404


def test_QD_3_the_report_has_its_eight_points_in_order(li: Client, world: World) -> None:
    case = a_case(world, condition="账户被冻结", union_opinion="支持", repayment_plan="年底前付清")
    points = li.get(f"/cases/{case.pk}/report/").context["points"]
    assert [label for label, _ in points] == [
        "单位名称及地址",
        "涉及人数及金额",
        "欠薪起止日期",
        "欠薪发生数",
        "已处理数",
        "生产经营和财务状况",
        "单位工会（职代会）意见",
        "偿还计划和保证措施",
    ]
    assert dict(points)["生产经营和财务状况"] == "账户被冻结"


def test_names_are_text_and_never_markup(li: Client, world: World) -> None:
    case = a_case(world, employer=an_employer("<script>alert(1)</script>公司"), remark="<img src=x>")
    for path in (
        "/",
        "/cases/",
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/edit/",
        "/cases/employers/?employer_name=公司",
    ):
        text = li.get(path).text
        assert "<script>alert" not in text and "<img src=x>" not in text


# ---- what the clerk met ----------------------------------------------------------------------------------------------


def test_the_way_to_a_negotiation_brings_its_kind_and_result(he: Client, world: World) -> None:
    case = a_case(world)
    way = "?tab=acts&amp;kind=negotiation&amp;outcome=failed#act-title"
    assert way in he.get(f"/cases/{case.pk}/", {"tab": "escalations"}).text
    form = he.get(f"/cases/{case.pk}/?tab=acts&kind=negotiation&outcome=failed").context["act_form"]
    assert (form["kind"].value(), form["outcome"].value()) == ("negotiation", "failed")
    page = he.get(f"/cases/{case.pk}/?tab=acts&kind=nonsense").text
    assert "nonsense" not in page.split("act-title")[1].split("</form>")[0]


def test_an_entry_for_nobody_in_particular_names_no_number_of_people(he: Client, world: World) -> None:
    case = a_case(world)
    ledger.post(case, EntryKind.PAID, day_of(AT), world.user("he"), AT, amount=Decimal(500), source="银行回单")
    assert "未填人数" in he.get(f"/cases/{case.pk}/", {"tab": "ledger"}).text
    (entry,) = [one.what for one in happenings(case) if "500" in one.what]
    assert "0 人" not in entry and "500.00 元" in entry
