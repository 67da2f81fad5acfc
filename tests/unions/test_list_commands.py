"""Commands that bring a list in for a unit: what they ask for and what they print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from arrears.sanctions.models import CopiedList
from tests.cast import World


@pytest.mark.parametrize("name", ["import_signals", "import_platform_checks", "import_copied_list"])
def test_the_unit_is_asked_for(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--union"):
        call_command(name, str(tmp_path / "名单.csv"), "--dry-run")


def test_a_copied_list_is_looked_through_and_then_entered(world: World, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("单位名称\n海风建设有限公司\n", "utf-8")
    given = [str(file), "--union", "370202", "--source", "市南区住建局"]
    call_command("import_copied_list", *given, "--dry-run", "--json")
    said = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in said["rows"]] == ["海风建设有限公司"] and said["errors"] == []
    assert not CopiedList.objects.exists()
    call_command("import_copied_list", *given, "--by", "sun")
    assert CopiedList.objects.get().union.code == "370202"
