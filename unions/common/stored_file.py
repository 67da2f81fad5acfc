"""A file field whose migrations do not import where its files go."""

from typing import Any

from django.db import models


class StoredFile(models.FileField):
    """A FileField; `upload_to` stays in code and out of migrations."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        kwargs["upload_to"] = ""
        return name, "django.db.models.FileField", args, kwargs
