"""Appointing and dismissing people, and keeping django-guardian's rows in step with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import F, Q, QuerySet
from guardian.shortcuts import remove_perm

from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Agency, Appointment, Union, UnionUserObjectPermission, User
from unions.people.rights import ALSO_BY_SECURITY, APART, ROLES, Right, RoleName
from unions.waiting import forget_numbers


def may_appoint(actor: User, role: RoleName, union: Union) -> bool:
    """Whether `actor` may give or take `role` at `union`."""
    if actor.may(ROLES[role].appointed_by, union):
        return True
    return role in ALSO_BY_SECURITY and actor.may(Right.ACCOUNTS, union)


def appointable_roles(actor: User, union: Union) -> list[RoleName]:
    return [role for role in ROLES if may_appoint(actor, role, union)]


def _check(actor: User, user: User, role: RoleName, union: Union) -> None:
    if not may_appoint(actor, role, union):
        raise Forbidden(f"您没有在“{union}”任免“{role.label}”的权限。")
    if actor == user:
        raise Forbidden("不能任免自己，请由另一位管理员办理。")


@transaction.atomic
def appoint(
    user: User,
    union: Union,
    role: RoleName,
    since: date,
    by: User,
    at: datetime,
    until: date | None = None,
    acting_for: User | None = None,
    agency: Agency | None = None,
) -> Appointment:
    """Give `user` a role at `union`. Acting for another needs that person's own appointment to the role there.

    `agency`: for 协作部门人员 alone, the department of that unit she speaks for.
    """
    _check(by, user, role, union)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refused(f"{user.name}的账号已停用，请先由安全管理员启用。")
    if since < union.valid_from:
        raise Refused(f"“{union}”{union.valid_from} 才成立，任职起日不能更早。", {"since": "早于单位成立日期。"})
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，不能再任命人员。")
    if until and until < since:
        raise Refused("任职止日早于起日，请改正日期。")
    _check_agency(role, union, agency)
    if acting_for == user:
        raise Refused("不能代理自己。")
    if (
        acting_for
        and not acting_for.appointments.in_force(since).filter(union=union, role=role, acting_for=None).exists()
    ):
        raise Refused(f"{acting_for.name}在该单位没有“{role.label}”任职，无从代理。")
    overlapping = user.appointments.exclude(until__lt=since)
    if until:
        overlapping = overlapping.exclude(since__gt=until)
    if overlapping.filter(union=union, role=role, acting_for=acting_for, agency=agency).exists():
        raise Refused(f"{user.name}在该单位已任“{role.label}”，无需重复任命。")
    _check_separation(user, role, overlapping)
    row = Appointment.objects.create(
        user=user,
        union=union,
        role=role,
        since=since,
        until=until,
        acting_for=acting_for,
        appointed_by=by,
        agency=agency,
    )
    _note(row, "appoint", by, at)
    return row


def _check_agency(role: RoleName, union: Union, agency: Agency | None) -> None:
    if role != RoleName.AGENCY:
        if agency is not None:
            raise Refused("只有协作部门人员需要选择部门。", {"agency": "此角色不选部门。"})
        return
    if agency is None or agency.union_id != union.pk or agency.ended_on:
        raise Refused(
            f"请选择“{union}”登记的协作部门；还没有登记的，先在“协作部门”中登记。", {"agency": "请选择部门。"}
        )


def _check_separation(user: User, role: RoleName, others: QuerySet[Appointment]) -> None:
    """The three platform roles are kept apart from each other and from everything else; so are people of departments."""
    held = {RoleName(name) for name in others.values_list("role", flat=True)} - {role}
    if held and (role in APART or held & APART):
        first = next(iter(held & APART or held))
        if RoleName.AGENCY in (role, first):
            raise Refused(f"{user.name}同期任“{first.label}”：协作部门人员不在工会任职，请另开账号。")
        raise Refused(f"{user.name}同期任“{first.label}”，不能兼任“{role.label}”：系统、安全、审计三员须各设其人。")


@transaction.atomic
def dismiss(appointment: Appointment, on: date, by: User, at: datetime) -> Appointment:
    """The appointment's last day becomes the day before `on`, at the earliest yesterday."""
    _check(by, appointment.user, RoleName(appointment.role), appointment.union)
    if on < day_of(at):
        raise Refused("卸任不能倒填日期，最后一天最早为昨天。", {"last_day": "最早为昨天。"})
    row = Appointment.objects.select_for_update(of=("self",)).select_related("user", "union").get(pk=appointment.pk)
    if row.until and row.until < on:
        raise Refused("这项任职已经结束，或本来就在这一天之前结束。")
    end(row, on, by, at)
    return row


@transaction.atomic
def set_away(row: Appointment, since: date | None, until: date | None, by: User, at: datetime) -> Appointment:
    """离岗: nobody counts on her from `since` until `until`, both included; None for both: she is back. Her own, or by who appoints."""
    if by != row.user and not may_appoint(by, RoleName(row.role), row.union):
        raise Forbidden(f"您不能登记{row.user.name}的离岗：由本人或“{row.union}”的单位管理员登记。")
    row = Appointment.objects.select_for_update(of=("self",)).select_related("user", "union").get(pk=row.pk)
    if since is not None and until is not None:
        if until < since:
            raise Refused.for_field("until", "离岗止日早于起日，请改正。")
        if until < day_of(at):
            raise Refused.for_field("until", "离岗止日已过，请填写今天或以后的日期。")
    row.away_since, row.away_until = since, until
    row.save(update_fields=["away_since", "away_until"])
    audit.record(
        f"union:{row.union_id}",
        "away" if since else "back",
        by,
        at,
        union=row.union,
        user=row.user_id,
        role=row.role,
        since=since,
        until=until,
    )
    left([row.union_id], at)
    return row


def pass_on(row: Appointment, successor: Union, on: date, by: User | None, at: datetime) -> Appointment:
    """Whoever speaks for a department goes on doing so beside the unit that takes over; the old appointment is ended by the caller."""
    new = Appointment.objects.create(
        user=row.user, union=successor, role=row.role, since=on, until=row.until, agency=row.agency, appointed_by=by
    )
    _note(new, "appoint", by, at)
    return new


def end(row: Appointment, on: date, by: User | None, at: datetime) -> None:
    """End it before `on`. One that has not begun goes; one that began stays for at least its first day, because
    whoever stood in for another, however briefly, is tied to her by the second-person rule."""
    if row.since > day_of(at):
        row.delete()
    else:
        row.until = max(row.since, on - timedelta(days=1))
        row.save(update_fields=["until"])
    _note(row, "dismiss", by, at)
    left([row.union_id], at)


def left(units: Collection[int], at: datetime) -> None:
    """Somebody at these units does no more what she did: apps declare "appointment followers", in the same transaction."""
    for follow in provided("appointment followers"):
        follow(units, at)


def _note(row: Appointment, verb: str, by: User | None, at: datetime) -> None:
    sync_rights(row.user, day_of(at))
    audit.record(
        f"union:{row.union_id}",
        verb,
        by,
        at,
        union=row.union,
        user=row.user_id,
        role=row.role,
        since=row.since,
        until=row.until,
        acting_for=row.acting_for_id,
    )


@transaction.atomic
def sync_rights(user: User, today: date) -> None:
    """Bring the guardian rows of `user` into step with the appointments in force on `today`."""
    User.objects.select_for_update().get(pk=user.pk)
    wanted = {
        (row.union_id, right.value)
        for row in user.appointments.in_force(today)
        for right in ROLES[RoleName(row.role)].rights
    }
    held = set(
        UnionUserObjectPermission.objects.filter(user=user).values_list("content_object_id", "permission__codename")
    )
    _grant(user, wanted - held)
    unions = Union.objects.in_bulk({union_id for union_id, _ in held - wanted})
    for union_id, right in held - wanted:
        remove_perm(f"unions.{right}", user, unions[union_id])
    User.objects.filter(pk=user.pk).update(rights_on=today)
    user.rights_on = today
    user.forget_grants()
    forget_numbers([user.pk])


def _grant(user: User, rights: set[tuple[int, str]]) -> None:
    """guardian's rows for (union id, right) pairs: one write for all, where `assign_perm` takes four queries each."""
    permissions = dict(
        Permission.objects.filter(
            content_type__app_label="unions", codename__in={right for _, right in rights}
        ).values_list("codename", "pk")
    )
    UnionUserObjectPermission.objects.bulk_create(
        [
            UnionUserObjectPermission(user=user, content_object_id=union_id, permission_id=permissions[right])
            for union_id, right in rights
        ],
        ignore_conflicts=True,
    )


def sync_all_rights(today: date) -> int:
    """Bring everyone's rights into step whose appointments began or ended since she was last looked at; how many."""
    turned = Appointment.objects.filter(
        Q(since__gt=F("user__rights_on"), since__lte=today) | Q(until__gte=F("user__rights_on"), until__lt=today)
    )
    users = User.objects.filter(Q(pk__in=turned.values("user")) | Q(rights_on=None))
    count = 0
    for user in users.iterator(chunk_size=500):
        sync_rights(user, today)
        count += 1
    User.objects.exclude(rights_on=today).update(rights_on=today)
    return count


def read_grants(user: User) -> dict[str, list[str]]:
    """Right → paths of the units it was granted at: the grant rows read directly in one query."""
    grants: dict[str, list[str]] = {}
    rows = UnionUserObjectPermission.objects.filter(user=user).values_list(
        "permission__codename", "content_object__path"
    )
    for right, path in rows:
        grants.setdefault(right, []).append(path)
    return grants


def stand_ins(user_ids: set[int], day: date, since: date | None = None) -> set[int]:
    """Everyone tied to these people by a stand-in appointment at any time from `since` to `day` (second-person rule).

    Ties hold in either direction. Without `since`, on `day` alone.
    """
    tied = Appointment.objects.filter(since__lte=day).exclude(until__lt=since or day).exclude(acting_for=None)
    return set(tied.filter(acting_for__in=user_ids).values_list("user_id", flat=True)) | set(
        tied.filter(user__in=user_ids).values_list("acting_for_id", flat=True)
    )
