"""The province's tables over 200,000 cases against the same sums in bare SQL; Annex 1 of 25,725 rows in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from arrears.law.models import Attachment
from arrears.law.scope import Period, Scope
from benchmarks.clock import repeated, shown
from benchmarks.imports import DISTRICT, LEDGER, _environment, _found
from reporting.forms import drilldown
from reporting.forms.figures import gather
from reporting.forms.files import known
from reporting.forms.listing import listing
from reporting.forms.tabulate import tabulate
from unions.models import Union, User

CASES = 200_000
PROVINCE = "630000"
SINCE, CUT = date(2022, 1, 1), date(2026, 10, 31)

# What columns 5–14 of the winter table say, as somebody would write it by hand.
BARE = """
SELECT c.table_row,
       sum(e.workers) FILTER (WHERE e.counts_as IN ('recognised', 'adjusted')),
       sum(e.amount) FILTER (WHERE e.counts_as IN ('recognised', 'adjusted')),
       sum(e.workers) FILTER (WHERE e.counts_as IN ('paid', 'advanced') AND e."on" >= %(since)s),
       sum(e.amount) FILTER (WHERE e.counts_as IN ('paid', 'advanced') AND e."on" >= %(since)s),
       sum(CASE WHEN e.counts_as IN ('recognised', 'adjusted') THEN e.amount ELSE -e.amount END)
           FILTER (WHERE k.id IS NULL)
  FROM cases_ledgerentry e
  JOIN cases_case c ON c.id = e.case_id
  LEFT JOIN cases_closure k ON k.case_id = c.id AND k."on" <= %(cut)s
       AND (k.reopened_on IS NULL OR k.reopened_on > %(cut)s)
 WHERE c.path LIKE %(path)s AND e."on" <= %(cut)s
 GROUP BY c.table_row
"""

BARE_CASES = """
SELECT c.table_row, count(*), count(*) FILTER (WHERE c.accepted_on >= %(since)s), count(k.id)
  FROM cases_case c
  LEFT JOIN cases_closure k ON k.case_id = c.id AND k."on" <= %(cut)s
       AND (k.reopened_on IS NULL OR k.reopened_on > %(cut)s)
 WHERE c.path LIKE %(path)s AND c.accepted_on <= %(cut)s AND c.state <> 'draft'
 GROUP BY c.table_row
"""


def measure() -> Iterator[tuple[str, str]]:
    """(what, figure) rows for the table of `make bench`."""
    call_command("load_demo", scale=CASES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield from _tables(Union.objects.get(code=PROVINCE))
    yield from _annex_1()


def _tables(province) -> Iterator[tuple[str, str]]:  # type: ignore[no-untyped-def]

    scope = Scope(province, Period(SINCE, CUT, CUT))
    winter, annex_2 = known()["shandong-winter"], known()["qinghai-annex-2"]
    yield f"sums over {CASES:,} cases in bare SQL", shown(repeated(lambda: _bare(province.path), 10))
    yield "winter table, 21 columns", shown(repeated(lambda: tabulate(winter, scope), 10))
    yield "Annex 2", shown(repeated(lambda: tabulate(annex_2, scope), 10))
    yield "winter table with the rows behind every figure", shown(repeated(lambda: gather(winter, scope), 5))
    bulletin, quarterly = known()["shandong-monthly-bulletin"], known()["qingdao-quarterly"]
    yield "monthly bulletin, a row per city", shown(repeated(lambda: tabulate(bulletin, scope), 5))
    yield "quarterly list: who is at the threshold", shown(repeated(lambda: listing(quarterly, scope).ids, 3))
    reader = User.objects.filter(appointments__union=province, appointments__role="statistician").first()
    if reader:
        column = next(column for column in winter.columns if column.measure == "amount_outstanding")
        look = lambda: drilldown.behind(winter, winter.rows[-1], column, scope, reader)  # noqa: E731
        yield "what stands behind its outstanding money", shown(repeated(look, 5))


def _bare(path: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        words = {"since": SINCE, "cut": CUT, "path": path + "%"}
        cursor.execute(BARE_CASES, words)
        cursor.execute(BARE, words)
        return list(cursor.fetchall())


def _annex_1() -> Iterator[tuple[str, str]]:
    _found()
    at, district = datetime.now(UTC), Union.objects.get(code=DISTRICT)  # it has taken the annex's notice over
    taken = {"rulebook": "qinghai-2022-41", "since": SINCE, "at": at, "approved_at": at}
    Attachment.objects.create(union=district, **taken)
    call_command("import_cases", str(LEDGER), "--union", DISTRICT)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "annex-1.xlsx"
        command = [
            sys.executable,
            "manage.py",
            "export",
            "qinghai-annex-1",
            "--union",
            DISTRICT,
            "--from",
            "2010-01-01",
            "--as-of",
            "2022-12-31",
            "--out",
            str(out),
        ]
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=LEDGER.parents[2], env=_environment(), stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        seconds, size = time.perf_counter() - start, out.stat().st_size
    yield (
        "Annex 1, 25,725 rows to a workbook",
        f"{seconds:5.1f} s   peak {used.ru_maxrss / 1024:.0f} MB   file {size / 2**20:.1f} MB",
    )
