"""What an app gives to the apps below it: declared in its AppConfig, asked by name.

An app that may not import the apps above it asks `provided("closing blockers")` and gets what they declare:

    class LettersConfig(AppConfig):
        name = "arrears.letters"
        provides = {"closing blockers": "arrears.letters.blockers.open_letters"}

A value is a dotted path or a tuple of them. The order is that of INSTALLED_APPS, then of the tuple. docs/architecture.md lists the names.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


@cache
def provided(name: str) -> tuple[Any, ...]:
    """Return what the installed apps declare under `name`, in order. Raises ImportError for a path that leads nowhere."""
    found: list[Any] = []
    for config in apps.get_app_configs():
        given = getattr(config, "provides", {}).get(name, ())
        found += [import_string(path) for path in ([given] if isinstance(given, str) else given)]
    return tuple(found)
