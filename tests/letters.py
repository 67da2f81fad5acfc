"""Letters brought some way along, for tests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from arrears.cases.models import Case
from arrears.letters import wording
from arrears.letters.actions import follow_up, issuing, layouts
from arrears.letters.models import Letter, LetterKind
from arrears.letters.standard_layout import standard_layout
from tests.cast import AT, World, a_case, an_employer
from unions.common.clock import day_of

WORDS: dict[str, Any] = {
    "facts": "你单位自2026年6月至10月拖欠12名职工工资120,000.00元。",
    "breached": "《中华人民共和国劳动法》第五十条。",
    "demand": "1. 足额支付所欠工资。",
    "supervisors": ["张三", "李四"],
    "investigated_on": date(2026, 11, 12),
    "contact": "孙经办 0532-86000000",
    "department": "hr",
}


def drafted(
    world: World,
    case: Case,
    kind: LetterKind = LetterKind.OPINION,
    by: str = "li",
    code: str = "370202E0001",
    at: datetime = AT,
    follows: Letter | None = None,
    **facts: Any,
) -> Letter:
    return issuing.draft(case, kind, world.unions[code], WORDS | facts, world.user(by), at, follows=follows)


def submitted(world: World, case: Case, kind: LetterKind = LetterKind.OPINION, by: str = "li", **given: Any) -> Letter:
    letter = drafted(world, case, kind, by, **given)
    return issuing.submit(letter, world.user(by), given.get("at", AT), seen=letter.version)


def shown(letter: Letter, at: datetime = AT) -> str:
    return wording.seal(wording.paper_values(letter, day_of(at)))


def approved(world: World, letter: Letter, by: str = "wang", at: datetime = AT) -> Letter:
    return issuing.approve(letter, by=world.user(by), at=at, seal=shown(letter, at))


def issued(world: World, case: Case, kind: LetterKind = LetterKind.OPINION, by: str = "li", **given: Any) -> Letter:
    approver = given.pop("approver", "wang")
    return approved(world, submitted(world, case, kind, by, **given), approver, given.get("at", AT))


def delivered(world: World, letter: Letter, by: str = "li", at: datetime = AT, on: date | None = None) -> Letter:
    return follow_up.record_delivery(
        letter, world.user(by), at, seen=letter.version, on=on or day_of(at), delivery="by_hand", received_by="赵收件"
    )


def refused(world: World, letter: Letter, by: str = "li", at: datetime = AT) -> Letter:
    return follow_up.record_refusal(
        letter, world.user(by), at, seen=letter.version, on=day_of(at), witnesses="居委会 钱某"
    )


def lettered(world: World) -> dict[str, int]:
    """For the role table: a draft, a letter waiting for approval, an issued one, and a layout of the district."""
    case = a_case(world, employer=an_employer("文书公司"))
    layout = layouts.use_layout(
        world.unions["370202"],
        LetterKind.PROMPT,
        SimpleUploadedFile("v.docx", standard_layout()),
        world.user("qian"),
        AT,
    )
    return {
        "letter-draft": drafted(world, case, LetterKind.PROMPT).pk,
        "letter": issued(world, case).pk,
        "letter-asked": submitted(world, case).pk,
        "letter-layout": layout.pk,
    }
