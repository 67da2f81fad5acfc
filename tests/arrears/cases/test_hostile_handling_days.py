"""Days at the end of time in plans, oversight and letters: said at the field or kept, never a fault, on no page after."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from arrears.cases.models import Case
from arrears.plans.models import Plan
from arrears.serious.models import Oversight
from tests.cast import World, a_case
from tests.readers import days_ago

FAR = ["9999-12-31", "9998-01-01", "2999-12-31"]
PAGES = [
    "/cases/{}/",
    "/cases/{}/?tab=plans",
    "/cases/{}/?tab=heavy",
    "/cases/{}/file/",
    "/obligations/",
    "/desk/",
    "/",
    "/heavy/",
]


def patient(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


def pages_stand(client: Client, case: Case) -> list[str]:
    return [url for url in PAGES if client.get(url.format(case.pk)).status_code >= 500]


@pytest.mark.parametrize("due", FAR)
def test_a_promise_for_the_end_of_time(world: World, due: str) -> None:
    case, he = a_case(world), patient(world, "he")
    said = {
        "seen": case.version,
        "rows": "1",
        "agreed_on": days_ago(1),
        "basis": "negotiation",
        "due_1": due,
        "amount_1": "120000",
        "workers_1": "12",
    }
    answer = he.post(f"/cases/{case.pk}/plans/repayment/new/", said)
    assert answer.status_code in (302, 422)
    assert Plan.objects.count() == (answer.status_code == 302)
    assert pages_stand(he, case) == []


@pytest.mark.parametrize("due", FAR)
def test_an_oversight_for_the_end_of_time(world: World, due: str) -> None:
    case, sun = a_case(world), patient(world, "sun")
    said: dict[str, Any] = {
        "kind": "listed",
        "setter": world.unions["370202"].pk,
        "responsible": "周主席",
        "demand": "清偿",
        "due_on": due,
    }
    answer = sun.post(f"/cases/{case.pk}/oversight/", said)
    assert answer.status_code in (302, 422), answer.status_code
    if row := Oversight.objects.first():
        page = patient(world, "zhou").get(row.get_absolute_url())
        shown = page.context["seal"] if page.context else ""
        approved = patient(world, "zhou").post(
            f"/heavy/oversights/{row.pk}/approve/", {"seen": shown, "seal": shown, "opinion": ""}
        )
        assert approved.status_code < 500
    assert pages_stand(sun, case) == [] and pages_stand(patient(world, "he"), case) == []
