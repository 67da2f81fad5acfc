"""A figure means one thing, by form, API, workbook and pasted list alike, and has one bound."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.forms import ValidationError
from django.test import Client
from rest_framework.serializers import ValidationError as ApiError

from arrears.api.fields import PeopleField, YuanField
from arrears.cases.models import Case, LedgerEntry
from tests.cast import World, a_case
from unions.common import xlsx_cells as cells
from unions.common.figures import NotRead, read_people, read_yuan
from unions.common.form_fields import CountField, MoneyField
from unions.common.limits import MONEY_DIGITS, MOST_MONEY, MOST_PEOPLE

BACKEND = "unions.people.backends.AppointmentBackend"

READ = {
    "4500": "4500.00",
    "12,345.6": "12345.60",
    "12，345": "12345.00",
    "1 234 567": "1234567.00",
    "１２３４．５": "1234.50",
    "￥1,234元": "1234.00",
    "4\u200b500\u00ad": "4500.00",
    "99999999999.99": "99999999999.99",
}
REFUSED = {
    "1,5": "每三位",
    "12,3456": "每三位",
    "1,234,5": "每三位",
    "1.234,56": "每三位",
    "1 2": "每三位",
    "12万": "请按元填写",
    "1e5": "不是数字",
    "١٢": "不是数字",
    "1_000": "不是数字",
    "100①": "不是数字",
    "1²": "不是数字",
    "㉑": "不是数字",
    "NaN": "不是数字",
    "-5": "不能是负数",
    "0.001": "两位小数",
    "100000000000": "金额过大",
    "9" * 400: "金额过大",
}


def by_every_way(value: Any) -> list[Any]:
    """What the form, the workbook and the API make of one text."""
    given: list[Any] = []
    for read in (MoneyField().clean, cells.yuan, YuanField().run_validation):
        try:
            given.append(read(value))
        except (ValidationError, cells.Bad, ApiError) as error:
            given.append(str(error))
    return given


@pytest.mark.parametrize(("said", "amount"), READ.items())
def test_a_sum_is_read_alike_everywhere(said: str, amount: str) -> None:
    assert by_every_way(said) == [Decimal(amount)] * 3


@pytest.mark.parametrize(("said", "why"), REFUSED.items())
def test_a_sum_that_could_mean_two_things_is_refused_everywhere(said: str, why: str) -> None:
    assert all(why in str(given) for given in by_every_way(said)), by_every_way(said)


@pytest.mark.parametrize("said", ["1,5", "12.5", "-1", str(MOST_PEOPLE + 1), "1_0", "十二", "1²", "①", "5½"])
def test_people_are_whole_and_so_many_at_most_everywhere(said: str) -> None:
    for read in (CountField().clean, cells.people, PeopleField().run_validation):
        with pytest.raises((ValidationError, cells.Bad, ApiError)):
            read(said)
        assert read(f"{MOST_PEOPLE:,}人") == MOST_PEOPLE


def test_in_words_only_where_nobody_asked_for_yuan() -> None:
    assert read_yuan("3.5万元", in_words=True) == 35_000
    assert read_yuan("3万5000", in_words=True) == 35_000
    for said in ("3万5", "1.5万5000", "两万"):
        with pytest.raises(NotRead):
            read_yuan(said, in_words=True)
    with pytest.raises(NotRead):
        read_people("1.2万")


def test_a_column_of_single_sums_holds_what_may_be_entered() -> None:
    """A migration that widens one would let in by the API what the form refuses."""
    assert Decimal(10) ** (MONEY_DIGITS - 2) - Decimal("0.01") == MOST_MONEY
    single = [
        ("cases", "Case", "stated_amount"),
        ("cases", "LedgerEntry", "amount"),
        ("workers", "Worker", "owed"),
        ("workers", "WorkerPayment", "amount"),
        ("early_warning", "WarningSignal", "amount"),
        ("sanctions", "Sanction", "amount"),
        ("safety_nets", "NetEntry", "amount"),
        ("safety_nets", "WageDeposit", "contract_amount"),
    ]
    for app, model, name in single:
        field = apps.get_model(app, model)._meta.get_field(name)
        assert isinstance(field, models.DecimalField) and field.max_digits == MONEY_DIGITS, (model, name)


@pytest.mark.django_db
def test_the_books_refuse_what_no_form_lets_in(world: World) -> None:
    case = a_case(world)
    for changes in ({"workers": MOST_PEOPLE + 1}, {"amount": MOST_MONEY + 1}):
        entry = LedgerEntry(
            case=case,
            kind="recognised",
            counts_as="recognised",
            on=case.accepted_on,
            by=world.user("he"),
            at=case.created_at,
        )
        for name, value in changes.items():
            setattr(entry, name, value)
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(stated_amount=MOST_MONEY + 1)


@pytest.mark.django_db
def test_an_entry_by_the_api_is_read_as_by_the_form(world: World, client: Client) -> None:
    case = a_case(world)
    client.force_login(world.user("he"), BACKEND)
    body = {"seen": case.version, "kind": "paid", "on": "2026-11-18", "workers": 1, "amount": "1,5", "source": "回单"}
    sent = client.post(f"/api/cases/{case.pk}/entries/", json.dumps(body), content_type="application/json")
    assert sent.status_code == 422 and "每三位" in sent.content.decode(), sent.content.decode()
