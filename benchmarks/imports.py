"""The real ledger of 25,725 rows through `manage.py import_cases`, in a process of its own: time and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection

from unions.models import Union
from unions.tree import actions as tree

LEDGER = Path(__file__).parent.parent / "tests" / "data" / "wage-claims-nj.xlsx"
DISTRICT = "370299"


def measure() -> Iterator[tuple[str, str]]:
    """(what, figure) rows for the table of `make bench`."""
    _found()
    for label in ("import of 25,725 rows", "the same again, nothing new"):
        seconds, megabytes, answer = _command()
        rows = answer["created"] + answer["unchanged"]
        figure = f"{seconds:5.1f} s   {rows / seconds:7,.0f} rows/s   peak {megabytes:.0f} MB"
        yield label, f"{figure}   created {answer['created']:,}   owed {answer['amount']:,.2f}"


def _found() -> None:
    """A district to bring them in at."""
    if Union.objects.filter(code=DISTRICT).exists():
        return
    at = datetime.now(UTC)
    parent = Union.objects.filter(parent=None).first() or tree.found(
        "370000", "省总工会", "province", None, date(2000, 1, 1), None, at, region_code="370000"
    )
    tree.found(DISTRICT, "试验区总工会", "district", parent, date(2000, 1, 1), None, at, region_code=DISTRICT)


def _command() -> tuple[float, float, dict[str, float]]:
    """(seconds, peak MB, answer) of one run, start-up included."""
    command = [sys.executable, "manage.py", "import_cases", str(LEDGER), "--union", DISTRICT, "--json"]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=LEDGER.parents[2], env=_environment())
    assert child.stdout is not None
    answer = json.loads(child.stdout.read())
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, answer
    return time.perf_counter() - start, used.ru_maxrss / 1024, answer


def _environment() -> dict[str, str]:
    """The same database for the child, by its address."""
    to = connection.settings_dict
    address = f"postgres://{to['USER']}@{str(to['HOST']).replace('/', '%2F')}/{to['NAME']}"
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "SECRET_KEY": "only for measuring",
        "FIELD_KEYS": "only for measuring, and nowhere else",
    }
    return os.environ | settings | {"BEHIND_HTTPS": "0"}
