"""Which returns wait for whom: lists of 报表报送, the box on the desk, the number in the sidebar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import F, Q

from arrears.law.obligations.local import local
from reporting.returns.actions import approval
from reporting.returns.models import Return, ReturnQuerySet
from reporting.returns.status import ReturnStatus, S, status_of
from unions.duties import Duty
from unions.models import User, acts_at
from unions.pages import count_each
from unions.people.rights import Right, RoleName

# Still to be done by the unit itself.
TO_DO = Q(stage__in=[S.OPEN, S.RETURNED, S.AMENDING]) | Q(stage=S.IMPLIED, contradicted_at__isnull=False)


def own_returns(user: User) -> ReturnQuerySet:
    return Return.objects.visible_to(user).filter(path__in=user.paths(Right.VIEW))


def to_prepare(user: User) -> ReturnQuerySet:
    """What the reader signs as 制表人 and is still to be done."""
    return Return.objects.filter(TO_DO, acts_at(user.paths(Right.SUBMIT), "union"))


def to_approve(user: User) -> ReturnQuerySet:
    return cast(ReturnQuerySet, approval.awaiting(user))


def to_receive(user: User) -> ReturnQuerySet:
    paths = sorted({*user.paths(Right.SUBMIT), *user.paths(Right.RECEIVE)})
    return Return.objects.filter(acts_at(paths, "receiver"), stage=S.SUBMITTED)


def waiting(user: User) -> ReturnQuerySet:
    """What waits for the reader: to fill in, to approve, to receive; no return stands in two of these."""
    wanted = Q()
    for part in (to_prepare(user), to_approve(user), to_receive(user)):
        wanted |= Q(pk__in=part.order_by().values("pk"))
    return Return.objects.filter(wanted)


@dataclass(frozen=True)
class ReturnListing:
    """`needs`: rights of which one is enough. `by_clock`: the next due first, else the newest first."""

    label: str
    rows: Callable[[User], ReturnQuerySet]
    empty: str
    needs: tuple[Right, ...] = (Right.VIEW,)
    by_clock: bool = False


LISTINGS: dict[str, ReturnListing] = {
    "prepare": ReturnListing(
        "待填报", to_prepare, "没有待填报的报表。到期以前，应报的报表会自动列在这里。", (Right.SUBMIT,), True
    ),
    "approve": ReturnListing("待我审批", to_approve, "没有待您审批的报表。", (Right.APPROVE,), True),
    "receive": ReturnListing("待我接收", to_receive, "没有待您接收的报表。", (Right.SUBMIT, Right.RECEIVE), True),
    "own": ReturnListing("本单位报表", own_returns, "本单位还没有应报的报表。"),
    "all": ReturnListing("含所辖单位", lambda user: Return.objects.visible_to(user), "还没有应报的报表。"),
}


WAITING = ("prepare", "approve", "receive")  # the lists of what waits for the reader


def waiting_counts(user: User) -> dict[str, int]:
    """Key of the list → how many wait for the reader there: for the tabs, the box and the sidebar. One query."""
    return count_each(user, {key: LISTINGS[key].rows(user) for key in WAITING})


def lists_offered(user: User) -> dict[str, ReturnListing]:
    """The lists of use to this reader."""
    return {key: row for key, row in LISTINGS.items() if any(user.paths(right) for right in row.needs)}


@dataclass(frozen=True)
class DeskTask:
    """One row of the desk: what the reader is to do with a return."""

    act: str
    status: ReturnStatus


def desk_tasks(user: User, now: datetime, most: int) -> list[DeskTask]:
    """The first of what waits for the reader, by their terms. One query."""
    found = waiting(user).select_related("union", "receiver", "current").order_by("due_at", "pk")
    return [DeskTask(_act(row), status_of(row, now)) for row in found[:most]]


def _act(row: Return) -> str:
    return {S.SIGNED: "审批", S.SUBMITTED: "接收", S.RETURNED: "退回，重报"}.get(S(row.stage), "填报")


# ---- where nobody can ------------------------------------------------------------------------------------------------


def _unfilled(now: datetime) -> ReturnQuerySet:
    """Due soon, overdue or sent back; where silence says zero nobody need write."""
    wanted = Q(due_at__lte=now + local().soon) | ~Q(stage=S.OPEN)
    rows = Return.objects.filter(TO_DO, wanted).exclude(silence_is_zero=True, stage=S.OPEN)
    return rows.annotate(duty_unit=F("union_id"))


def _unreceived(now: datetime) -> ReturnQuerySet:
    return Return.objects.filter(stage=S.SUBMITTED, receiver__isnull=False).annotate(duty_unit=F("receiver_id"))


PREPARING = Duty("return", RoleName.STATISTICIAN, "报表待填报", (Right.SUBMIT,), _unfilled)
RECEIVING = Duty("receive-return", RoleName.STATISTICIAN, "报表待接收", (Right.SUBMIT, Right.RECEIVE), _unreceived)
