"""Run in the working copy to which test_recipes.py added things: makes its migrations, and uses what was added."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "probe_settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from arrears.cases import ledger  # noqa: E402
from arrears.cases.models import Case  # noqa: E402
from arrears.reminders.models import ReminderKind, Sending  # noqa: E402
from arrears.reminders.outbox import NewReminder, put, send_due  # noqa: E402
from unions.models import Appointment, Event, User  # noqa: E402

NOW = timezone.now()


def enter(name: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.get(username=name), backend="unions.people.backends.AppointmentBackend")
    return client


def page(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:2000])
    return answer.content.decode()


def ledger_kind(case: Case) -> None:
    """Posted by the officer from the form of the case page, and off what is outstanding."""
    before, he = ledger.balance(case).outstanding.amount, enter("he")
    assert "以物抵付" in page(he.get(reverse("case", args=[case.pk]), {"tab": "ledger"}))
    entry = {"seen": case.version, "kind": "goods", "on": "2026-11-18", "workers": 1, "amount": "100.00"}
    page(he.post(reverse("case-entry", args=[case.pk]), entry), 302)
    after = ledger.balance(case)
    assert before - after.outstanding.amount == Decimal(100) and after.resolved.amount >= 100
    assert "记“以物抵付”1 人、100.00 元" in page(he.get(reverse("case", args=[case.pk]), {"tab": "facts"}))


def role(case: Case) -> None:
    """Given by the administrator from the page of appointments; sees the cases below and does nothing to them."""
    User.objects.create_user("guan", "a-good-long-password", name="管察")
    given = {"who": "there", "person": "guan", "role": "observer", "since": "2026-01-01"}
    answer = enter("wu").post(reverse("union-appoint", args=["370202"]), given)
    assert Appointment.objects.filter(user__username="guan", role="observer").exists(), page(answer)
    guan = enter("guan")
    assert "观察员" in page(guan.get(reverse("desk")))
    page(guan.get(reverse("case", args=[case.pk])))
    page(guan.get(reverse("case-edit", args=[case.pk])), 403)
    page(guan.get(reverse("approvals")), 403)


def reminder_way(case: Case) -> None:
    """Chosen on the settings page, and sent to the gateway that stands beside this program."""
    li = enter("li")
    assert "语音电话" in page(li.get(reverse("reminder-preferences")))
    given = {"in_app": ["digest"], "phone_to": "13800000000", "phone": ["digest"]}
    page(li.post(reverse("reminder-preferences"), given), 302)
    user = User.objects.get(username="li")
    put([NewReminder(user.pk, ReminderKind.DIGEST, "probe", "今日 1 项", "/obligations/")], NOW)
    assert [row.via for row in Sending.objects.all()] == ["phone"]
    assert send_due(lambda: NOW + timedelta(minutes=1)) == 1
    assert Sending.objects.get().state == "done"


def feature(case: Case) -> None:
    """Its page is found, keeps strangers out, writes its row and its event, and the timeline says so."""
    url, he = reverse("case-calls", args=[case.pk]), enter("he")
    page(he.get(url))
    page(he.post(url, {"text": ""}), 422)
    page(he.post(url, {"text": "已到现场"}), 302)
    assert "已到现场" in page(he.get(url))
    page(enter("wang").post(url, {"text": "旁人"}), 403)
    page(enter("feng").get(url), 404)
    assert Event.objects.filter(stream=case.stream, verb="call.write").count() == 1
    assert "记下通话" in page(he.get(reverse("case", args=[case.pk]), {"tab": "facts"}))


call_command("makemigrations", verbosity=0)
call_command("check")
call_command("migrate", verbosity=0)
CASE = Case.objects.filter(state="open", union__code="370202E0001").earliest("pk")
for proves in (ledger_kind, role, reminder_way, feature):
    CASE.refresh_from_db()
    proves(CASE)
    sys.stdout.write(f"{proves.__name__}\n")
