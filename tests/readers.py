"""Readers of the pages: signed-in clients, days, and a case brought some way along."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from arrears.cases import ledger, workflow
from arrears.cases.models import Case, EntryKind
from tests.cast import FOUNDED, PASSWORD, World, a_case
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName


def days_ago(days: int) -> str:
    """The day in ISO form, as a date field sends it."""
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def as_user(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


def appointed(world: World, name: str, code: str, role: RoleName) -> User:
    """Somebody, perhaps new, with a further appointment and its rights."""
    user = User.objects.filter(username=name).first() or User.objects.create_user(name, PASSWORD, name=name)
    Appointment.objects.create(user=user, union=world.unions[code], role=role, since=FOUNDED)
    sync_rights(user, timezone.localdate())
    return user


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def paid_off(world: World, case: Case, by: str = "he") -> Case:
    today = timezone.localdate()
    ledger.post(
        case, EntryKind.PAID, today, world.user(by), timezone.now(), workers=12, migrants=10, amount=Decimal(120000)
    )
    case.refresh_from_db()
    return case


def settled(world: World, **facts: Any) -> Case:
    case = paid_off(world, a_case(world, **facts))
    return workflow.move(case, "settle", world.user("he"), timezone.now(), seen=case.version, conclusion="paid")
