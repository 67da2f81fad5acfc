"""Pages by key: whoever walks a list forward and back meets every row exactly once, in every order that a list has."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases.models import Employer
from arrears.early_warning.models import WarningStanding
from arrears.early_warning.views.warnings import GRAVEST_FIRST
from arrears.law.models import Obligation
from tests.cast import AT, World
from unions.common.keyset import NEWEST_FIRST, Page, keyset
from unions.models import Union, User

Numbers = list[int]


def standings(numbers: Numbers) -> QuerySet[Any]:
    unit = Union.objects.get(code="370202")
    firms = Employer.objects.bulk_create(
        Employer(name=f"单位{n}", name_key=f"单位{n}", region_code="370202") for n in range(len(numbers))
    )
    WarningStanding.objects.bulk_create(
        WarningStanding(
            union=unit,
            path=unit.path,
            employer=firm,
            rank=n % 3,
            score=Decimal(n % 5) / 4,
            latest_on=date(2026, 11, 1),
            graded_on=date(2026, 11, 1 + n % 4),
        )
        for firm, n in zip(firms, numbers, strict=True)
    )
    return WarningStanding.objects.filter(path=unit.path)


def obligations(numbers: Numbers) -> QuerySet[Any]:
    """Several at the same microsecond, several a microsecond apart."""
    unit = Union.objects.get(code="370202")
    at = datetime(2026, 11, 19, 23, 59, 59, 999_997, tzinfo=UTC)
    Obligation.objects.bulk_create(
        Obligation(
            subject=f"keyset:{n}",
            rulebook="x",
            rule="y",
            holder=unit,
            path=unit.path,
            bearer="企业工会",
            clause="1",
            title="事项",
            started_at=AT,
            due_at=at + timedelta(microseconds=number % 7),
            clock_at=at + timedelta(microseconds=number % 5),
            calendar_version="1",
            explanation="",
        )
        for n, number in enumerate(numbers)
    )
    return Obligation.objects.filter(rule="y")


def users(numbers: Numbers) -> QuerySet[Any]:
    """Names with whatever an address gives a meaning to."""
    signs = ["a", "B", ",", "&", "%2C", "李", "~", " x", "+", "="]
    User.objects.bulk_create(
        User(username=f"k{signs[n % 10]}{n}{signs[i % 7]}{i}", name="钥匙", email=f"k{n}@example.org" if n % 3 else "")
        for i, n in enumerate(numbers)
    )
    return User.objects.filter(name="钥匙")


def long_names(numbers: Numbers) -> QuerySet[Any]:
    """As long as a name may be."""
    Employer.objects.bulk_create(
        Employer(name=f"{'海' * 112}{n:04}{i:04}", name_key=f"{n}-{i}", region_code="370299")
        for i, n in enumerate(numbers)
    )
    return Employer.objects.filter(region_code="370299")


Rows = Callable[[Numbers], QuerySet[Any]]
# Every order a list is shown in, and some that none is shown in yet.
ORDERS: list[tuple[Rows, tuple[str, ...]]] = [
    (obligations, NEWEST_FIRST),
    (obligations, ("clock_at", "pk")),
    (obligations, ("due_at", "pk")),
    (standings, GRAVEST_FIRST),
    (users, ("username", "pk")),
    (users, ("email", "-pk")),  # not everybody has one
    (standings, ("graded_on", "-score", "pk")),
    (standings, ("-graded_on", "rank", "-pk")),
    (obligations, ("pk",)),
    (long_names, ("name", "-pk")),
]


class Undo(Exception):
    pass


def shown(found: QuerySet[Any], address: str, size: int, order: tuple[str, ...]) -> Page:
    with CaptureQueriesContext(connection) as asked:
        page = keyset(found, RequestFactory().get(f"/{address}"), size, order)
    assert len(asked) == 1
    return page


def walk(found: QuerySet[Any], size: int, order: tuple[str, ...]) -> None:
    wanted = list(found.order_by(*order).values_list("pk", flat=True))
    pages = [shown(found, "?q=,&list=a%2Cb", size, order)]
    while pages[-1].next:
        assert len(pages[-1].rows) == size and "q=,&list=a,b" in pages[-1].next
        pages.append(shown(found, pages[-1].next, size, order))
    assert [row.pk for page in pages for row in page.rows] == wanted
    back = [pages[-1]]
    while back[-1].previous:
        back.append(shown(found, back[-1].previous, size, order))
    assert [row.pk for page in reversed(back) for row in page.rows] == wanted
    assert not pages[0].previous


@pytest.mark.parametrize(("rows", "order"), ORDERS)
def test_forward_and_back_every_row_is_met_exactly_once(world: World, rows: Rows, order: tuple[str, ...]) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(0, 99), max_size=14), st.integers(1, 5))
    def tried(numbers: Numbers, size: int) -> None:
        with pytest.raises(Undo), transaction.atomic():
            walk(rows(numbers), size, order)
            raise Undo

    tried()


@pytest.mark.parametrize("order", [NEWEST_FIRST, ("clock_at", "pk"), ("username", "pk"), GRAVEST_FIRST])
def test_what_cannot_be_read_asks_for_the_first_page(world: World, order: tuple[str, ...]) -> None:
    kinds: dict[str, Rows] = {"clock_at": obligations, "username": users, "-rank": standings, "-pk": users}
    with pytest.raises(Undo), transaction.atomic():
        found = kinds[order[0]]([1, 2, 3])
        first = [row.pk for row in keyset(found, RequestFactory().get("/"), 2, order).rows]
        naive = ["20261130,1", "20261130T1030,1", "20261330T103000Z,1"]
        odd = ["", "x", "1.5", "-,-,-", "9" * 30, "9" * 5000 + ",1", "%00", "%00,1", "NaN,NaN,1", "1,1e99,1", "٣x"]
        odd += ["1763596799000000-17", "3-512-17", "1,2,3,4,5", "😀"]
        for name in ("after", "before"):
            for text in odd + (naive if order[0] == "clock_at" else []):
                page = keyset(found, RequestFactory().get("/", {name: text}), 2, order)
                assert [row.pk for row in page.rows] == first, text
        raise Undo


def test_before_the_first_row_leads_back_to_the_first_page(world: World) -> None:
    with pytest.raises(Undo), transaction.atomic():
        found = users([1, 2, 3])
        newest = found.order_by("-pk")[0].pk
        page = keyset(found, RequestFactory().get("/", {"before": newest, "q": "x"}), 2)
        assert (page.rows, page.previous, page.next) == ([], "", "?q=x")
        raise Undo
