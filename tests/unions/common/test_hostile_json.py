"""JSON without end, and JSON that is nothing: a sentence in Chinese, and nothing is written."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from arrears.cases.models import Case
from tests.cast import World

BACKEND = "unions.people.backends.AppointmentBackend"


@pytest.mark.parametrize(
    "body", ["[" * 50_000, '{"a":' * 50_000, "[" * 50_000 + "]" * 50_000], ids=["opened", "objects", "closed again"]
)
def test_brackets_within_brackets(world: World, body: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.user("li"), backend=BACKEND)
    for address in ("/api/cases/", "/api/warnings/"):
        answer = client.post(address, body, content_type="application/json")
        assert (answer.status_code, "嵌套太深" in answer.json()["detail"]) == (400, True)
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["null", "[]", '"a"', "1", "true", ""])
def test_json_that_is_no_object(world: World, body: str) -> None:
    """`null` was told in English."""
    client = Client(raise_request_exception=False)
    client.force_login(world.user("li"), backend=BACKEND)
    for address in ("/api/cases/", "/api/warnings/"):
        answer = client.post(address, body, content_type="application/json")
        told = json.dumps(answer.json(), ensure_ascii=False)
        assert answer.status_code in (400, 422)
        assert "No data" not in told and "Invalid" not in told and "required" not in told
    if body == "null":
        assert "空的" in answer.json()["detail"]
