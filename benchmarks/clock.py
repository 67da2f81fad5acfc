"""Timing, counted queries and memory, the same for every benchmark."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def repeated(act: Callable[[], Any], times: int = 30) -> tuple[float, float, int]:
    """(p50 ms, p95 ms, queries of one run) of `act`, after one run to warm up."""
    act()
    with CaptureQueriesContext(connection) as queries:
        act()
    # Counted now: the next request clears the log.
    counted = len(queries)
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    return statistics.median(spent), spent[int(len(spent) * 0.95) - 1], counted


def once(act: Callable[[], Any]) -> float:
    """Seconds of a single run."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def peak_megabytes() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def shown(figures: tuple[float, float, int]) -> str:
    p50, p95, queries = figures
    return f"p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   {queries} queries"
