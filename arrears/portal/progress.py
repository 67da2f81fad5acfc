"""How a letter stands, in words for the worker who wrote it. No name, no figure and no word of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from arrears.cases.models import ActKind, Case, State
from arrears.portal.models import LetterStanding, MessageKind, WindowLetter
from unions.models import Event

# Where the case stands → what the worker reads.
STATES: dict[str, tuple[str, str]] = {
    State.CLUE: ("正在核实", "工会已经登记您反映的情况，正在向单位了解核实。"),
    State.OPEN: ("已查实，正在办理", "情况属实，工会正在督促解决。"),
    State.TRANSFERRING: ("正在转给有管辖的工会", "对方接收之前，仍由现在的工会负责，不会没人管。"),
    State.LEGAL: ("已进入法律程序", "正在通过仲裁、诉讼等法律程序解决，工会会继续跟进。"),
    State.SETTLED: ("已解决，正在复核", "工会正在复核是否全部解决。如果您没有拿到钱，请马上在下面补充说明。"),
    State.CLOSED: ("已办结", "工会认定问题已经解决。如果您没有拿到钱，请马上在下面补充说明。"),
    State.DISMISSED: ("经核实，不属于拖欠工资", "工会的解释见下。如有不同意见，请在下面补充说明。"),
    State.MERGED: ("已查实，正在办理", "情况属实，工会正在督促解决。"),
}
STANDINGS = {
    LetterStanding.NEW: ("已收到", "工会已收到您的来信，有专人负责，会尽快核实。"),
    LetterStanding.EXPLAINED: ("工会已答复", "工会的答复见下。如有不同意见，请在下面补充说明。"),
    LetterStanding.WITHDRAWN: ("已按您的意思撤回", "想继续反映的，在下面补充说明就行。"),
}
# Moves the worker is told of, by verb.
STEPS = {
    "report_clue": "工会登记为线索，开始核实",
    "verify": "查实，正式立案",
    "transfer": "转给有管辖的工会",
    "accept_transfer": "有管辖的工会已接手",
    "go_legal": "进入法律程序",
    "return_from_legal": "法律程序结束",
    "close": "办结",
    "dismiss": "认定不属于拖欠工资",
    "reopen": "重新办理",
}


@dataclass(frozen=True)
class ProgressLine:
    """One line of what has happened. `words` is what was said, `mine` whether the worker said it."""

    at: datetime
    what: str
    words: str = ""
    mine: bool = False


def headline(letter: WindowLetter) -> tuple[str, str]:
    """Where it stands, and what that means."""
    case = _standing_case(letter)
    if case is not None:
        return STATES.get(case.state, STATES[State.CLUE])
    return STANDINGS.get(LetterStanding(letter.standing), STANDINGS[LetterStanding.NEW])


def lines(letter: WindowLetter) -> list[ProgressLine]:
    """Newest first."""
    found = [ProgressLine(letter.at, "您提交了来信", letter.words.text, mine=True), *_said(letter)]
    if letter.case:
        found += _done(letter, letter.case)
    return sorted(found, key=lambda line: line.at, reverse=True)


def _said(letter: WindowLetter) -> Iterator[ProgressLine]:
    titles = {
        MessageKind.QUESTION: "工会想问您",
        MessageKind.ANSWER: "您回答了",
        MessageKind.MORE: "您补充了",
        MessageKind.WITHDRAW: "您要求撤回",
        MessageKind.FEEDBACK: "工会告诉您",
        MessageKind.EXPLANATION: "工会的答复",
    }
    for word in letter.messages.exclude(kind=MessageKind.CALLED):
        yield ProgressLine(word.at, titles[MessageKind(word.kind)], word.text.text, mine=word.by_id is None)


def _done(letter: WindowLetter, case: Case) -> Iterator[ProgressLine]:
    """Moves since the letter came; the explanation of a dismissal is written for the worker (SD-2.2b)."""
    events = Event.objects.filter(stream=case.stream, verb__in=STEPS, at__gte=letter.at).order_by("seq")
    explained = case.acts.filter(kind=ActKind.EXPLANATION).order_by("-id").first()
    for event in events:
        words = explained.detail if event.verb == "dismiss" and explained else ""
        yield ProgressLine(event.at, STEPS[event.verb], words)


def _standing_case(letter: WindowLetter) -> Case | None:
    """The letter's case, or the one it was merged into."""
    case = letter.case
    if case is None or case.state != State.MERGED:
        return case
    merger = case.mergers.select_related("into").order_by("-id").first()
    return merger.into if merger else case
