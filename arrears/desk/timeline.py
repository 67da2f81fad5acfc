"""The timeline of a case (办理记录): the events of its chain in words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import CharField, Value
from django.urls import reverse

from arrears.cases import notes
from arrears.cases.conclusions import label
from arrears.cases.models import Act, ActKind, Case, CaseNote, EntryKind, Outcome
from arrears.cases.workflow import MOVES
from arrears.escalations.models import Escalation
from arrears.letters import labels as letter_labels
from arrears.letters.models import Letter
from arrears.referrals.models import Referral
from arrears.workers.models import Worker
from unions.common.features import provided
from unions.common.formats import people, yuan
from unions.models import Event, User

MOST = 500  # events shown, newest first

ENTRY_TONES = {"paid": "good", "advanced": "good", "reversed": "bad"}


@cache
def timeline_labels() -> dict[str, tuple[str, str, str]]:
    """Return verb → words, icon, tone, as every app declares them. Other moves have the label of the table."""
    return {verb: label for labels in provided("timeline labels") for verb, label in labels.items()}


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
    key: str = ""  # its place on the page
    withdraw_url: str = ""


@dataclass(frozen=True)
class EventReferences:
    """What events name by id: acts, files, sources of entries, receivers of transfers, referrals."""

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
    acts = {act.pk: act for act in case.acts.select_related("paper")}
    names = dict(case.evidence.values_list("pk", "name"))
    sources = dict(case.entries.values_list("pk", "source"))
    named = EventReferences(acts, names, sources, *_named(case, events))
    return [_happening(event, named) for event in events if not _mentions(event, hidden)]


def happenings_read_by(case: Case, user: User) -> list[Happening]:
    """The timeline of the page: what this reader may know of, and the notes of the case's units. No paper prints the notes."""
    told = (_note_told(row, user) for row in notes.read_by(case, user))
    rows = [*happenings(case, unapproved(case, user)), *told]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _note_told(row: CaseNote, user: User) -> Happening:
    whom = f" @{row.colleague.name}" if row.colleague else ""
    standing = row.withdrawn_at is None
    return Happening(
        row.at,
        row.by.name,
        f"备注{whom}" if standing else "备注（已撤回）",
        row.union.name,
        row.text if standing else "",
        "info" if standing else "neutral",
        "message",
        "note",
        f"note-{row.pk}",
        reverse("note-withdraw", args=[row.case_id, row.pk]) if standing and row.by_id == user.pk else "",
    )


def _mentions(event: Event, hidden: Collection[tuple[str, int]]) -> bool:
    return any(event.data.get(key) == pk for key, pk in hidden)


def _named(case: Case, events: list[Event]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the names of receivers of transfers and of referrals, read only where there are any."""
    units, referrals = {}, {}
    if any(event.verb == "transfer" for event in events):
        units = dict(case.transfers.values_list("receiver_id", "receiver__name"))
    if any("referral" in event.data for event in events):
        referrals = {row.pk: str(row) for row in case.referrals.select_related("agency")}
    return units, referrals


def unapproved(case: Case, user: User) -> set[tuple[str, int]]:
    """Return the reports, referrals and letters the reader may not know of yet: asked for, not approved. One query."""
    rows: dict[str, tuple[Any, Any]] = {
        "escalation": (case.escalations, Escalation.objects),
        "referral": (case.referrals, Referral.objects),
        "letter": (case.letters, Letter.objects),
    }
    hidden = [
        own.exclude(pk__in=every.visible_to(user).values("pk"))
        .order_by()
        .values_list(Value(key, output_field=CharField()), "pk")
        for key, (own, every) in rows.items()
    ]
    return set(hidden[0].union(*hidden[1:], all=True))


def _happening(event: Event, named: EventReferences) -> Happening:
    what, note, icon, tone = _words(event, named)
    who = event.by.name if event.by else "系统"
    return Happening(event.at, who, what, event.union.name if event.union else "", note, tone, icon, event.verb)


def _words(event: Event, named: EventReferences) -> tuple[str, str, str, str]:
    """Return what happened, a note, icon and tone."""
    data, verb = event.data, event.verb
    if verb.startswith("entry."):
        return _entry(verb.removeprefix("entry."), data, named.sources.get(data.get("entry", 0), ""))
    if verb.startswith("letter."):
        return letter_labels.timeline_words(verb, data)
    if verb.startswith("act."):
        return _act(verb.removeprefix("act."), named.acts.get(data.get("act", 0)))
    what, icon, tone = timeline_labels().get(verb) or (MOVES[verb].label if verb in MOVES else verb, "point", "neutral")
    if verb == "transfer":
        what = f"转办至“{named.units.get(data.get('receiver', 0), '—')}”"
    if "referral" in data:
        what = f"{what}：{named.referrals.get(data['referral'], '')}"
    return what, _note(verb, data, named.files), icon, tone


def _entry(kind: str, data: dict[str, Any], source: str) -> tuple[str, str, str, str]:
    money = f"{yuan(Decimal(data.get('amount', '0')))} 元"
    workers = data.get("workers", 0)  # 0: nobody said for how many
    figures = f"{people(workers)} 人、{money}" if workers else money
    words = EntryKind(kind).label if kind in EntryKind.values else kind
    return f"记“{words}”{figures}（{data.get('on', '')}）", source, "cash", ENTRY_TONES.get(kind, "info")


def _act(kind: str, act: Act | None) -> tuple[str, str, str, str]:
    words = ActKind(kind).label if kind in ActKind.values else kind
    if act is None:
        return f"登记{words}", "", "notes", "neutral"
    result = "" if act.outcome == Outcome.DONE else f"，{Outcome(act.outcome).label}"
    tone = {"failed": "bad", "agreed": "good", "pending": "busy"}.get(act.outcome, "info")
    return f"{words}{result}（{act.on}）", act.words, "notes", tone


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
    if data.get("decided_above"):
        parts.append("本单位暂无审批人，由上级代为审批")
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
