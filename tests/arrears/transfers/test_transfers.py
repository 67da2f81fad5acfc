"""Clues and first-contact responsibility: numbers, the officer of the first minute, and the route between unions."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Case, Channel, Involvement, State
from arrears.law.models import Attachment, Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.portal.forms import read_figures
from arrears.reminders.models import Reminder
from arrears.transfers.models import Transfer, TransferStage
from reporting.overview.figures import outstanding
from tests.cast import AT, World, a_draft, an_employer, moment
from tests.departments import a_district_case
from tests.readers import as_user, days_ago
from tests.sheets import GOOD, bring_in, sheet
from tests.window import write
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit

LATER = moment("2026-11-23 15:00")


def a_clue(world: World, by: str = "sun", code: str = "370202", **facts: Any) -> Case:
    name = facts.pop("name", "市南装饰有限公司")
    draft = a_draft(world, by, code, employer=an_employer(name, "370203"), **facts)
    return workflow.move(draft, "report_clue", world.user(by), AT, seen=draft.version)


def hand_over(world: World, case: Case, to: str = "370203", by: str = "sun") -> Case:
    return workflow.move(
        case, "transfer", world.user(by), AT, seen=case.version, receiver=world.unions[to], reason="企业在市北区"
    )


def answer(world: World, case: Case, name: str, by: str, reason: str = "") -> Case:
    return workflow.move(case, name, world.user(by), LATER, seen=case.version, reason=reason)


# ---- clues ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [one for one in Channel.values if one != "legacy"])
def test_QD_4_3_a_clue_of_any_channel_has_its_number_and_an_officer_at_once(world: World, channel: str) -> None:
    case = a_clue(world, channel=channel)
    assert (case.clue_number, case.officer) == ("370202-XS2026-0001", world.people["sun"])
    verify = Obligation.objects.get(case=case, rule="verify-clue")
    assert (verify.clause, verify.is_open, verify.officer) == ("QD-4.3", True, world.people["sun"])


FROM_PLATFORMS = ("monitoring", "app", "wechat", "shared", "media")


@pytest.mark.parametrize("channel", FROM_PLATFORMS)
def test_QD_4_3_what_a_channel_brought_counts_once_it_is_said_how_it_was_verified(world: World, channel: str) -> None:
    draft = a_draft(world, "sun", "370202", employer=an_employer("市南装饰有限公司"), channel=channel)
    with pytest.raises(Refused, match=r"核实情况.*登记为线索") as refused:
        workflow.move(draft, "file", world.user("sun"), AT, seen=draft.version)
    assert "四（三）" in refused.value.message and list(refused.value.fields) == ["verification"]
    clue = workflow.move(draft, "report_clue", world.user("sun"), AT, seen=draft.version)
    assert (clue.verified_on, clue.verified_by, clue.verification) == (None, None, "")
    before = outstanding(world.unions["370202"], AT.date(), AT.date())
    assert before.unverified.cases == before.all.cases == 1, "an unverified clue is told apart"
    client = as_user(world, "sun")
    url = reverse("case-move", args=[clue.pk, "verify"])
    asked = client.post(url, {"seen": clue.version, "verification": ""})
    assert asked.status_code == 422 and "核实情况" in asked.text
    how = "11月20日孙经办到工地核对考勤"
    assert client.post(url, {"seen": clue.version, "verification": how}).status_code == 302
    clue.refresh_from_db()
    assert (clue.state, clue.verified_by, clue.verification) == (State.OPEN, world.people["sun"], how)
    shown = client.get(clue.get_absolute_url(), {"tab": "facts"}).text
    assert how in shown and "核实人" in shown
    assert outstanding(world.unions["370202"], clue.verified_on, AT.date()).unverified.cases == 0


def test_QD_4_3_binds_where_it_is_in_force_and_for_what_channels_bring(world: World) -> None:
    elsewhere = a_draft(world, "han", "370000", employer=an_employer("济南装饰有限公司", "370102"), channel="media")
    assert workflow.move(elsewhere, "file", world.user("han"), AT, seen=elsewhere.version).state == State.OPEN
    told = a_draft(world, "sun", "370202", employer=an_employer("市南装饰有限公司"), channel="visit")
    assert workflow.move(told, "file", world.user("sun"), AT, seen=told.version).verified_by == world.people["sun"]


def test_QP_1_3_clues_count_in_a_series_of_their_own(world: World) -> None:
    a_district_case(world, "先立案的")
    first, second = a_clue(world), a_clue(world, name="另一家")
    assert [first.clue_number, second.clue_number] == ["370202-XS2026-0001", "370202-XS2026-0002"]
    assert [first.number, second.number] == ["370202-2026-0002", "370202-2026-0003"]
    dismissed = answer(world, first, "dismiss", "sun", "系劳务合同纠纷")
    assert (dismissed.clue_number, a_clue(world, name="第三家").clue_number) == (
        "370202-XS2026-0001",
        "370202-XS2026-0003",
    )


def test_SD_2_2b_not_arrears_needs_its_explanation(world: World) -> None:
    clue = a_clue(world)
    with pytest.raises(Refused, match="原因"):
        answer(world, clue, "dismiss", "sun", "  ")
    dismissed = answer(world, clue, "dismiss", "sun", "系劳务合同纠纷，已向来访人解释")
    assert dismissed.acts.get(kind="explanation").detail == "系劳务合同纠纷，已向来访人解释"


# ---- transfers -----------------------------------------------------------------------------------------------------


def test_SD_2_2c_a_transfer_stays_open_at_the_sender_until_accepted(world: World) -> None:
    case = hand_over(world, a_clue(world))
    assert (case.state, case.handling_union.code, case.officer) == ("transferring", "370202", world.people["sun"])
    assert case.transferred_at == AT
    assert Case.objects.visible_to(world.user("feng")).contains(case)
    case = answer(world, case, "accept_transfer", "feng")
    assert (case.state, case.handling_union.code, case.officer) == (State.CLUE, "370203", world.people["feng"])
    assert case.union.code == "370202"  # decision 002
    row = Transfer.objects.get()
    assert (row.stage, row.answered_by, row.answered_at) == (TransferStage.ACCEPTED, world.people["feng"], LATER)
    assert list(audit.broken_links()) == []


def test_SD_2_2c_a_refusal_comes_back_with_its_reason(world: World) -> None:
    case = hand_over(world, a_district_case(world))
    with pytest.raises(Refused, match="原因"):
        answer(world, case, "refuse_transfer", "feng")
    case = answer(world, case, "refuse_transfer", "feng", "企业已迁往李沧区")
    assert (case.state, case.handling_union.code, case.transferred_at) == (State.OPEN, "370202", None)
    assert Transfer.objects.get().answer == "企业已迁往李沧区"
    assert not Involvement.objects.exists()
    assert not Case.objects.visible_to(world.user("feng")).contains(case)
    assert hand_over(world, case).state == State.TRANSFERRING


def test_only_the_receiver_answers_and_only_the_sender_recalls(world: World) -> None:
    case = hand_over(world, a_clue(world))
    for name, by in (
        ("accept_transfer", "sun"),
        ("refuse_transfer", "lv"),
        ("accept_transfer", "chen"),
        ("recall_transfer", "feng"),
    ):
        with pytest.raises(Forbidden):
            answer(world, case, name, by, "x")
    case = answer(world, case, "recall_transfer", "sun", "已联系上企业")
    assert (case.state, case.handling_union.code) == (State.CLUE, "370202")
    with pytest.raises((Stale, Forbidden)):
        answer(world, case, "accept_transfer", "feng")


@pytest.mark.parametrize(
    ("to", "sentence"), [("370202", "就在这个单位"), ("370203E0001", "无人可以接收"), (None, "请选择接收单位")]
)
def test_a_transfer_goes_where_somebody_can_accept_it(world: World, to: str | None, sentence: str) -> None:
    clue = a_clue(world)
    receiver = world.unions[to] if to else None
    with pytest.raises(Refused, match=sentence):
        workflow.move(clue, "transfer", world.user("sun"), AT, seen=clue.version, receiver=receiver, reason="不属管辖")
    assert not Transfer.objects.exists()


def test_the_people_of_the_receiver_are_told_at_once_and_the_sender_of_the_answer(world: World) -> None:
    case = hand_over(world, a_clue(world))
    assert {row.user.username for row in Reminder.objects.filter(key__startswith="transfer:")} == {"feng"}
    answer(world, case, "refuse_transfer", "feng", "不属管辖")
    assert Reminder.objects.get(key__endswith=":answer").user.username == "sun"


def test_YK_2_2_the_receiver_owes_an_answer_in_its_term(world: World) -> None:
    yingkou(world)
    case = hand_over(world, a_clue(world))
    term = Obligation.objects.get(case=case, rule="transfer-accepted")
    assert (term.clause, term.holder.code, term.is_open) == ("YK-2.2", "370203", True)
    answer(world, case, "accept_transfer", "feng")
    term.refresh_from_db()
    assert term.met_at == LATER
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(LATER)
    assert list(Obligation.objects.order_by("pk").values()) == before


LONG_AGO = {"owed_from": "1998-03-01", "owed_until": "2001-01-31"}  # far beyond every time bar


def yingkou(world: World) -> None:
    """The notice of Yingkou holds in 青岛市总工会 and below."""
    Attachment.objects.create(
        rulebook="yingkou-2018-2", union=world.unions["370200"], since=date(2018, 1, 1), at=AT, approved_at=AT
    )


@pytest.mark.parametrize("channel", Channel.values)
def test_YK_2_2_an_old_claim_is_taken_whatever_its_channel_and_its_way_kept(world: World, channel: str) -> None:
    """Typed in as a clue: number and officer at once, a term to look into it, every hand it goes through."""
    yingkou(world)
    sun, feng = as_user(world, "sun"), as_user(world, "feng")
    typed = {"union": "370202", "employer_name": "老字号针织厂", "no_code": "unknown", "region_code": "370203"}
    typed |= {"industry": "C", "stated_workers": "3", "stated_migrants": "0", "stated_amount": "9000"}
    typed |= {"channel": channel, "accepted_on": days_ago(0), "submit": "report_clue", "seen": "0", **LONG_AGO}
    answer = sun.post("/cases/new/", typed)
    assert answer.status_code == 302, answer.text
    case = Case.objects.get()
    assert (case.state, case.channel, case.officer) == (State.CLUE, channel, world.people["sun"])
    assert (f"{case.owed_from}", f"{case.owed_until}") == ("1998-03-01", "2001-01-31")
    verify = Obligation.objects.get(case=case, rule="verify-clue", rulebook="yingkou-2018-2")
    assert (verify.clause, verify.officer) == ("YK-2.2", world.people["sun"])
    # It stays with whoever took it until another has accepted, and the way stands on the case.
    sent = {"seen": case.version, "receiver": "370203", "reason": "企业在市北区"}
    assert sun.post(f"/cases/{case.pk}/moves/transfer/", sent).status_code == 302
    case.refresh_from_db()
    assert case.officer == world.people["sun"]
    assert Obligation.objects.get(case=case, rule="transfer-accepted").clause == "YK-2.2"
    assert feng.post(f"/cases/{case.pk}/moves/accept_transfer/", {"seen": case.version}).status_code == 302
    case.refresh_from_db()
    assert (case.officer, case.handling_union.code) == (world.people["feng"], "370203")
    assert "市南区总工会 → 市北区总工会" in sun.get(f"/cases/{case.pk}/?tab=route").text
    # And it is filed as a case like any other.
    said = "电话核实工资结算单"
    case = workflow.move(case, "verify", world.user("feng"), timezone.now(), seen=case.version, verification=said)
    assert case.state == State.OPEN


def test_YK_2_2_an_old_claim_comes_in_by_sheet_window_and_program(world: World, tmp_path: Path) -> None:
    """By a list with every channel, from the worker's own words, by the API."""
    old = {"受理日期": "2023-06-01", "欠薪起始日期": "1998-03-01", "欠薪截止日期": "2001-01-31"}
    rows = [GOOD | old | {"原编号": one.value, "受理渠道": one.label} for one in Channel]
    assert bring_in(world, sheet(tmp_path / "a.xlsx", rows)) == ([], len(Channel), 0)
    taken = Case.objects.filter(owed_from=date(1998, 3, 1))
    assert sorted(taken.values_list("channel", flat=True)) == sorted(Channel.values)

    letter = write(since_said="1998年3月").letter
    assert read_figures(letter)["owed_from"] == date(1998, 3, 1)
    told = {"employer_name": "老字号针织厂", "region_code": "370202", "industry": "C", "stated_workers": 3}
    told |= {"stated_amount": "9000", "owed_from": "1998-03-01"}
    assert as_user(world, "sun").post(f"/worker-letters/{letter.pk}/register/", told).status_code == 302
    assert taken.filter(channel=Channel.WINDOW, state=State.CLUE).count() == 1

    body = {"union": "370202", "employer_name": "老字号毛纺厂", "no_code": "unknown", "region_code": "370202"}
    body |= {"industry": "C", "stated_workers": 3, "stated_amount": "9000.00", "channel": "petition", **LONG_AGO}
    answer = as_user(world, "sun").post("/api/cases/", body, content_type="application/json")
    assert answer.status_code == 201, answer.text
    assert taken.filter(channel=Channel.PETITION, state=State.DRAFT).count() == 1


# ---- pages ---------------------------------------------------------------------------------------------------------


def test_a_clue_goes_its_way_through_the_pages(world: World) -> None:
    case = a_clue(world)
    sun, feng = as_user(world, "sun"), as_user(world, "feng")
    page = sun.get(f"/cases/{case.pk}/moves/transfer/")
    assert "市北区总工会（370203）" in page.text  # by the place of the employer
    sent = {"seen": case.version, "receiver": "370203", "reason": "企业在市北区"}
    wrong = sun.post(f"/cases/{case.pk}/moves/transfer/", sent | {"receiver": "没有这个工会"})
    assert wrong.status_code == 422 and "企业在市北区" in wrong.text and "没有找到" in wrong.text
    assert sun.post(f"/cases/{case.pk}/moves/transfer/", sent).status_code == 302
    assert sun.post(f"/cases/{case.pk}/moves/transfer/", sent).status_code == 409
    assert "市南装饰有限公司" in feng.get("/clues/?list=arriving").text
    assert "待接收的转办和待阅知的反馈" in feng.get("/").text
    case.refresh_from_db()
    answer = feng.post(
        f"/cases/{case.pk}/moves/refuse_transfer/", {"seen": case.version, "reason": "不属管辖"}, follow=True
    )
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == "/clues/"
    route = sun.get(f"/cases/{case.pk}/?tab=route").text
    assert "市南区总工会 → 市北区总工会" in route and "不属管辖" in route
    assert "转办至“市北区总工会”" in sun.get(f"/cases/{case.pk}/?tab=facts").text


def test_the_register_costs_the_same_whatever_its_length(world: World, django_assert_num_queries: Any) -> None:
    sun = as_user(world, "sun")
    for number in range(3):
        hand_over(world, a_clue(world, name=f"第{number}家"))
    sun.get("/clues/?list=moving")
    with django_assert_num_queries(QUERIES):
        sun.get("/clues/?list=moving")
    hand_over(world, a_clue(world, name="又一家"))
    with django_assert_num_queries(QUERIES):
        assert "又一家" in sun.get("/clues/?list=moving").text


QUERIES = 9
