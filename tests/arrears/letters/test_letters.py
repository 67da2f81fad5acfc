"""QD-6.2: who issues which letter on what ground, the second person, the number, delivery and the answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from zipfile import BadZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from arrears.cases import ledger
from arrears.cases.models import EntryKind
from arrears.letters import paper, rules, wording
from arrears.letters.actions import follow_up, issuing
from arrears.letters.models import Letter, LetterKind, LetterLayout, LetterState, SuggestionGround
from tests.cast import AT, World, a_case, moment
from tests.letters import WORDS, approved, delivered, drafted, issued, refused, shown, submitted
from tests.subjects import PNG
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log.audit import broken_links
from unions.models import Agency, Event

LATER = moment("2026-12-20 09:00")  # beyond 15 working days of AT


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_QD_6_2_a_letter_goes_from_draft_to_its_answer(world: World) -> None:
    case = a_case(world)
    letter = issued(world, case)
    assert letter.number == "海风建设工监意〔2026〕1号"
    assert (letter.state, letter.addressee, letter.issued_on) == ("approved", "海风建设有限公司", date(2026, 11, 20))
    with letter.document.open("rb") as content:
        assert paper.digest(content.read()) == letter.sha256
    proof = SimpleUploadedFile("回证.png", PNG)
    letter = follow_up.record_delivery(
        letter,
        world.user("li"),
        AT,
        seen=letter.version,
        on=AT.date(),
        delivery="by_hand",
        received_by="赵收件",
        proof=proof,
    )
    assert letter.delivery_proof is not None and letter.delivery_proof.note == f"送达凭证：{letter.number}"
    letter = follow_up.record_reply(
        letter, world.user("li"), LATER, seen=letter.version, on=date(2026, 11, 27), answer="corrected", note="已付清。"
    )
    assert letter.state == LetterState.ANSWERED
    told = list(Event.objects.filter(stream=case.stream, verb__startswith="letter.").values_list("verb", flat=True))
    assert told == [f"letter.{verb}" for verb in ("draft", "submit", "approve", "deliver", "answer")]
    assert list(broken_links()) == []


def test_QD_6_2_a_suggestion_comes_from_a_general_union_only(world: World) -> None:
    case = a_case(world)
    opinion = refused(world, issued(world, case))
    with pytest.raises(Refused, match="建议书只能由地方总工会"):
        drafted(world, case, LetterKind.SUGGESTION, follows=opinion)
    letter = drafted(world, case, LetterKind.SUGGESTION, "sun", "370202", follows=opinion)
    assert (letter.addressee, letter.ground) == ("市南区人力资源和社会保障局", SuggestionGround.REFUSED)


def test_QD_6_2_the_department_is_the_one_of_the_issuers_level(world: World) -> None:
    case = a_case(world)
    opinion = refused(world, issued(world, case))
    of_city = drafted(world, case, LetterKind.SUGGESTION, "lv", "370200", follows=opinion, department="housing")
    assert of_city.addressee == "青岛市住房和城乡建设局"
    issuing.take_back(of_city, world.user("lv"), AT, seen=of_city.version)
    Agency.objects.create(union=world.unions["370202"], kind="hr", name="青岛市市南区人力资源和社会保障局")
    Agency.objects.create(union=world.unions["370200"], kind="hr", name="青岛市人力资源和社会保障局")
    letter = drafted(world, case, LetterKind.SUGGESTION, "sun", "370202", follows=opinion)
    assert letter.addressee == "青岛市市南区人力资源和社会保障局"


@pytest.mark.parametrize("ground", list(SuggestionGround))
def test_QD_6_2_a_suggestion_needs_its_ground(world: World, ground: SuggestionGround) -> None:
    case = a_case(world)
    opinion = issued(world, case)
    with pytest.raises(Refused, match="尚未出现"):
        drafted(world, case, LetterKind.SUGGESTION, "sun", "370202", follows=opinion)
    hand_over = refused if ground == SuggestionGround.REFUSED else delivered
    opinion = hand_over(world, opinion)
    if ground == SuggestionGround.UNCORRECTED:
        opinion = follow_up.record_reply(
            opinion,
            world.user("li"),
            LATER,
            seen=opinion.version,
            on=date(2026, 12, 1),
            answer="uncorrected",
            note="拒不支付",
        )
    letter = drafted(world, case, LetterKind.SUGGESTION, "sun", "370202", at=LATER, follows=opinion)
    assert letter.ground == ground


def test_QD_6_2_the_ground_must_still_stand_when_it_is_approved(world: World) -> None:
    case = a_case(world)
    opinion = delivered(world, issued(world, case))
    letter = submitted(world, case, LetterKind.SUGGESTION, "sun", code="370202", at=LATER, follows=opinion)
    follow_up.record_reply(
        opinion, world.user("li"), LATER, seen=opinion.version, on=date(2026, 12, 19), answer="corrected", note="已付"
    )
    with pytest.raises(Refused, match="尚未出现"):
        approved(world, letter, "zhou", LATER)
    assert not Letter.objects.filter(kind="suggestion", number__isnull=False).exists()


def test_QD_6_2_two_supervisors_investigate(world: World) -> None:
    letter = drafted(world, a_case(world), supervisors=["张三", "张三"])
    with pytest.raises(Refused) as refusal:
        issuing.submit(letter, world.user("li"), AT, seen=letter.version)
    assert set(refusal.value.fields) == {"supervisors"}
    prompt = drafted(world, letter.case, LetterKind.PROMPT, supervisors=[], investigated_on=None)
    assert issuing.submit(prompt, world.user("li"), AT, seen=prompt.version).state == LetterState.SUBMITTED


def test_nobody_approves_her_own(world: World) -> None:
    case = a_case(world, "sun", "370202")
    letter = submitted(world, case, by="sun", code="370202")
    with pytest.raises(Forbidden, match="审批人"):
        approved(world, letter, "sun")
    Letter.objects.filter(pk=letter.pk).update(drafted_by=world.user("zhou"))
    with pytest.raises(Forbidden, match="您是拟稿人"):
        approved(world, letter, "zhou")


def test_what_was_shown_is_what_is_approved(world: World) -> None:
    letter = submitted(world, a_case(world))
    stale = shown(letter)
    employer = letter.case.employer
    employer.name = "海风集团有限公司"
    employer.save()
    with pytest.raises(Stale, match="在您查看之后"):
        issuing.approve(letter, by=world.user("wang"), at=AT, seal=stale)
    assert approved(world, Letter.objects.get(pk=letter.pk)).addressee == "海风集团有限公司"


def test_an_issued_letter_is_locked(world: World) -> None:
    letter = issued(world, a_case(world))
    with pytest.raises(Stale, match="待送达"):
        issuing.edit(letter, WORDS, world.user("li"), AT, seen=letter.version)
    for change in ({"facts": "别的"}, {"number": "别的"}, {"sha256": "0" * 64}, {"content": {}}, {"serial": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM letters_letter WHERE id = %s", [letter.pk])
    assert Letter.objects.filter(pk=letter.pk).update(delivery_note="送达情况照常登记") == 1


def test_a_withdrawn_draft_takes_no_number_and_a_void_letter_keeps_its_own(world: World) -> None:
    case = a_case(world)
    first = submitted(world, case)
    issuing.withdraw(first, by=world.user("li"), at=AT)
    second = issued(world, case)
    second = issuing.make_void(second, world.user("wang"), AT, seen=second.version, reason="受文单位写错")
    third = issued(world, case)
    assert (second.state, second.number) == (LetterState.VOID, "海风建设工监意〔2026〕1号")
    assert third.number == "海风建设工监意〔2026〕2号"
    assert issued(world, case, LetterKind.PROMPT).number == "海风建设工监提〔2026〕1号"


def test_a_number_is_given_back_when_the_paper_cannot_be_written(world: World) -> None:
    letter = submitted(world, a_case(world))
    broken = LetterLayout.objects.create(
        union=letter.issuer,
        kind=letter.kind,
        name="坏的.docx",
        file=ContentFile(b"no docx", name="x.docx"),
        sha256="0" * 64,
        by=world.people["qian"],
        at=AT,
    )
    with pytest.raises(BadZipFile), transaction.atomic():
        approved(world, letter)
    broken.delete()
    assert approved(world, Letter.objects.get(pk=letter.pk)).serial == 1


def test_one_of_a_kind_is_on_its_way_and_one_follows(world: World) -> None:
    case = a_case(world)
    drafted(world, case)
    with pytest.raises(Stale, match="已有一份意见书"):
        drafted(world, case)
    prompt = refused(world, issued(world, case, LetterKind.PROMPT))
    assert rules.next_kind(prompt, AT) == LetterKind.OPINION
    with pytest.raises(Refused, match="提示函之后不能"):
        drafted(world, case, LetterKind.PROMPT, follows=prompt)


def test_delivery_and_refusal_want_their_facts(world: World) -> None:
    letter = issued(world, a_case(world))
    li = world.user("li")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"on": date(2026, 11, 21), "delivery": "by_hand", "received_by": "赵"}, "on"),
        ({"on": date(2026, 11, 19), "delivery": "by_hand", "received_by": "赵"}, "on"),
        ({"on": date(2026, 11, 20), "delivery": "by_hand"}, "received_by"),
        ({"on": date(2026, 11, 20), "delivery": "left"}, "witnesses"),
    ]
    for given, field in cases:
        with pytest.raises(Refused) as refusal:
            follow_up.record_delivery(letter, li, AT, seen=letter.version, **given)
        assert list(refusal.value.fields) == [field]
    with pytest.raises(Refused) as refusal:
        follow_up.record_refusal(letter, li, AT, seen=letter.version, on=date(2026, 11, 20), witnesses=" ")
    assert list(refusal.value.fields) == ["witnesses"]
    with pytest.raises(Forbidden):
        delivered(world, letter, "feng")
    twice = delivered(world, letter)
    with pytest.raises(Stale):
        delivered(world, letter)
    assert twice.state == LetterState.DELIVERED


def test_the_draft_begins_with_what_the_case_says(world: World) -> None:
    case = a_case(world)
    given = wording.first_draft(case, LetterKind.PROMPT, None, None, AT)
    assert given["facts"] == (
        "你单位自2026年6月1日至2026年10月31日拖欠12名职工（其中农民工10人）工资共计120,000.00元，至今未予支付。"
    )
    opinion = refused(world, issued(world, case))
    given = wording.first_draft(case, LetterKind.SUGGESTION, opinion, SuggestionGround.REFUSED, AT)
    assert "（海风建设工监意〔2026〕1号），该单位拒绝签收。" in given["facts"]
    assert given["supervisors"] == "张三、李四"


def test_the_draft_says_no_more_than_the_ledger(world: World) -> None:
    """What proved untrue was never owed, and what is paid is not left over."""
    case, he = a_case(world), world.user("he")

    def said() -> str:
        case.refresh_from_db()
        return str(wording.first_draft(case, LetterKind.REVISIT, None, None, AT)["facts"])

    day = date(2026, 11, 18)
    ledger.post(case, EntryKind.UNTRUE, day, he, AT, workers=2, migrants=2, amount=Decimal(20000), source="核查")
    assert "拖欠10名职工（其中农民工8人）工资共计100,000.00元，至今未予支付。" in said()
    ledger.post(case, EntryKind.PAID, day, he, AT, workers=4, migrants=4, amount=Decimal(40000))
    assert said().endswith("工资共计100,000.00元。截至2026年11月20日，尚有6人、60,000.00元未支付。")
    ledger.post(case, EntryKind.PAID, day, he, AT, workers=6, migrants=4, amount=Decimal(60000))
    assert said().endswith("截至2026年11月20日已全部支付（含垫付）。")


def test_letters_not_yet_issued_are_their_issuers_own(world: World) -> None:
    case = a_case(world)
    letter = submitted(world, case)
    sees = lambda name: Letter.objects.visible_to(world.user(name)).filter(pk=letter.pk).exists()  # noqa: E731
    assert [name for name in ("li", "he", "wang", "sun", "lv", "chu", "feng") if sees(name)] == ["li", "he", "wang"]
    approved(world, letter)
    assert [name for name in ("li", "wang", "sun", "lv", "chu", "feng") if sees(name)] == ["li", "wang", "sun", "lv"]


def test_QD_6_2_a_revisit_letter_asks_what_was_put_right(world: World) -> None:
    """Needs no investigation, has a 文号 of its own series, and says what is asked of the employer."""
    letter = issued(world, a_case(world), LetterKind.REVISIT, supervisors=[], investigated_on=None)
    assert letter.title == "工会劳动法律监督整改回访函" and letter.number == "海风建设工监整〔2026〕1号"
    said = wording.paper_values(letter, day_of(AT))
    assert said["demand_head"] == "回访事项" and "整改情况进行回访" in said["opening"][0]
    assert delivered(world, letter).state == LetterState.DELIVERED
