"""The event chain of a case as 办理记录: who did what, when, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from arrears.cases.conclusions import label
from arrears.cases.models import Act, ActKind, Case, EntryKind
from arrears.cases.models.act import Outcome
from arrears.cases.workflow import MOVES
from arrears.escalations.models import Escalation
from arrears.letters import telling
from arrears.letters.models import Letter
from arrears.referrals.models import Referral
from arrears.workers.models import Worker
from unions.common.formats import people, yuan
from unions.models import Event, User

MOST = 500  # events shown, newest first

# Verb → words, icon, tone. Moves not named here are told by their label in the table.
WORDS: dict[str, tuple[str, str, str]] = {
    "draft": ("建立草稿", "file-plus", "neutral"),
    "import": ("从历史台账导入", "file-import", "info"),
    "edit": ("修改案件", "pencil", "neutral"),
    "evidence": ("上传证据", "paperclip", "neutral"),
    "acknowledge": ("确认知悉", "eye-check", "info"),
    "escalate.request": ("提出上报", "arrow-up-circle", "busy"),
    "escalate.approve": ("批准上报", "checks", "info"),
    "escalate.decline": ("退回上报申请", "arrow-back-up", "bad"),
    "escalate.withdraw": ("撤回上报申请", "arrow-back-up", "neutral"),
    "escalate.end": ("上报终止", "circle-x", "neutral"),
    "escalate.receive": ("接收上报", "mail-opened", "good"),
    "escalate.return": ("退回上报", "arrow-back-up", "bad"),
    "transfer": ("转办", "transfer", "away"),
    "accept_transfer": ("接收转办", "mail-opened", "good"),
    "refuse_transfer": ("退回转办", "arrow-back-up", "bad"),
    "recall_transfer": ("撤回转办", "arrow-back-up", "neutral"),
    "referral.request": ("提出转送部门", "send", "busy"),
    "referral.send": ("批准并发出转送", "checks", "info"),
    "referral.decline": ("退回转送申请", "arrow-back-up", "bad"),
    "referral.withdraw": ("撤回转送", "arrow-back-up", "neutral"),
    "referral.accept": ("部门已接收", "mail-opened", "good"),
    "referral.refuse": ("部门不予接收", "arrow-back-up", "bad"),
    "referral.answer": ("部门答复", "message-2", "good"),
    "referral.read": ("阅知部门反馈", "eye-check", "info"),
    "report_clue": ("登记为线索", "flag", "info"),
    "file": ("正式立案", "folder", "info"),
    "verify": ("查实立案", "folder", "info"),
    "dismiss": ("认定不属欠薪", "circle-x", "neutral"),
    "go_legal": ("转入司法程序", "scale", "away"),
    "return_from_legal": ("司法程序终结", "scale", "info"),
    "settle": ("提请办结", "send", "busy"),
    "send_back": ("退回继续办理", "arrow-back-up", "bad"),
    "close": ("批准办结", "circle-check", "done"),
    "reopen": ("重新办理", "reload", "bad"),
    "emergency.begin": ("启动应急处置", "alert-triangle", "bad"),
    "emergency.end": ("应急处置了结", "circle-check", "good"),
    "oversight.ask": ("提出督办", "flag", "busy"),
    "oversight.approve": ("批准督办", "checks", "bad"),
    "oversight.decline": ("不同意督办", "arrow-back-up", "neutral"),
    "oversight.withdraw": ("撤回督办申请", "arrow-back-up", "neutral"),
    "oversight.report": ("提交督办解除报告", "send", "busy"),
    "oversight.lift": ("解除督办", "circle-check", "good"),
    "oversight.keep": ("不同意解除督办", "arrow-back-up", "bad"),
    "fallback": ("登记兜底责任单位", "building-community", "info"),
    "drawing.ask": ("提出垫付", "cash", "busy"),
    "drawing.approve": ("批准垫付", "checks", "good"),
    "drawing.decline": ("不同意垫付", "arrow-back-up", "bad"),
    "drawing.withdraw": ("撤回垫付申请", "arrow-back-up", "neutral"),
    "drawing.revoke": ("支付通知书作废", "arrow-back-up", "neutral"),
    "drawing.paid": ("银行已支付垫付", "cash", "good"),
    "opinion.link": ("关联欠薪舆情", "link", "info"),
    "reception": ("集中接访受理", "users", "info"),
    "worker.add": ("登记职工名单", "users", "neutral"),
    "worker.change": ("修改职工登记", "pencil", "neutral"),
    "worker.remove": ("移出职工名单", "user-minus", "neutral"),
    "worker.reveal": ("查看职工信息", "eye", "neutral"),
    "worker.allocate": ("清偿分到职工", "cash", "good"),
    "plan.make": ("制定计划", "calendar-event", "info"),
    "plan.revise": ("修订计划", "calendar-event", "busy"),
    "plan.done": ("完成计划步骤", "circle-check", "good"),
    "proceeding.accept": ("法律程序已受理", "scale", "info"),
    "proceeding.refuse": ("法律程序不予受理", "scale", "bad"),
    "proceeding.extend": ("法律程序延期", "clock-pause", "busy"),
    "proceeding.serve": ("支付令送达", "mail-opened", "info"),
    "sanction.enter": ("登记处理处罚", "gavel", "bad"),
    "sanction.outcome": ("登记处理处罚的履行情况", "cash", "info"),
    "sanction.void": ("登记处理处罚已撤销", "arrow-back-up", "neutral"),
    "listing.request": ("提出列入失信联合惩戒名单", "flag", "busy"),
    "listing.propose": ("批准提请列入名单", "checks", "info"),
    "listing.decline": ("不批准提请列入名单", "arrow-back-up", "neutral"),
    "listing.withdraw": ("撤回提请列入名单", "arrow-back-up", "neutral"),
    "listing.notice": ("部门告知拟列入名单", "mail", "info"),
    "listing.object": ("用人单位对列入提出异议", "message-2", "busy"),
    "listing.answer": ("部门答复列入异议", "message-2", "info"),
    "listing.extend": ("列入决定期限延长", "clock-pause", "busy"),
    "listing.list": ("列入失信联合惩戒名单", "flag", "bad"),
    "listing.refuse": ("不予列入名单", "circle-x", "neutral"),
    "listing.correct": ("登记改正违法行为", "circle-check", "good"),
    "listing.ask_removal": ("提出提前移出名单", "send", "busy"),
    "listing.remove": ("提前移出名单", "circle-check", "good"),
    "listing.keep": ("不同意提前移出名单", "arrow-back-up", "bad"),
    "publish.put_forward": ("成员单位提请公布", "flag", "busy"),
    "publish.take_back": ("撤回提请公布", "arrow-back-up", "neutral"),
    "assign": ("变更经办人", "users", "info"),
    "urge": ("催办", "bell", "busy"),
    "link": ("标为同一事项", "link", "info"),
    "unlink": ("取消同一事项", "unlink", "neutral"),
    "merge.request": ("提出并案", "arrow-merge", "busy"),
    "merge.decline": ("不同意并案", "arrow-back-up", "bad"),
    "merge.withdraw": ("撤回并案申请", "arrow-back-up", "neutral"),
    "merge": ("批准并案", "arrow-merge", "away"),
    "merge.into": ("另一案件并入", "arrow-merge", "info"),
    "merge.ask_undo": ("提请撤销并案", "arrow-back-up", "busy"),
    "merge.keep": ("不同意撤销并案", "arrow-back-up", "neutral"),
    "merge.undone": ("另一案件撤销并入", "arrow-back-up", "neutral"),
    "unmerge": ("撤销并案，恢复办理", "reload", "info"),
    "unmerge_clue": ("撤销并案，恢复为线索", "reload", "info"),
}
ENTRY_TONES = {"paid": "good", "advanced": "good", "reversed": "bad"}


@dataclass
class Happening:
    """One row of `{% timeline %}`."""

    at: datetime
    who: str
    what: str
    place: str = ""
    note: str = ""
    tone: str = "neutral"
    icon: str = "point"
    verb: str = ""


@dataclass(frozen=True)
class Told:
    """What the events name by id: acts, file names, sources of entries, receivers of transfers, referrals."""

    acts: dict[int, Act]
    files: dict[int, str]
    sources: dict[int, str]
    units: dict[int, str]
    referrals: dict[int, str]


def happenings(case: Case, hidden: Collection[tuple[str, int]] = ()) -> list[Happening]:
    """Newest first. Four queries, one more where it was transferred or referred. Events of `hidden` ("escalation",
    "referral" or "letter" and its id: not yet approved, read from above) are left out.
    """
    events = list(Event.objects.filter(stream=case.stream).select_related("by", "union").order_by("-seq")[:MOST])
    acts = {act.pk: act for act in case.acts.all()}
    names = dict(case.evidence.values_list("pk", "name"))
    sources = dict(case.entries.values_list("pk", "source"))
    told = Told(acts, names, sources, *_named(case, events))
    return [_told(event, told) for event in events if not _mentions(event, hidden)]


def _mentions(event: Event, hidden: Collection[tuple[str, int]]) -> bool:
    return any(event.data.get(key) == pk for key, pk in hidden)


def _named(case: Case, events: list[Event]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the receivers of transfers by union, and of referrals; asked only where there are any."""
    units, referrals = {}, {}
    if any(event.verb == "transfer" for event in events):
        units = dict(case.transfers.values_list("receiver_id", "receiver__name"))
    if any("referral" in event.data for event in events):
        referrals = {row.pk: str(row) for row in case.referrals.select_related("agency")}
    return units, referrals


def unapproved(case: Case, user: User) -> set[tuple[str, int]]:
    """Reports, referrals and letters the reader may not know of yet: asked below, not approved."""
    rows: dict[str, tuple[Any, Any]] = {
        "escalation": (case.escalations, Escalation.objects),
        "referral": (case.referrals, Referral.objects),
        "letter": (case.letters, Letter.objects),
    }
    return {(key, pk) for key, (own, every) in rows.items() for pk in _unseen(own, every.visible_to(user))}


def _unseen(rows: Any, visible: Any) -> set[int]:
    every = set(rows.values_list("pk", flat=True))
    return every - set(visible.filter(pk__in=every).values_list("pk", flat=True)) if every else every


def _told(event: Event, told: Told) -> Happening:
    what, note, icon, tone = _words(event, told)
    who = event.by.name if event.by else "系统"
    return Happening(event.at, who, what, event.union.name if event.union else "", note, tone, icon, event.verb)


def _words(event: Event, told: Told) -> tuple[str, str, str, str]:
    """What, note, icon, tone."""
    data, verb = event.data, event.verb
    if verb.startswith("entry."):
        return _entry(verb.removeprefix("entry."), data, told.sources.get(data.get("entry", 0), ""))
    if verb.startswith("letter."):
        return telling.words(verb, data)
    if verb.startswith("act."):
        return _act(verb.removeprefix("act."), told.acts.get(data.get("act", 0)))
    what, icon, tone = WORDS.get(verb) or (MOVES[verb].label if verb in MOVES else verb, "point", "neutral")
    if verb == "transfer":
        what = f"转办至「{told.units.get(data.get('receiver', 0), '—')}」"
    if "referral" in data:
        what = f"{what}：{told.referrals.get(data['referral'], '')}"
    return what, _note(verb, data, told.files), icon, tone


def _entry(kind: str, data: dict[str, Any], source: str) -> tuple[str, str, str, str]:
    figures = f"{people(data.get('workers', 0))} 人、{yuan(Decimal(data.get('amount', '0')))} 元"
    words = EntryKind(kind).label if kind in EntryKind.values else kind
    return f"记「{words}」{figures}（{data.get('on', '')}）", source, "cash", ENTRY_TONES.get(kind, "info")


def _act(kind: str, act: Act | None) -> tuple[str, str, str, str]:
    words = ActKind(kind).label if kind in ActKind.values else kind
    if act is None:
        return f"登记{words}", "", "notes", "neutral"
    result = "" if act.outcome == Outcome.DONE else f"，{Outcome(act.outcome).label}"
    tone = {"failed": "bad", "agreed": "good", "pending": "busy"}.get(act.outcome, "info")
    return f"{words}{result}（{act.on}）", act.detail, "notes", tone


def _note(verb: str, data: dict[str, Any], files: dict[int, str]) -> str:
    if verb == "edit":
        return f"修改了：{'、'.join(_field(name) for name in data.get('changed', []))}" if data.get("changed") else ""
    if verb == "evidence":
        return files.get(data.get("evidence", 0), "")
    if verb in WORKER_NOTES:
        return WORKER_NOTES[verb](data)
    parts = [label(str(data.get("conclusion") or "")), str(data.get("reason") or "")]
    if verb == "escalate.request":
        parts.insert(0, f"依据：{data['upon']}")
    if data.get("told_by"):
        parts.append(f"代录，对方告知人：{data['told_by']}")
    return "\n".join(part for part in parts if part)


def _of_workers(data: dict[str, Any]) -> str:
    return f"{people(data['people'])} 人，{yuan(Decimal(data['amount']))} 元"


def _changed_worker(data: dict[str, Any]) -> str:
    labels = [str(getattr(Worker._meta.get_field(name), "verbose_name", name)) for name in data["changed"]]
    return f"修改了：{'、'.join(labels)}"


def _revealed(data: dict[str, Any]) -> str:
    return f"{data['field']}，用途：{data['reason']}"


# Events of the worker list hold ids and figures, never a name or a number.
WORKER_NOTES: dict[str, Callable[[dict[str, Any]], str]] = {
    "worker.add": _of_workers,
    "worker.allocate": _of_workers,
    "worker.change": _changed_worker,
    "worker.reveal": _revealed,
}


def _field(name: str) -> str:
    return str(getattr(Case._meta.get_field(name), "verbose_name", name))
