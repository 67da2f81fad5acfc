"""The pages of a case: list, form, page, moves, ledger, acts, evidence."""

from typing import Any

from django.test import Client

from tests.cast import World, a_case


def sign_in(client: Client, world: World, name: str) -> None:
    client.force_login(world.user(name), backend="unions.backends.AppointmentBackend")


def test_pages_open(client: Client, world: World) -> None:
    case = a_case(world)
    sign_in(client, world, "he")
    for path in ("/", "/cases/", "/cases/new/", f"/cases/{case.pk}/edit/", f"/cases/{case.pk}/report/", "/escalations/",
                 *(f"/cases/{case.pk}/?tab={tab}" for tab in ("facts", "ledger", "acts", "evidence", "escalations"))):
        assert client.get(path).status_code == 200, path
