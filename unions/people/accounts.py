"""Accounts: opened with a one-time password, disabled, unlocked. What a person may do is in her appointments."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime

from axes.utils import reset as forget_failures
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Appointment, User, under
from unions.people.appointments import left
from unions.people.notices import Notice, tell
from unions.people.rights import PLATFORM, Right, RoleName

# Without characters that are taken for one another on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Four groups of four characters, 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def open_account(username: str, name: str, by: User | None, at: datetime, email: str = "") -> tuple[User, str]:
    """A new account and its one-time password, which is stored nowhere in the clear."""
    taken = Refused(f"账号 {username} 已有人使用，请换一个。", {"username": "账号已被使用。"})
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    password = one_time_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password, name=name, email=email, must_change_password=True)
    except IntegrityError as error:  # opened by somebody else, or by a second click, at this very moment
        raise taken from error
    audit.record(f"user:{user.pk}", "open-account", by, at, username=username, name=name)
    return user, password


def _current(day: date) -> QuerySet[Appointment]:
    """Appointments in force on `day` or to come."""
    return Appointment.objects.filter(Q(until=None) | Q(until__gte=day))


def guarded_by(actor: User, day: date) -> QuerySet[User]:
    """Accounts whose every appointment lies where `actor` guards accounts, and those without any."""
    paths = actor.paths(Right.ACCOUNTS)
    if not paths:
        return User.objects.none()
    theirs = _current(day).filter(user=OuterRef("pk"))
    return User.objects.exclude(Exists(theirs.exclude(under(paths, "union__path"))))


def resettable(actor: User, people: Collection[int], day: date) -> set[int]:
    """Whose passwords of these people (ids) `actor` may set anew on `day`; never her own. At most three queries.

    A security administrator: those she guards. A unit administrator: people all of whose appointments stand in her unit, or below it
    where no other administrator stands in between, and who hold no platform role (decision 042).
    """
    found = set(guarded_by(actor, day).filter(pk__in=people).values_list("pk", flat=True))
    if nodes := actor.paths(Right.PEOPLE):
        found |= _in_care(nodes, people, day)
    return found - {actor.pk}


def _in_care(nodes: list[str], people: Collection[int], day: date) -> set[int]:
    rows = list(_current(day).filter(user__in=people).select_related("union"))
    lines = {unit for row in rows for unit in row.union.line_ids()}
    there = Appointment.objects.present(day).filter(union__in=lines, role=RoleName.UNIT_ADMIN, user__is_active=True)
    administrators = list(there.values_list("user_id", "union__path"))
    elsewhere = {row.user_id for row in rows if not _is_in_care(row, nodes, administrators)}
    return {row.user_id for row in rows} - elsewhere


def _is_in_care(row: Appointment, nodes: list[str], administrators: Iterable[tuple[int, str]]) -> bool:
    """Whether one of `nodes` is the unit of the appointment, or the nearest above that has an administrator beside the person herself."""
    if row.role in PLATFORM:
        return False
    nearer = [path for user, path in administrators if user != row.user_id and row.union.path.startswith(path)]
    nearest = max(map(len, nearer), default=0)
    return any(row.union.path.startswith(node) and len(node) >= nearest for node in nodes)


def _check(actor: User, user: User, at: datetime) -> None:
    if actor == user:
        raise Forbidden("不能处理自己的账号，请由另一位安全管理员办理。")
    if not guarded_by(actor, day_of(at)).filter(pk=user.pk).exists():
        raise Forbidden(f"{user.name}在您管理范围以外的单位也有任职，请联系上级安全管理员。")


@transaction.atomic
def reset_password(user: User, by: User, at: datetime) -> str:
    """A new one-time password, to be changed when she signs in; every session of hers ends, and she is told."""
    _check_reset(by, user, at)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_failures(username=user.username)
    audit.record(f"user:{user.pk}", "reset-password", by, at)
    key = f"password:{user.pk}:{at:%Y%m%d%H%M%S}"
    text = f"您的登录密码已于 {moment(at)} 由管理员重设，原密码失效。如非本人要求，请立即联系本单位或上级工会的单位管理员。"
    tell([Notice([user.pk], key, "您的登录密码已重设", text, reverse("password"))], at)
    return password


def _check_reset(actor: User, user: User, at: datetime) -> None:
    if actor == user:
        raise Forbidden("不能重设自己的密码：记得现在密码的，请在“修改密码”中办理；忘记的，由另一位管理员重设。")
    if user.pk in resettable(actor, [user.pk], day_of(at)):
        return
    if actor.paths(Right.ACCOUNTS):
        _check(actor, user, at)
    raise Forbidden(
        f"{user.name}的密码不能由您重设：须由其任职单位的单位管理员办理，该单位没有管理员的由最近的上级工会办理；"
        "在几个单位任职的，以及系统、安全、审计人员，由安全管理员办理。"
    )


@transaction.atomic
def set_active(user: User, active: bool, by: User, at: datetime) -> None:
    _check(by, user, at)
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(f"user:{user.pk}", "enable" if active else "disable", by, at)
    if not active:
        left(list(user.appointments.in_force(day_of(at)).values_list("union_id", flat=True)), at)


@transaction.atomic
def unlock(user: User, by: User, at: datetime) -> None:
    """Forget her wrong passwords, so that she need not wait."""
    _check(by, user, at)
    forget_failures(username=user.username)
    audit.record(f"user:{user.pk}", "unlock", by, at)
