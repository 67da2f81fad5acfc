"""A text field that is encrypted in the database and prints as nothing in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from unions.common import encryption as cipher


class Private:
    """A private text. `.text` is what it says; printed by mistake (log, page, error), it says that it is hidden."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return "（已隐去）" if self.text else ""

    def __repr__(self) -> str:
        return "Private(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)


class _AlwaysPrivate(DeferredAttribute):
    """Whatever is assigned becomes Private at once."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value if isinstance(value, Private) else Private(value or "")


if TYPE_CHECKING:
    _Text = models.TextField[Private | str, Private]
else:
    _Text = models.TextField


class PrivateField(_Text):
    """Holds Private; the column holds a token. It cannot be searched: equal values are found by their print."""

    descriptor_class = _AlwaysPrivate

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def deconstruct(self) -> Any:
        """Migrations see a plain text column."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Private:
        return Private(cipher.unseal(value, self.place) if value else "")

    def get_prep_value(self, value: Any) -> str:
        text = value.text if isinstance(value, Private) else str(value or "")
        return cipher.seal(text, self.place) if text else ""

    def to_python(self, value: Any) -> Private:
        return value if isinstance(value, Private) else Private(str(value or ""))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "was anything said": every seal of one text is another token."""
        return None
