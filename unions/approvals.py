"""The second-person machine: one person asks, another approves or declines, or the first one withdraws.

A kind of approval declares itself as a subclass of `Approval`, the way a ModelAdmin does: the model and its stages, the
unit that decides, who may not, what is shown, what follows. `approve`, `decline` and `withdraw` are then the same for all:
hold the row → it still waits → right and second person → what was shown is what is there → write, record, tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User, acts_at
from unions.people.appointments import stand_ins
from unions.people.holders import ASKED_ON, EXCLUDED, holders, ids_of, nearest_above
from unions.people.rights import Right
from unions.tree import actions as tree

Row = TypeVar("Row", bound=models.Model)
FieldValues = dict[str, Any]  # field of the row → what is written into it


# ---- what is shown, and its seal ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownLine:
    """One line of what a person is shown before she decides."""

    label: str
    value: str


def seal_of(lines: list[ShownLine]) -> str:
    """SHA-256 of the lines as shown."""
    return audit.digest(stored(lines))


def stored(lines: list[ShownLine]) -> list[list[str]]:
    """The lines as JSON keeps them."""
    return [[line.label, line.value] for line in lines]


def restored(kept: list[list[str]]) -> list[ShownLine]:
    """The lines as they were shown then."""
    return [ShownLine(label, value) for label, value in kept]


def changes(before: list[list[str]], now: list[ShownLine]) -> list[dict[str, str]]:
    """`label, before, after` of every line that reads differently today."""
    then = {line[0]: line[1] for line in before}
    return [
        {"label": line.label, "before": then.get(line.label, "—"), "after": line.value}
        for line in now
        if then.get(line.label) != line.value
    ]


# ---- what a kind declares -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transition:
    """One way out: the stage after it, the verb of its event, its button, and what the person reads when it is done."""

    to: Any
    verb: str
    button: str = ""
    done: str = ""
    step: str = ""  # the last part of its address; by default the last word of the verb

    @property
    def name(self) -> str:
        return self.step or self.verb.rpartition(".")[2]


@dataclass(frozen=True)
class ExcludedPeople:
    """People who may not decide: what she would be ("您是提出人") → their ids; so are their stand-ins since it was asked for.

    `whom`: these people, for the sentence to somebody who stands in for one of them.
    """

    people: Mapping[str, Iterable[int | None]]
    whom: str
    asked_at: datetime | None

    def why_excluded(self, user: User, day: date, act: str = "审批") -> str | None:
        """Why `user` may not decide on `day` (Chinese), or None. There is no bypass for anyone."""
        excluded = {because: {pk for pk in people if pk is not None} for because, people in self.people.items()}
        for because, people in excluded.items():
            if user.pk in people:
                return f"{because}，须由另一人{act}。"
        # Who stood in when it was asked for does not become a second person by waiting a day.
        asked_on = day_of(self.asked_at) if self.asked_at else None
        if user.pk in stand_ins(set().union(*excluded.values()), day, asked_on):
            return f"您与{self.whom}之间有代理关系，须由另一人{act}。"
        return None


@dataclass(frozen=True)
class ApprovalList:
    """How one or more kinds of a model are listed in 待我审批.

    `parts`: read with a row; `template`: draws it. `full_list`, `query`: the URL name of its own full list. `sections`: URL names of
    the sections of the sidebar whose number counts it. `case_field`: field with the id of the case whose sums its line shows.
    """

    key: str
    label: str
    parts: tuple[str, ...] = ()
    template: str = "unions/approval_row.html"
    full_list: str = ""
    query: str = ""
    sections: tuple[str, ...] = ()
    case_field: str = ""
    opens: Callable[[Any], str] | None = None  # address where a row is decided, where that is not its own

    def address(self, row: Any) -> str:
        return self.opens(row) if self.opens else str(row.get_absolute_url())


class Approval(Generic[Row]):
    """One kind of thing that two people must agree to. An app declares its kinds under "approvals" in AppConfig.provides."""

    model: type[Row]
    this = "这项申请"  # the row, in sentences
    act = "审批"  # what the second person does, in sentences

    # How far a row is: the name of the field, the stage in which it waits, and the ways out. One Transition for `declined` and
    # `withdrawn`: whoever asked gives it up as the approver would.
    stage = "stage"
    waits: Any
    approved: Transition
    declined: Transition
    withdrawn: Transition | None = None
    declined_in: tuple[Any, ...] = ()  # further stages in which it may be declined
    withdrawn_in: tuple[Any, ...] = ()  # further stages in which it may be withdrawn

    # Names of fields: who asked and when; who decided, when, and what she wrote; the lines and the hash of what she approved.
    asked: tuple[str, ...] = ("requested_by", "requested_at")
    decided: tuple[str, ...] = ("decided_by", "decided_at", "decision")
    kept: tuple[str, ...] = ()
    declined_as_never_asked = False  # a no leaves nobody who asked and nobody who decided
    longest: int | None = None  # characters of an opinion

    unit = ""  # name of the unit that decides; or override `unit_of`
    right = Right.APPROVE
    rights: tuple[Right, ...] = (Right.APPROVE,)  # of which one is enough, where more than `right` may decide
    # Field that keeps the unit above whose approver decided where its own unit had none; "" where its own unit alone decides (decision 041).
    above = ""
    asker_is = ("您是提出人", "提出人")  # to herself, and to whoever stands in for her
    declining_takes_a_second_person = False  # else the right is enough to say no
    parts: tuple[str, ...] = ()  # what is read with the row when it is held

    urgent = Q(pk__in=())  # the rows that cannot wait
    listed: ApprovalList | None = None  # with which others in 待我审批; by default a list of its own

    # Sentences.
    without_right = "须由“{unit}”的审批人{act}。"
    without_right_to_decline = ""  # where it is another one
    changed = "内容在您查看之后有了变动，请重新查看后审批。"
    no_reason = "请写明原因。"
    not_the_asker = "只有提出人可以撤回。"

    # Words of its page.
    title = "审批"
    opinion_help = "不同意时必填。"
    why_not_title = "不能由您审批"
    withdraw_hint = "撤回后可以重新提出。"
    confirm = ""  # what she is asked once more before she approves
    give_up_button = ""  # of whoever asked, where she gives it up as the approver would decline; by default the same
    give_up_help = "写明原因。"

    # What a kind says of its rows ------------------------------------------------------------------------------------

    def unit_of(self, row: Row) -> Union:
        """The unit that decides; when it was closed, the one that took over decides for it."""
        unit: Union = attrgetter(self.unit)(row)
        return unit

    def shown(self, row: Row, at: datetime) -> list[ShownLine]:
        """What the second person sees and agrees to, where it is shown as lines; else `seal` says what it is."""
        return []

    def seal(self, row: Row, at: datetime, lines: list[ShownLine] | None = None) -> str:
        """The hash of what is shown. `lines`: these, where they are at hand."""
        return seal_of(self.shown(row, at) if lines is None else lines)

    def excluded_people(self, row: Row) -> Iterator[ExcludedPeople]:
        """Who may not decide."""
        herself, to_others = self.asker_is
        yield ExcludedPeople({herself: [self.asker_id(row)]}, to_others, getattr(row, self.asked[1]))

    def why_may_not_withdraw(self, row: Row, user: User) -> str | None:
        return None if self.asker_id(row) == user.pk else self.not_the_asker

    def record(self, row: Row, verb: str, by: User, at: datetime, reason: str) -> Any:
        """Write the event into the log, and tell whoever must know. `reason`: what `by` wrote."""
        raise NotImplementedError

    # Whom it waits for -----------------------------------------------------------------------------------------------

    def list_of(self) -> ApprovalList:
        return self.listed or ApprovalList(self.model._meta.label_lower, self.title)

    def is_waiting(self, row: Row) -> bool:
        return bool(getattr(row, self.stage) == self.waits)

    def waiting_rows(self) -> QuerySet[Row]:
        return self.model._default_manager.filter(**{self.stage: self.waits})

    def named(self, row: Row) -> str:
        """How whoever decided it reads what it was, when the next one stands before her."""
        return f"{self.list_of().label} {row}"

    def awaiting(self, user: User) -> QuerySet[Row]:
        """Rows that wait where `user` has the right to decide, at closed units that hers took over, or where she decides from above."""
        unit, paths = self.unit.replace(".", "__"), user.paths(self.right)
        hers = acts_at(paths, unit)
        if not self.above:
            return self.waiting_rows().filter(hers)
        hers |= nearest_above(paths, unit, [self.right], timezone.localdate())
        return self.with_excluded(self.waiting_rows()).filter(hers)

    def with_excluded(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """What waits, annotated with who may not decide (`unions.people.holders.second_persons`)."""
        found: QuerySet[Row] = rows.alias(**{EXCLUDED: self.excluded_ids(), ASKED_ON: TruncDate(self.waits_since())})
        return found

    def excluded_ids(self) -> Any:
        """The ids of `excluded_people`, as an expression: for questions about many rows. A test compares the two for every kind."""
        return ids_of(self.asker())

    def unit_id(self) -> Any:
        """The id of the unit that decides, as an expression."""
        return F(self.unit.replace(".", "__"))

    def asker(self) -> Any:
        """The id of whoever asked, as an expression."""
        return F(f"{self.asked[0]}_id")

    def waits_since(self) -> Any:
        """When it was asked for, as an expression."""
        return F(self.asked[1])

    # What else happens: refuse by raising Refused; what is returned is written into the row with the decision ------------

    def before_approve(self, row: Row, by: User, at: datetime) -> FieldValues:
        return {}

    def after_approve(self, row: Row, by: User, at: datetime) -> None:
        """What follows once it is approved and recorded."""

    def before_decline(self, row: Row, by: User, at: datetime, opinion: str) -> FieldValues:
        return {}

    def after_decline(self, row: Row, by: User, at: datetime) -> None:
        """What follows once it is declined and recorded."""

    def before_withdraw(self, row: Row, by: User, at: datetime, opinion: str) -> FieldValues:
        return {self.decided[1]: at}

    def after_withdraw(self, row: Row, by: User, at: datetime) -> None:
        """What follows once it is withdrawn and recorded."""

    # The machine -----------------------------------------------------------------------------------------------------

    @transaction.atomic
    def approve(self, row: Row, *, by: User, at: datetime, seal: str, opinion: str = "") -> Row:
        """The second person's yes to what she was shown. Raises Forbidden, Stale, Refused."""
        row, opinion = self.hold(row, self.waits), self._cut(opinion)
        self.check(row, by, at, seal)
        kept = dict(zip(self.kept, (stored(self.shown(row, at)), seal), strict=False)) if self.kept else {}
        decided = self._decision(row, by, at, opinion)
        self.move(row, self.approved.to, **decided | kept | self.before_approve(row, by, at))
        self.record(row, self.approved.verb, by, at, opinion)
        self.after_approve(row, by, at)
        return row

    @transaction.atomic
    def decline(self, row: Row, *, by: User, at: datetime, opinion: str) -> Row:
        """Her no, with the reason. Raises Forbidden, Stale, Refused."""
        row = self.hold(row, self.waits, *self.declined_in)
        if because := self.why_may_not_decline(row, by, at):
            raise Forbidden(because)
        return self._declined(row, by, at, opinion)

    @transaction.atomic
    def withdraw(self, row: Row, *, by: User, at: datetime, opinion: str = "") -> Row:
        """Whoever asked takes it back before it is decided. Raises Forbidden, Stale."""
        assert self.withdrawn is not None
        row = self.hold(row, self.waits, *self.withdrawn_in)
        if because := self.why_may_not_withdraw(row, by):
            raise Forbidden(because)
        if self.is_given_up:
            return self._declined(row, by, at, opinion)
        reason = self._cut(opinion)
        self.move(row, self.withdrawn.to, **self.before_withdraw(row, by, at, reason))
        self.record(row, self.withdrawn.verb, by, at, reason)
        self.after_withdraw(row, by, at)
        return row

    def give_up(self, row: Row, *, by: User, at: datetime, opinion: str = "") -> Row:
        """Withdraw what `by` asked for, or decline what another did."""
        way = self.withdraw if self.asker_id(row) == by.pk else self.decline
        return way(row, by=by, at=at, opinion=opinion)

    def check(self, row: Row, by: User, at: datetime, seal: str) -> None:
        """Whether `by` may decide upon exactly this. Raises Forbidden, Stale."""
        if because := self.why_may_not_decide(row, by, at):
            raise Forbidden(because)
        if seal != self.seal(row, at):
            raise Stale(self.changed)

    def why_may_not_decide(self, row: Row, user: User, at: datetime) -> str | None:
        """Why `user` may not decide (Chinese), or None."""
        return self.lacks_right(row, user) or self.why_not_second_person(row, user, day_of(at))

    def why_not_second_person(self, row: Row, user: User, day: date) -> str | None:
        """Why she is no second person on `day` (Chinese), or None."""
        found = (one.why_excluded(user, day, self.act) for one in self.excluded_people(row))
        return next((because for because in found if because), None)

    def why_may_not_decline(self, row: Row, user: User, at: datetime) -> str | None:
        if self.declining_takes_a_second_person:
            return self.why_may_not_decide(row, user, at)
        return (because := self.lacks_right(row, user)) and (self.without_right_to_decline or because)

    def lacks_right(self, row: Row, user: User) -> str | None:
        unit, day = self.unit_of(row).in_charge(), timezone.localdate()
        if user.may(self.right, unit):
            return None
        found = self.decides_at(row, day)
        if found is not None and user.may(self.right, found):
            return None
        return self.without_right.format(unit=unit, act=self.act) + self._why_not_at(unit, found, day)

    def decides_at(self, row: Row, day: date) -> Union | None:
        """Where somebody may decide on `day`: the row's own unit, or the nearest above where it decides in its place; else None."""
        unit = self.unit_of(row).in_charge()
        line = unit.line_ids() if self.above else [unit.pk]
        there = holders([self.right], day).filter(union__in=line).select_related("user", "union")
        for one in there.order_by("-union__depth"):
            if self.why_not_second_person(row, one.user, day) is None:
                return one.union
        return None

    def why_nobody(self, row: Row, day: date) -> str:
        """That the unit has nobody who could decide on `day`, and what helps (Chinese); "" where somebody could."""
        return self._why_not_at(self.unit_of(row).in_charge(), self.decides_at(row, day), day)

    def _why_not_at(self, unit: Union, found: Union | None, day: date) -> str:
        """The same where it is known who decides instead (`decides_at`)."""
        if found == unit:
            return ""
        excluded = holders([self.right], day).filter(union=unit).exists()
        why = f"“{unit}”的审批人均须回避（提出、登记或办理过）" if excluded else f"“{unit}”暂无审批人"
        if found is not None:
            return f"{why}，由上级“{found}”的审批人代为{self.act}。"
        helps = "请该单位或上级的单位管理员另行任命" if excluded else "请该单位或上级的单位管理员任命（可任命代理人）"
        return f"{why}，{helps}。"

    def tell_if_nobody(self, row: Row, at: datetime) -> None:
        """The row waits from now on: where nobody may decide, whoever is concerned hears of it at once ("asking followers")."""
        for follow in provided("asking followers"):
            follow(self, row, at)

    @property
    def is_given_up(self) -> bool:
        """Whether whoever asked and the approver turn it down the same way."""
        return self.withdrawn is self.declined

    def may_still_be_given_up(self, row: Row) -> bool:
        """Whether it can be turned down though it waits for no approval."""
        return self.is_given_up and getattr(row, self.stage) in self.declined_in

    def why_may_not_give_up(self, row: Row, user: User, at: datetime) -> str | None:
        """Why she may neither withdraw nor decline it (Chinese), or None."""
        return self.why_may_not_withdraw(row, user) and self.why_may_not_decline(row, user, at)

    def ways_out(self) -> dict[str, Transition]:
        """The last part of its address → each way out."""
        return {one.name: one for one in (self.approved, self.declined, self.withdrawn) if one is not None}

    def asker_id(self, row: Row) -> int | None:
        asker: int | None = getattr(row, f"{self.asked[0]}_id")
        return asker

    def hold(self, row: Row, *stages: Any) -> Row:
        """The row as it is now, held until the end of the transaction. Raises Stale when it is in none of `stages`."""
        tree.hold_still()  # before everything else: a unit that moves holds the tree first and its cases then
        row = self.lock(row)
        if getattr(row, self.stage) not in stages:
            raise Stale(self.moved_on(row))
        return row

    def lock(self, row: Row) -> Row:
        """Lock what belongs to the row, then the row itself."""
        rows = self.model._default_manager.select_for_update(of=("self",)).select_related(*self.parts)
        return rows.get(pk=row.pk)

    def moved_on(self, row: Row) -> str:
        label = getattr(row, f"get_{self.stage}_display")()
        return f"{self.this}现在是“{label}”，可能已有人办理，请刷新页面。"

    def move(self, row: Row, to: Any, **values: Any) -> None:
        """Write the stage it goes to and the values, if nobody moved it meanwhile. Raises Stale."""
        values = {self.stage: to} | values
        here = self.model._default_manager.filter(pk=row.pk, **{self.stage: getattr(row, self.stage)})
        if here.update(**values) != 1:
            raise Stale(f"{self.this}刚刚有人办理过，请刷新页面。")
        for name, value in values.items():
            setattr(row, name, value)

    def reason_given(self, text: str) -> str:
        if not text.strip():
            raise Refused(self.no_reason, {"opinion": "请写明原因。"})
        return self._cut(text)

    def _declined(self, row: Row, by: User, at: datetime, opinion: str) -> Row:
        reason = self.reason_given(opinion)
        values = self._decision(row, by, at, reason)
        if self.declined_as_never_asked:
            values |= dict.fromkeys((*self.asked, *self.decided[:2]))
        self.move(row, self.declined.to, **values | self.before_decline(row, by, at, reason))
        self.record(row, self.declined.verb, by, at, reason)
        self.after_decline(row, by, at)
        return row

    def _decision(self, row: Row, by: User, at: datetime, opinion: str) -> FieldValues:
        values = dict(zip(self.decided, (by, at, opinion), strict=False))
        unit = self.unit_of(row).in_charge()
        if self.above and not by.may(self.right, unit):
            found = self.decides_at(row, day_of(at))
            values[self.above] = None if found == unit else found
        return values

    def _cut(self, text: str) -> str:
        return text.strip()[: self.longest]


def every_approval() -> tuple[Approval[Any], ...]:
    """Return all kinds, as the apps declare them."""
    return provided("approvals")


def waiting_for(row: Any, approvals: Iterable[Approval[Any]]) -> Approval[Any] | None:
    """The approval for which the row waits now, of several about it."""
    return next((one for one in approvals if one.is_waiting(row)), None)
