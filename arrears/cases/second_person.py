"""Approvals about a case: who works on it does not decide, and its chain tells what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from arrears.cases import ledger
from arrears.cases.models import ActKind, Case, EntryKind
from arrears.cases.models.case import immediate
from arrears.cases.signals import case_changed
from unions.approvals import Approval, ExcludedPeople
from unions.common.clock import day_of
from unions.log import audit
from unions.models import Event, Union, User
from unions.people.holders import ids_of

# What makes somebody one of those who handled a case, by the verb of its event → what she did.
WORK = (
    {f"entry.{kind}": f"记过“{kind.label}”" for kind in EntryKind}
    | {f"act.{kind}": f"登记过“{kind.label}”" for kind in ActKind}
    | {"edit": "修改过案件", "verify": "办理过“查实立案”"}
    | {"worker.allocate": "将清偿分到职工", "worker.slips": "打印过到账确认单"}
    | {"worker.examined.arrived": "核实过到账异议", "worker.examined.unpaid": "核实过到账异议"}
)
BEGINS = ("report_clue", "file", "import", "close", "reopen")  # from here on the work is counted anew
AboutCase = TypeVar("AboutCase", bound=Any)


class CaseApproval(Approval[AboutCase]):
    """An approval of something about one case, `row.case`."""

    urgent = immediate("case__")
    changed = "案件在您查看之后有了变动，请重新查看后审批。"

    def lock(self, row: AboutCase) -> AboutCase:
        ledger.lock(row.case)
        return super().lock(row)

    def named(self, row: AboutCase) -> str:
        return f"{row.case} {row.case.employer.name}"

    def excluded_people(self, row: AboutCase) -> Iterator[ExcludedPeople]:
        yield excluded_from(row.case, self.asker_id(row), getattr(row, self.asked[1]))

    def excluded_ids(self) -> Any:
        return ids_of(self.asker(), *at_work("case"))


def at_work(case: str = "") -> list[F]:
    """The ids of those `excluded_from` names beside whoever asked, as expressions. `case`: the field with the case; "": the row is one."""
    return [F(f"{case}__{name}" if case else name) for name in ("officer", "filed_by", "last_edited_by")]


def excluded_from(case: Case, asker: int | None, asked_at: datetime | None) -> ExcludedPeople:
    """Who asked, and everybody at work on the case."""
    people: dict[str, list[int | None]] = {
        "您是提出人": [asker],
        "您是本案经办人": [case.officer_id],
        "您是本案登记人": [case.filed_by_id],
        "您最后修改过本案": [case.last_edited_by_id],
    }
    return ExcludedPeople(people, "提出人或经办人", asked_at)


def record_on_case(case: Case, verb: str, by: User, at: datetime, union: Union | None, **data: Any) -> None:
    """Write an event into the chain of the case; its version rises, and whoever listens to the case is told."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    audit.record(case.stream, verb, by, at, union=union, **data)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb=verb, by=by, at=at)


def why_not_second_person(
    case: Case, user: User, requester: User | None, day: date, asked_at: datetime | None = None
) -> str | None:
    """Why `user` may not be the second person on `day` (Chinese), or None. `asked_at`: when it was asked for."""
    return excluded_from(case, requester.pk if requester else None, asked_at).why_excluded(user, day)


def case_events(case: Case, verbs: Iterable[str], **named: int) -> QuerySet[Event]:
    """Events of the case with one of these verbs, oldest first. `named`: ids they must speak of, as `letter=7`."""
    about = {f"data__{key}": pk for key, pk in named.items()}
    return Event.objects.filter(stream=case.stream, verb__in=list(verbs), **about).order_by("seq")


def why_not_after_work(case: Case, user: User, day: date, asked_at: datetime | None) -> str | None:
    """Why `user` may not approve the closing of a case she handled herself: who posted an entry, recorded an act or corrected a
    fact since it was filed (since it was last closed or reopened). Asking for the closing is not all of the work.
    """
    did = _workers(case)
    if ExcludedPeople({"您办理过本案": list(did)}, "办理人", asked_at).why_excluded(user, day) is None:
        return None
    for pk, event in did.items():
        what = f"{day_of(event.at)} 在本案{WORK[event.verb]}"
        whom = f"{event.by.name if event.by else '办理人'}（{what}）"
        if because := ExcludedPeople({f"您 {what}": [pk]}, whom, asked_at).why_excluded(user, day):
            return because
    return None


def ids_after_work() -> Any:
    """The ids of those `why_not_after_work` names, as an expression on a case."""
    stream = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    begun = Event.objects.filter(stream=OuterRef("stream"), verb__in=BEGINS, seq__gt=OuterRef("seq"))
    told = Event.objects.filter(~Exists(begun), stream=stream, verb__in=list(WORK)).exclude(by=None).order_by()
    return ArraySubquery(told.values("by"))


def _workers(case: Case) -> dict[int, Event]:
    """Who worked on the case → the last thing she did to it."""
    told = list(case_events(case, [*WORK, *BEGINS]).select_related("by"))
    begun = max((place for place, event in enumerate(told) if event.verb in BEGINS), default=-1)
    return {event.by_id: event for event in told[begun + 1 :] if event.by_id is not None}
