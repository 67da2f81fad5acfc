"""What whoever keeps units or the installation running should see on her desk: each a line with its number and a button.

Apps declare "upkeep": functions of a user and the moment. Who holds none of the rights is asked nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessFailureLog
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from unions import jobs
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.formats import elapsed, moment
from unions.models import Appointment, Event, Seal, Union, User
from unions.models.job import JobState
from unions.people import agencies
from unions.people.rights import Right, RoleName

RECENT = timedelta(days=7)  # how long a failed job or sending is told
PATIENCE = timedelta(minutes=10)  # a job that waits longer has nobody who does it
LOCKED_TOLD = timedelta(days=1)  # how long a suspended account is told
LOW_SPACE = 10  # percent of the disk left
UNSEALED = timedelta(hours=26)  # events are sealed every day
NAMED = 3  # units named in a line


@dataclass(frozen=True)
class UpkeepLine:
    """`tone`: bad (somebody must do something), busy (soon) or good. `url`: where it is mended or read."""

    label: str
    words: str
    tone: str
    url: str = ""
    button: str = ""


def upkeep_of(user: User, now: datetime) -> list[UpkeepLine]:
    """What is to be mended first, then what is in order."""
    lines = [line for part in provided("upkeep") for line in part(user, now)]
    return sorted(lines, key=lambda line: ("bad", "busy", "good").index(line.tone))


def of_units(user: User, now: datetime) -> Iterator[UpkeepLine]:
    """For unit administrators: posts, duty officers, liaison people and accounts of their units and those directly below."""
    paths = user.paths(Right.PEOPLE)
    if not paths:
        return
    units = Union.objects.filter(Q(path__in=paths) | Q(parent__path__in=paths), valid_until=None)
    without = list(_without(RoleName.APPROVER, units, now))
    yield _units("暂无审批人", "单位均有审批人", without, "union-appoint", "任命审批人")
    yield _units(
        "未登记值班人员或电话", "值班人员均已登记", list(units.without_duty_officer()), "union-edit", "登记值班"
    )
    gaps = len(agencies.gaps(user))
    said = f"{gaps} 处未登记协作部门或联络员" if gaps else "协作部门和联络员均已登记"
    yield UpkeepLine(
        "协作部门联络", said, "busy" if gaps else "good", reverse("agency-gaps"), "补登联络员" if gaps else ""
    )
    yield _locked(Appointment.objects.in_force(day_of(now)).filter(union__in=units), now, reverse("unions"))


def of_accounts(user: User, now: datetime) -> Iterator[UpkeepLine]:
    """For the security administrator: accounts that cannot get in, units nobody administers."""
    if not user.paths(Right.ACCOUNTS):
        return
    units = Union.objects.filter(path__in=user.paths(Right.ACCOUNTS), valid_until=None)
    below = Union.objects.filter(parent__in=units.values("pk"), valid_until=None)
    without = list(_without(RoleName.UNIT_ADMIN, below, now))
    yield _units("暂无单位管理员", "下级单位均有单位管理员", without, "union-appoint", "任命单位管理员")
    yield _locked(None, now, reverse("accounts"))


def of_installation(user: User, now: datetime) -> Iterator[UpkeepLine]:
    """For the system administrator: what works in the background, and the room that is left."""
    if not user.paths(Right.STRUCTURE):
        return
    failed, waiting = 0, 0
    for kind in jobs.kinds().values():
        failed += kind.jobs.filter(state=JobState.FAILED, finished_at__gte=now - RECENT).count()
        waiting += kind.jobs.filter(state=JobState.WAITING, changed_at__lt=now - PATIENCE).count()
    yield UpkeepLine(
        "后台任务",
        f"近 7 天有 {failed} 项没有完成，由提出人在原页面查看原因、重新提交" if failed else "近 7 天没有失败的任务",
        "bad" if failed else "good",
    )
    yield UpkeepLine(
        "任务队列",
        f"{waiting} 项排队超过 10 分钟，请检查后台服务是否运行" if waiting else "没有积压",
        "bad" if waiting else "good",
    )
    yield _storage()


def of_audit(user: User, now: datetime) -> Iterator[UpkeepLine]:
    """For the auditor: when the log was last sealed."""
    if not user.paths(Right.AUDIT):
        return
    seal = Seal.objects.order_by("-id").first()
    since = seal.at if seal else now - UNSEALED * 2
    left = Event.objects.filter(pk__gt=seal.last_event_id if seal else 0).exists()
    late = left and since < now - UNSEALED
    said = f"最近封存 {moment(seal.at)}（{elapsed(seal.at, now)}前）" if seal else "尚未封存"
    yield UpkeepLine(
        "操作记录封存",
        f"{said}，此后的记录未按日封存，请联系系统管理员" if late else said,
        "bad" if late else "good",
        reverse("audit"),
        "核验操作记录",
    )


def _without(role: RoleName, units: Any, now: datetime) -> Any:
    there = Appointment.objects.present(day_of(now)).filter(union=OuterRef("pk"), role=role, user__is_active=True)
    return units.filter(~Exists(there.order_by())).order_by("depth", "code")


def _units(label: str, none: str, units: Sequence[Union], page: str, button: str) -> UpkeepLine:
    """A line about units that lack something; the button mends the first."""
    if not units:
        return UpkeepLine(label, none, "good")
    names = "、".join(unit.name for unit in units[:NAMED])
    more = f"等 {len(units)} 个单位" if len(units) > NAMED else ""
    return UpkeepLine(label, f"{names}{more}", "bad", reverse(page, args=[units[0].code]), button)


def _locked(held: Any, now: datetime, url: str) -> UpkeepLine:
    """Accounts whose password was given wrong so often within a day that signing in was suspended. `held`: appointments they must hold."""
    tried = AccessFailureLog.objects.filter(locked_out=True, attempt_time__gte=now - LOCKED_TOLD)
    people = User.objects.filter(username__in=tried.values("username"))
    if held is not None:
        people = people.filter(pk__in=held.order_by().values("user"))
    names = "、".join(people.order_by("username").values_list("name", flat=True)[:NAMED])
    said = f"{names}近 24 小时密码多次错误，被限制登录" if names else "近 24 小时没有被限制登录的账号"
    return UpkeepLine(
        "账号登录限制", said, "busy" if names else "good", url if names else "", "查看账号" if names else ""
    )


def forget_locked(now: datetime) -> None:
    """Of wrong passwords nothing is kept that is told no more."""
    AccessFailureLog.objects.filter(attempt_time__lt=now - LOCKED_TOLD).delete()


def _storage() -> UpkeepLine:
    place = settings.MEDIA_ROOT
    try:
        disk = shutil.disk_usage(place)
    except OSError:
        return UpkeepLine("存储空间", "存放文件的目录无法读取，请检查 MEDIA_ROOT", "bad")
    left = disk.free * 100 // disk.total
    said = f"剩余 {disk.free / 2**30:,.1f} GB（{left}%）"
    return UpkeepLine("存储空间", said, "bad" if left < LOW_SPACE else "good")
