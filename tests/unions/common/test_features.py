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


def test_architecture_says_who_declares_and_who_asks() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.M)
    asked_by = {name: asks for names, asks in rows[2:] for name in names.split(", ")}
    declared = {name for config in apps.get_app_configs() for name in getattr(config, "provides", {})}
    assert set(asked_by) == declared
    for name, asks in asked_by.items():
        places = [ROOT / place.replace(".", "/") for place in re.findall(r"`([\w.]+\.\w+)`", asks)]
        modules = [one for place in places for one in [place.with_suffix(".py"), *place.rglob("*.py")] if one.is_file()]
        assert any(re.search(rf'\bprovided\(\s*"{name}"', one.read_text("utf-8")) for one in modules), name
