"""Deriving the obligations of 100,000 cases, and the work queue of a district with a million of them in the books."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.terms import rebuild
from arrears.law.models import Obligation
from arrears.law.obligations.reading import LISTINGS
from benchmarks.cases import _get, _readers
from benchmarks.clock import once, peak_megabytes, repeated, shown
from unions.models import User

CASES = 100_000
OBLIGATIONS = 1_000_000


def measure() -> Iterator[tuple[str, str]]:
    call_command("load_demo", scale=CASES)
    now, cases = timezone.now(), Case.objects.filed()
    count = cases.count()
    Obligation.objects.all().delete()
    _analyze()
    seconds = once(lambda: rebuild(cases, now))
    owed = Obligation.objects.count()
    yield f"{count:,} 件案件推算出 {owed:,} 项时限", f"{seconds:.1f} s，{count / seconds:,.0f} 件/s"
    seconds = once(lambda: rebuild(cases, now))
    yield ("再推算一遍，结果不变", f"{seconds:.1f} s，{count / seconds:,.0f} 件/s，内存峰值 {peak_megabytes():.0f} MB")
    _multiply(OBLIGATIONS)
    yield f"时限共 {Obligation.objects.count():,} 项，其中待办", f"{Obligation.objects.open().count():,} 项"
    yield from _pages()


def _multiply(wanted: int) -> None:
    """Copies of what is there, spread over the years and over all units, until there are so many; one in five open."""
    columns = [field.column for field in Obligation._meta.concrete_fields if not field.primary_key]
    made = {
        "subject": "'copy:' || g.n",
        "holder_id": "u.id",
        "path": "u.path",
        "due_at": "o.started_at + (mod(g.n, 700)) * interval '1 hour'",
        "clock_at": "now() + (mod(g.n, 4000) - 3000) * interval '1 hour'",
        "met_at": "CASE WHEN mod(g.n, 5) = 0 THEN NULL ELSE now() END",
        "lifted_at": "NULL",
    }
    chosen = ", ".join(made.get(column, f"o.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH units AS (SELECT id, path, row_number() OVER (ORDER BY id) - 1 AS nth FROM unions_union),
                 originals AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS nth FROM law_obligation),
                 sizes AS (SELECT (SELECT count(*) FROM units) AS units, (SELECT count(*) FROM originals) AS originals)
            INSERT INTO law_obligation ({", ".join(columns)})
            SELECT {chosen} FROM sizes CROSS JOIN LATERAL generate_series(1, %s - sizes.originals) AS g(n)
            JOIN units u ON u.nth = mod(g.n, sizes.units)
            JOIN originals o ON o.nth = mod(g.n, sizes.originals)
            """,
            [wanted],
        )
    _analyze()


def _analyze() -> None:
    """What autovacuum does a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pages() -> Iterator[tuple[str, str]]:
    for label, user in _readers(User):
        client = Client()
        client.force_login(user, backend="unions.people.backends.AppointmentBackend")
        lists = {name: f"{reverse('obligations')}?list={name}" for name in LISTINGS}
        for name, url in (lists | {"工作台": reverse("desk")}).items():
            yield f"{name} · {label}", shown(repeated(partial(_get, client, url)))
