"""docs/clauses.md tells the truth: every clause has its row, every named test and file exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IDS = """
QD-0 QD-2 QD-3 QD-4.1a QD-4.1b QD-4.1c QD-4.1d QD-4.2 QD-4.3 QD-5 QD-6.1 QD-6.2 QD-6.3 QD-6.4 QD-6.4b QD-6.5 QD-7 QD-7b QD-8
QH-0 QH-2a QH-2b QH-2c QH-2d QH-3a QH-3b QH-3c QH-3d-weekly QH-3d-50 QH-3d-zero QH-3e-monthly QH-3e-final QH-3f QH-A1 QH-A2
SD-1 SD-2.1a SD-2.1b SD-2.1c SD-2.1d SD-2.2a SD-2.2b SD-2.2c SD-2.2d SD-2.3a SD-2.3b SD-2.3c SD-2.3d SD-2.3e SD-2.3f SD-2.3g SD-2.4a SD-2.4b SD-2.4c
SD-2.4d SD-2.4e SD-3.2 SD-3.3 SD-3.3b SD-3.4 SD-3.4b SD-R1 SD-A YK-1.1 YK-1.1b YK-1.2 YK-1.3 YK-2.1 YK-2.2 YK-2.3 YK-2.4 YK-2.5 YK-3 YK-3b
QP-1.2 QP-1.3 QP-2.1 QP-2.2 QP-2.3 QP-3.1 QP-3.2 QP-3.3 QP-4.1 QP-4.2 QP-4.3
""".split()  # noqa: SIM905 - one list to compare with the notice


def rows() -> dict[str, list[str]]:
    """Clause → [state, where, code, test]."""
    lines = (ROOT / "docs/clauses.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in cells if re.match(r"(QD|QH|SD|YK|QP)-", row[0])}


def test_every_clause_has_one_row() -> None:
    assert list(rows()) == IDS


@pytest.mark.parametrize("clause", IDS)
def test_a_row_says_what_is_there(clause: str) -> None:
    state, where, code, test = rows()[clause]
    assert state == "works" and where and code and test
    for path in code.split(", "):
        assert (ROOT / path).exists(), f"{path} is not there"
    for name in test.split(", "):
        file, _, function = name.partition("::")
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {re.escape(function)}\(", text, re.M), f"{name} is not there"
    own = re.sub(r"[-.]", "_", clause).lower()
    assert own in test.lower(), f"no test of {clause} carries its name"
