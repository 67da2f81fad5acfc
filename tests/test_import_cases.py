"""历史台账 from Excel: real figures, spoiled cells, and running it twice."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.cast import World

REAL = Path(__file__).parent / "data" / "wage-claims-nj.xlsx"


def run(capsys: Any, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of the command."""
    code = 0
    try:
        call_command("import_cases", *map(str, arguments), "--json")
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_the_real_ledger_comes_in_once(world: World, capsys: Any) -> None:
    import time
    for created, unchanged in ((25_725, 0), (0, 25_725)):
        t=time.time()
        code, answer = run(capsys, REAL, "--union", "370202")
        with capsys.disabled(): print(time.time()-t)
        assert (code, answer) == (0, {
            "created": created, "unchanged": unchanged, "workers": 25_725, "amount": 146034669.76, "paid": 90118620.15,
            "errors": [],
        })  # fmt: skip
