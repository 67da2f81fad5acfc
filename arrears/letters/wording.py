"""The sentences of a letter: the values of its paper, and the words a draft begins with."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.law.scope import chinese_day
from arrears.letters.models import Department, Letter, LetterKind, SuggestionGround
from arrears.letters.terms import LetterTerms, terms_of
from unions.common.clock import day_of
from unions.log import audit
from unions.models import Agency, Union, UnionKind

Content = dict[str, str | list[str]]  # lists are paragraphs

_BASIS = "《中华人民共和国工会法》《工会劳动法律监督办法》"
_GENERAL = re.compile(r"总工会$|工会联合会$|工会$")
_BREACHED = (
    "《中华人民共和国劳动法》第五十条：工资应当以货币形式按月支付给劳动者本人。不得克扣或者无故拖欠劳动者的工资。\n"
    "《保障农民工工资支付条例》第三条：农民工有按时足额获得工资的权利。任何单位和个人不得拖欠农民工工资。"
)
_BREACHED_ELSE = _BREACHED.partition("\n")[0]
DEMAND_HEADS = {
    LetterKind.PROMPT: "提示要求",
    LetterKind.OPINION: "监督意见",
    LetterKind.SUGGESTION: "建议",
    LetterKind.REVISIT: "回访事项",
}
_DEMANDS = {
    LetterKind.PROMPT: "1. 立即核对欠薪人数和金额，商职工方确定支付办法。\n2. 尽快足额支付所欠工资，并将支付凭证报送我会。\n3. 完善工资支付制度，防止再次发生拖欠。",
    LetterKind.OPINION: "1. 立即停止拖欠行为，足额支付所欠工资。\n2. 确有困难不能一次付清的，提出有明确日期和保证措施的偿还计划，经职工方同意后执行。\n3. 将改正情况和支付凭证书面报送我会。",
    LetterKind.SUGGESTION: "1. 对该单位的欠薪行为依法调查处理，责令限期支付。\n2. 逾期不支付的，依法给予行政处罚，符合条件的列入拖欠农民工工资失信联合惩戒对象名单；涉嫌犯罪的，移送公安机关。\n3. 将处理结果书面反馈我会。",
    LetterKind.REVISIT: "1. 说明已支付的人数、金额和日期，并附支付凭证。\n2. 尚未支付的，写明支付日期和保证措施。\n3. 说明工资支付制度的改正情况。",
}
_GROUND_WORDS = {
    SuggestionGround.REFUSED: "该单位拒绝签收",
    SuggestionGround.SILENT: "该单位逾期未作书面答复",
    SuggestionGround.UNCORRECTED: "该单位无正当理由不予改正",
}


def place_name(issuer: Union) -> str:
    """ "市南区总工会" → "市南区": what a department of the same level and a 文号 begin with."""
    return _GENERAL.sub("", issuer.name) or issuer.name


def number_of(issuer: Union, kind: LetterKind, year: int, serial: int) -> str:
    """文号: 市南区工监意〔2026〕1号."""
    return f"{place_name(issuer)}工监{kind.label[0]}〔{year}〕{serial}号"


def addressee_of(case: Case, kind: LetterKind, issuer: Union, department: str) -> str:
    """The employer; for a 建议书 the department of the issuer's own level, by the name the issuer knows it under."""
    if kind != LetterKind.SUGGESTION:
        return case.employer.name
    known = Agency.objects.at_hand(issuer).filter(union=issuer, kind=department).first()
    if known is not None:
        return known.name
    rank = "厅" if issuer.kind == UnionKind.PROVINCE else "局"
    return f"{place_name(issuer)}{Department(department).label}{rank}"


def paper_values(letter: Letter, day: date) -> Content:
    """All values of the paper; 文号 and 成文日期 stay empty until approval."""
    terms = terms_of(letter, day)
    kind = LetterKind(letter.kind)
    return {
        "title": letter.title,
        "number": "",
        "date": "",
        "demand_head": DEMAND_HEADS[kind],
        "addressee": addressee_of(letter.case, kind, letter.issuer, letter.department),
        "employer": letter.case.employer.name,
        "opening": _opening(letter, terms),
        "facts": _paragraphs(letter.facts),
        "breached": _paragraphs(letter.breached),
        "demand": _paragraphs(letter.demand),
        "closing": [*_closing(letter, terms), *_enclosed(letter)],
        "issuer": letter.issuer.name,
        "supervisors": "、".join(letter.supervisors),
        "contact": letter.contact,
        "case_number": letter.case.number or "",
        "reply_term": str(terms.reply or ""),
    }


def seal(values: Content) -> str:
    """SHA-256 of the values shown to the approver."""
    return audit.digest(values)


def reply_workdays(values: Content) -> int | None:
    """Working days to answer as the letter states them, or None."""
    return int(str(values["reply_term"])) if values["reply_term"] else None


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]


def _opening(letter: Letter, terms: LetterTerms) -> list[str]:
    basis = f"根据{_BASIS}{terms.basis}的规定，"
    if letter.kind == LetterKind.PROMPT:
        return [f"{basis}我会在开展劳动法律监督工作中了解到，你单位存在拖欠职工工资的情形，现提示如下。"]
    if letter.kind == LetterKind.REVISIT:
        return [f"{basis}我会对你单位拖欠职工工资问题的整改情况进行回访，请就下列事项予以说明。"]
    days = f"于{chinese_day(letter.investigated_on)}" if letter.investigated_on else ""
    looked = f"工会劳动法律监督员{'、'.join(letter.supervisors)}{days}进行了调查"
    if letter.kind == LetterKind.OPINION:
        return [f"{basis}我会{looked}，现就查明的你单位拖欠职工工资问题，提出监督意见如下。"]
    return [f"{basis}我会{looked}，并已就{letter.case.employer.name}拖欠职工工资问题依法提出监督意见，现提出建议如下。"]


def _closing(letter: Letter, terms: LetterTerms) -> list[str]:
    if letter.kind == LetterKind.SUGGESTION:
        within = f"办结后{terms.reply}个工作日内" if terms.reply else "办结后"
        return [f"请贵部门依法处理，并请在{within}将处理结果书面反馈我会。"]
    within = f"收到之日起{terms.reply}个工作日内" if terms.reply else "收到后及时"
    lines = [f"请你单位在{within}书面答复我会。"]
    if letter.kind == LetterKind.OPINION:
        if terms.objection:
            lines.append(f"对本意见书有异议的，可以在收到之日起{terms.objection}个工作日内以书面形式向我会提出。")
        lines.append(
            "拒绝签收、逾期不作答复或者无正当理由不予改正的，将由地方总工会向有关部门提出监督建议，请求依法处理。"
        )
    return lines


def _enclosed(letter: Letter) -> list[str]:
    """附件说明: what goes along, numbered."""
    names = [f"{nth}. {row.note or row.name}" for nth, row in enumerate(letter.enclosed(), 1)]
    return [f"附件：{'；'.join(names)}"] if names else []


# ---- what a draft begins with -----------------------------------------------------------------------------------


def first_draft(
    case: Case, kind: LetterKind, follows: Letter | None, ground: SuggestionGround | None, now: datetime
) -> dict[str, Any]:
    """Initial values of the form: the arrears of today, and what became of the letter before."""
    second = f"{case.employer.name}" if kind == LetterKind.SUGGESTION else "你单位"
    facts = [_arrears_sentence(case, second, day_of(now))]
    if follows is not None:
        facts.append(_previous_letter(follows, second, ground))
    given: dict[str, Any] = {
        "facts": "\n".join(facts),
        "breached": follows.breached if follows else _BREACHED if case.stated_migrants else _BREACHED_ELSE,
        "demand": _DEMANDS[kind],
    }
    if kind == LetterKind.SUGGESTION:
        given["department"] = Department.HR
    if follows is not None:
        given |= {"supervisors": "、".join(follows.supervisors), "investigated_on": follows.investigated_on}
    return given


def _arrears_sentence(case: Case, who: str, today: date) -> str:
    sums = ledger.balance(case, today)
    first, last = case.owed_from, case.owed_until
    span = f"自{chinese_day(first)}至{chinese_day(last)}" if first and last else ""
    owed, left = sums.owed - sums.untrue, sums.outstanding  # what proved untrue was never owed
    migrants = f"（其中农民工{owed.migrants}人）" if owed.migrants else ""
    text = f"{who}{span}拖欠{owed.workers}名职工{migrants}工资共计{owed.amount:,.2f}元"
    if not left:
        return f"{text}，截至{chinese_day(today)}已全部支付（含垫付）。"
    if sums.resolved:
        return f"{text}。截至{chinese_day(today)}，尚有{left.workers}人、{left.amount:,.2f}元未支付。"
    return f"{text}，至今未予支付。"


def _previous_letter(letter: Letter, who: str, ground: SuggestionGround | None) -> str:
    day = letter.delivered_on or letter.issued_on
    when = f"于{chinese_day(day)}" if day else ""
    sent = "送达" if letter.delivered_on else "制发"
    if letter.kind == LetterKind.PROMPT:
        what = {SuggestionGround.REFUSED: "拒绝签收", SuggestionGround.SILENT: "逾期未作答复"}
        said = f"{who}{what.get(ground, '未予改正')}" if ground else f"{who}未能解决"
        return f"{letter.issuer.name}{when}向{who}{sent}《{letter.title}》（{letter.number}），{said}。"
    said = _GROUND_WORDS[ground] if ground else ""
    return f"{letter.issuer.name}{when}向该单位{sent}《{letter.title}》（{letter.number}），{said}。"
