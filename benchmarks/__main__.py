"""`make bench`: every benchmark on a throw-away cluster, printed as one table. `make bench ARGS="cases forms"` runs some."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import django
from django.core.management import call_command
from django.db import connections

from config.embedded.cluster import Cluster
from tests.settings import POSTGRES, RUN_DIR

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

MODULES = ("imports", "cases", "forms", "unions", "obligations", "returns")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        print(f"没有这些测试：{'、'.join(unknown)}。可选：{'、'.join(MODULES)}")
        return 2
    chosen = names or list(MODULES)
    if len(chosen) > 1:
        # Each on a stage of its own: none finds another's rows, and memory is its own peak.
        return max(subprocess.run([sys.executable, "-m", "benchmarks", name]).returncode for name in chosen)
    with _stage():
        _print(chosen[0], importlib.import_module(f"benchmarks.{chosen[0]}").measure())
    return 0


def _print(name: str, rows: Iterator[tuple[str, str]]) -> None:
    print(f"\n{name}")
    for label, figure in rows:
        print(f"  {label:<64} {figure}", flush=True)


class _stage:
    """The test cluster with all tables made, gone afterwards."""

    def __enter__(self) -> None:
        self._cluster = Cluster(POSTGRES, for_tests=True).in_use()
        self._cluster.__enter__()
        self._tidy = lambda: shutil.rmtree(RUN_DIR, ignore_errors=True)
        django.setup()

        call_command("migrate", verbosity=0)

    def __exit__(self, *failure: object) -> None:
        connections.close_all()
        self._cluster.__exit__(None, None, None)
        self._tidy()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
