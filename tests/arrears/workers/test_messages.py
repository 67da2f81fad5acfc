"""SD-2.2d: cards with the QR code of the window, and messages to workers who agreed, through a real gateway over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.workers import messages, payments
from arrears.workers.models import ArrivalAnswer, MessageKind, PaymentAnswer, Worker, WorkerMessage
from tests.arrears.reminders.test_reminders_sending import Gateway, serve
from tests.arrears.workers.test_workers import listed
from tests.cast import World, a_case
from tests.readers import as_user
from unions import jobs
from unions.common.refusals import Forbidden, Refused
from unions.models import JobState


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """A local HTTP server that takes messages."""
    one = Gateway()
    settings.MESSAGE_WEBHOOK_URL = f"http://127.0.0.1:{one.port}/messages"
    settings.MESSAGE_WEBHOOK_SECRET, settings.MESSAGE_WEBHOOK_TIMEOUT = "s" * 32, 2
    settings.SITE_URL = "https://xinbao.example.org"
    for _ in serve(one.server):
        yield one


@pytest.fixture
def case(world: World) -> Case:
    """Twelve listed workers, two of whom agreed to messages; one of these has no number."""
    made = a_case(world)
    first, second, *_ = listed(world, made)
    Worker.objects.filter(pk__in=[first.pk, second.pk]).update(agreed_on=timezone.localdate())
    second.refresh_from_db()
    second.phone = type(second.phone)("")
    second.save()
    return made


def sent() -> None:
    """What the worker process does."""
    for row in WorkerMessage.objects.filter(state=JobState.WAITING):
        messages.JOB.work(row.pk, timezone.now)


def told(gateway: Gateway) -> list[dict[str, str]]:
    return [json.loads(body) for _, body in gateway.taken]


def workers(case: Case) -> list[Worker]:
    return list(case.workers.order_by("pk"))


def test_SD_2_2d_only_who_agreed_gets_messages_through_a_real_gateway(
    world: World, case: Case, gateway: Gateway
) -> None:
    he = as_user(world, "he")
    page = he.get(reverse("case-workers", args=[case.pk]), headers={"HX-Request": "true"}).text
    assert "同意接收短信 1 人" in page and "发送维权短信（1 人）" in page
    assert he.post(reverse("case-workers-messages", args=[case.pk, "rights"])).status_code == 302
    sent()
    (message,) = told(gateway)
    first = workers(case)[0]
    assert message["to"] == first.phone.text and message["id"] == f"worker-{WorkerMessage.objects.get().pk}"
    assert "https://xinbao.example.org/window/write/?at=" in message["text"] and "12351" in message["text"]
    assert first.name.text not in message["text"] and case.employer.name not in message["text"]
    with pytest.raises(Refused, match="尚未发送过"):
        messages.send_to_all(case, MessageKind.RIGHTS, world.user("he"), timezone.now())
    with pytest.raises(Forbidden):
        messages.send_to_all(case, MessageKind.RIGHTS, world.user("sun"), timezone.now())


def test_SD_2_2d_a_payment_sends_the_link_and_she_answers_by_it(world: World, case: Case, gateway: Gateway) -> None:
    """Decision 052 by message: a link of her own, without number, code or account."""
    owed = {row.pk: row.owed for row in workers(case)}
    payments.pay(case, owed, payments.Payment(timezone.localdate()), world.user("he"), timezone.now())
    assert WorkerMessage.objects.count() == 1, "of twelve paid, the one who agreed"
    sent()
    (message,) = told(gateway)
    found = re.search(r"https://xinbao.example.org(/window/paid/\S+)", message["text"])
    assert found and not messages.to_be_asked(case).exists()
    her = Client()
    assert her.get(found[1]).headers["Location"] == reverse("window-paid")
    page = her.get(reverse("window-paid")).text
    assert "到账" in page
    first = workers(case)[0]
    payment = first.payments.get()
    answer = her.post(reverse("window-paid"), {"payment": payment.pk, "answer": ArrivalAnswer.RECEIVED.value})
    assert answer.status_code in (200, 302)
    assert PaymentAnswer.objects.get().payment_id == payment.pk
    assert Client().get(found[1][:-4] + "AAA/").status_code == 404
    other = signing.dumps(WorkerMessage.objects.get().pk, salt="another")
    assert Client().get(reverse("window-paid-link", args=[other])).status_code == 404
    Worker.objects.filter(pk=first.pk).update(removed_at=timezone.now())
    assert Client().get(found[1]).status_code == 404, "off the list, off the link"
    Worker.objects.filter(pk=first.pk).update(removed_at=None)
    assert Client().get(found[1]).status_code == 302
    first.phone = type(first.phone)("13900001234")
    first.save()
    assert Client().get(found[1]).status_code == 404, "whoever has the number that was wrong sees nothing of hers"


def test_SD_2_2d_who_had_the_link_of_her_last_payment_is_not_asked_again(
    world: World, case: Case, gateway: Gateway
) -> None:
    """A link of an earlier payment counts no more, one sent since the last counts."""
    first, now = workers(case)[0], timezone.now()
    half = payments.Payment(timezone.localdate())
    payments.pay(case, {first.pk: Decimal(100)}, half, world.user("he"), now)
    payments.pay(case, {first.pk: Decimal(100)}, half, world.user("he"), now + timedelta(minutes=5))
    assert WorkerMessage.objects.count() == 2 and not messages.to_be_asked(case).exists()
    WorkerMessage.objects.latest("pk").delete()
    assert messages.to_be_asked(case).get() == first


def test_SD_2_2d_consent_is_noted_and_withdrawn_and_nothing_goes_without(
    world: World, case: Case, gateway: Gateway
) -> None:
    he, worker = as_user(world, "he"), workers(case)[2]
    address = reverse("case-worker", args=[case.pk, worker.pk])
    said = {"seen": worker.version, "owed": str(worker.owed), "agrees": "on"}
    assert he.post(address, said | {"phone": "13900001234"}).status_code == 302
    worker.refresh_from_db()
    assert worker.agreed_on == timezone.localdate()
    assert messages.send_to_all(case, MessageKind.RIGHTS, world.user("he"), timezone.now()) == 2
    he.post(address, {"seen": worker.version, "owed": str(worker.owed)})
    worker.refresh_from_db()
    assert worker.agreed_on is None
    sent()
    assert [row["to"] for row in told(gateway)] == [workers(case)[0].phone.text]
    assert WorkerMessage.objects.get(worker=worker).error == messages.NO_CONSENT


def test_SD_2_2d_a_gateway_that_is_down_is_tried_again_and_without_one_nothing_is_offered(
    world: World, case: Case, gateway: Gateway, settings: Any
) -> None:
    gateway.status = 503
    messages.send_to_all(case, MessageKind.RIGHTS, world.user("he"), timezone.now())
    sent()
    row = WorkerMessage.objects.get()
    assert row.state == JobState.WAITING and "503" in row.error
    gateway.status = 200
    sent()
    assert {one["id"] for one in told(gateway)} == {f"worker-{row.pk}"}, "a repetition bears the same key"
    row.refresh_from_db()
    assert row.state == JobState.DONE and jobs.kinds()["workermessage"] is messages.JOB
    settings.MESSAGE_WEBHOOK_URL = ""
    with pytest.raises(Refused, match="没有设置短信网关"):
        messages.send_to_all(case, MessageKind.RIGHTS, world.user("he"), timezone.now())
    payments.pay(
        case,
        {workers(case)[0].pk: Decimal(1)},
        payments.Payment(timezone.localdate()),
        world.user("he"),
        timezone.now(),
    )
    assert WorkerMessage.objects.count() == 1, "and a payment waits for no gateway"


def test_SD_2_2d_cards_for_helmets_lead_to_the_window_of_the_unit(world: World) -> None:
    sun = as_user(world, "sun")
    page = sun.get(reverse("window-poster", args=["370202"]), {"cards": "on"})
    assert page.text.count('class="rights-card"') == 21 and "at=370202" in page.text
    assert "维权卡" in sun.get(reverse("window-poster", args=["370202"])).text
    assert sun.get(reverse("window-poster", args=["370203"]), {"cards": "on"}).status_code == 404
