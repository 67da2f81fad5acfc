"""Signing in, the tree, the pages of units, people and structure."""

from typing import Any

from django.test import Client

from tests.cast import PASSWORD, World


def test_signing_in_leads_to_the_page_asked_for(client: Client, world: World) -> None:
    answer = client.get("/unions/")
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/?next=/unions/"
    answer = client.post("/sign-in/?next=/unions/", {"username": "sun", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/unions/")
    assert "市南区总工会" in client.get("/unions/").text


def test_next_never_leads_elsewhere(client: Client, world: World, settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "unions"
    answer = client.post(
        "/sign-in/", {"username": "sun", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert answer["Location"] == "/unions/"


def test_signing_out_is_a_post(client: Client, world: World) -> None:
    client.force_login(world.user("sun"), backend="unions.backends.AppointmentBackend")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
