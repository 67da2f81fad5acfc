"""The process that unions/common/xlsx_reader.py starts: a workbook on standard input, its rows on standard output as pickles.

It knows nothing of this program: no settings, no database, no keys.
"""

from __future__ import annotations

import pickle
import resource
import sys

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

    def say(what: object) -> None:
        pickle.dump(what, sys.stdout.buffer, protocol=5)

    try:
        sheet = CalamineWorkbook.from_filelike(sys.stdin.buffer).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError):
        say(NO_WORKBOOK)
        return
    # calamine leaves out the empty columns at the left.
    padding = [""] * (sheet.start[1] if sheet.start else 0)
    rows = []
    for row in sheet.iter_rows():
        rows.append(padding + row)
        if len(rows) == AT_ONCE:
            say(rows)
            rows = []
    say(rows)
    say(None)


if __name__ == "__main__":
    main()
