"""The texts of the forms delivered with the program are kept, so that a later program still shows what was reported in them."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils import timezone

from reporting.forms.files import FOLDER, known
from reporting.forms.models import FormText


def keep_delivered(sender: AppConfig, plan: Any = (), **facts: Any) -> None:
    """After every migration: what is there already stays as it is."""
    if any(backwards for _, backwards in plan or ()):
        return
    at = timezone.now()
    texts = {form.digest: (key, (FOLDER / f"{key}.toml").read_text("utf-8")) for key, form in known().items()}
    rows = [FormText(digest=digest, key=key, content=text, kept_at=at) for digest, (key, text) in texts.items()]
    FormText.objects.bulk_create(rows, ignore_conflicts=True)
