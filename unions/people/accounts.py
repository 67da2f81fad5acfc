"""Accounts: opened with a one-time password, disabled, unlocked. What a person may do is in her appointments."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from axes.utils import reset as forget_failures
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Appointment, User, under
from unions.people.rights import Right

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


def _check(actor: User, user: User, at: datetime) -> None:
    if actor == user:
        raise Forbidden("不能处理自己的账号，请由另一位安全管理员办理。")
    if not guarded_by(actor, day_of(at)).filter(pk=user.pk).exists():
        raise Forbidden(f"{user.name}在您管理范围以外的单位也有任职，请联系上级安全管理员。")


@transaction.atomic
def reset_password(user: User, by: User, at: datetime) -> str:
    """A new one-time password; every session of hers ends."""
    _check(by, user, at)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_failures(username=user.username)
    audit.record(f"user:{user.pk}", "reset-password", by, at)
    return password


@transaction.atomic
def set_active(user: User, active: bool, by: User, at: datetime) -> None:
    _check(by, user, at)
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(f"user:{user.pk}", "enable" if active else "disable", by, at)


@transaction.atomic
def unlock(user: User, by: User, at: datetime) -> None:
    """Forget her wrong passwords, so that she need not wait."""
    _check(by, user, at)
    forget_failures(username=user.username)
    audit.record(f"user:{user.pk}", "unlock", by, at)
