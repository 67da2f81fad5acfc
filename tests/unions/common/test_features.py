"""What apps declare for the apps below them: every path leads somewhere, and every name is written down."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from unions.common.features import features_exist

ROOT = Path(__file__).parents[3]


def test_every_path_an_app_declares_leads_somewhere() -> None:
    assert features_exist() == []


@pytest.mark.parametrize("path", ["unions.log.labels.NOT_THERE", "unions.log.not_there.LABELS"])
def test_a_path_that_leads_nowhere_is_named(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        apps.get_app_config("unions"), "provides", {"event labels": ("unions.log.labels.FACT_LABELS", path)}
    )
    [fault] = features_exist()
    assert fault.id == "unions.E001"
    assert "unions 声明的“event labels”" in fault.msg and path in fault.msg


def test_architecture_lists_every_name() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.M)
    listed = {name.strip() for row in rows for name in row.split(",")}
    declared = {name for config in apps.get_app_configs() for name in getattr(config, "provides", {})}
    assert declared <= listed, declared - listed
    assert listed - declared <= {"name", "---"}
