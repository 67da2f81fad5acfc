"""Which forms concern whom: those of other places are not offered, shown or exported."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from arrears.law.scope import Period, Scope
from reporting.exports import actions as exports
from reporting.forms.files import known
from tests.cast import AT, World
from tests.lent import lent
from unions.common.refusals import Refused

SINCE, CUT = date(2023, 11, 16), date(2024, 2, 9)


def signed_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


OWN = {"qingdao-quarterly", "shandong-winter", "shandong-monthly-bulletin", "shandong-weekly-dispatch"}


def test_a_form_of_another_place_is_not_offered_shown_or_exported(client: Client, world: World) -> None:
    """QH-A: in Shandong nobody is asked for Qinghai's annexes, and nobody prints one under her own name."""
    for who in ("shen", "lv", "sun", "li"):
        cards = signed_in(client, world, who).get("/forms/").context["cards"]
        assert {card.form.key for card in cards} == OWN, who
    signed_in(client, world, "shen")
    for key in known():
        status = 200 if key in OWN else 404
        assert client.get(reverse("form", args=[key])).status_code == status, key
        assert client.get(reverse("form-sheet", args=[key])).status_code == status, key
        assert client.get(reverse("form-text", args=[key])).status_code == status, key
    editions = client.get(reverse("form-editions")).context["rows"]
    assert {form.key for form, _ in editions} == OWN
    assert client.get("/forms/qinghai-annex-2/cell/?row=0&column=amount_resolved").status_code == 404
    answer = client.post(reverse("export-new"), {"form": "qinghai-annex-2", "union": "370000", "from": str(SINCE)})
    assert answer.status_code == 404 and "不适用于" in answer.content.decode()
    with pytest.raises(Refused, match="不适用于“山东省总工会”"):
        exports.request(
            known()["qinghai-annex-2"], Scope(world.unions["370000"], Period(SINCE, CUT, CUT)), world.user("shen"), AT
        )


def test_a_form_concerns_the_units_above_its_notice_and_below_it_alone(client: Client, world: World) -> None:
    """市的季报: the city, its districts, the province above; an industrial union beside it has nothing to do with it."""
    signed_in(client, world, "shen")
    for code, status in (("370000", 200), ("370200", 200), ("370202", 200), ("370000I0001", 404)):
        answer = client.get(reverse("form", args=["qingdao-quarterly"]), {"union": code})
        assert answer.status_code == status, code
    offered = client.get(reverse("form", args=["qingdao-quarterly"])).context["asked"].fields["union"].choices
    assert [code for code, _ in offered] == ["370000", "370200"]


def test_the_command_refuses_a_form_of_another_place(world: World) -> None:
    with pytest.raises(CommandError, match="不适用于"):
        call_command("export", "qinghai-annex-1", "--union", "370000", "--month", "2022-10", "--out", "/tmp/x.xlsx")


def test_a_notice_taken_over_brings_its_forms(client: Client, world: World) -> None:
    """The daily ledger is asked for by no return: it stands in a clause of the notice."""
    lent("qinghai-2022-41")
    signed_in(client, world, "sun")
    assert client.get(reverse("form", args=["qinghai-annex-2"])).status_code == 200
    assert client.get(reverse("form", args=["qinghai-daily"])).status_code == 200
    assert client.get(reverse("form", args=["yingkou-monthly-inspection"])).status_code == 404
