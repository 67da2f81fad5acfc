"""What an app gives to the apps below it: declared in its AppConfig, asked by name.

An app that may not import the apps above it asks `provided("answers waited for")` and gets what they declare:

    class LettersConfig(AppConfig):
        name = "arrears.letters"
        provides = {"answers waited for": "arrears.letters.rules.unanswered"}

A value is a dotted path or a tuple of them. The order is that of INSTALLED_APPS, then of the tuple. docs/architecture.md lists the names.
A path that leads nowhere stops the server at its start (`features_exist`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string


@cache
def provided(name: str) -> tuple[Any, ...]:
    """Return what the installed apps declare under `name`, in order. Raises ImportError for a path that leads nowhere."""
    return tuple(import_string(path) for _, other, path in _declared() if other == name)


def features_exist(**kwargs: Any) -> list[CheckMessage]:
    """Check that every path an app declares leads somewhere."""
    faults: list[CheckMessage] = []
    for label, name, path in _declared():
        try:
            import_string(path)
        except ImportError as error:
            faults.append(Error(f"{label} 声明的“{name}”找不到 {path}：{error}", id="unions.E001"))
    return faults


def _declared() -> Iterator[tuple[str, str, str]]:
    """Yield app label, name and dotted path, in the order of INSTALLED_APPS."""
    for config in apps.get_app_configs():
        for name, given in getattr(config, "provides", {}).items():
            for path in [given] if isinstance(given, str) else given:
                yield config.label, name, path
