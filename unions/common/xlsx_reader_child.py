"""The process that unions/common/xlsx_reader.py starts: a workbook on standard input, its rows on standard output as pickles.

It knows nothing of this program: no settings, no database, no keys.
"""

from __future__ import annotations

import io
import json
import pickle
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST_MEMORY = 3 * 2**30
MOST_SECONDS = 300  # of the processor
AT_ONCE = 500
NO_WORKBOOK = "no workbook"


def main() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = resource.getrlimit(limit)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (most, most))

    # Loaded within the limits just set.
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    data = sys.stdin.buffer.read()

    def quick(name: str) -> Iterator[list[Any]]:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
        # calamine leaves out the empty columns at the left.
        padding = [""] * (sheet.start[1] if sheet.start else 0)
        return (padding + row for row in sheet.iter_rows())

    def within(name: str, rows: int, width: int) -> Iterator[list[Any]]:
        """Row by row, for what calamine would keep as one block out to a cell far away."""
        from openpyxl import load_workbook  # noqa: PLC0415

        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)[name]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_row=max(rows, 1), max_col=max(width, 1), values_only=True):
            yield ["" if value is None else value for value in row]

    most, asked = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    for name, bounds in asked:
        try:
            rows = within(name, *bounds) if bounds else quick(name)
        except (CalamineError, OSError, ValueError, KeyError):
            say(NO_WORKBOOK)
            return
        tell(islice(rows, most))


def tell(rows: Iterator[list[Any]]) -> None:
    while piece := list(islice(rows, AT_ONCE)):
        say(piece)
    say(None)


def say(what: object) -> None:
    pickle.dump(what, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
