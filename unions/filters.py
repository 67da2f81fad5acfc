"""What a list can be asked for: one filter class per noun, read by its page and by the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, reduce
from operator import or_
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from unions.common.form_fields import DayField, PlainForm
from unions.common.text import number_key
from unions.models import Union, User

NOT_FOUND = "unit-not-found"
Clause = str | Callable[[str], Q]


class FilterForm(PlainForm):
    """What was asked for. A unit is one within the reach of `user`."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_unit(self) -> Union | None:
        text = self.cleaned_data["unit"]
        return unit_named(text, self.user) if text else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "止日早于起日。")
        return data


def unit_named(text: str, user: User) -> Union:
    """The one unit within the reader's reach with this code, this name, or a name that contains `text`."""
    reach = Union.objects.visible_to(user)
    if exact := reach.filter(Q(code=number_key(text)) | Q(name__reads_as=text)).first():
        return exact
    found = list(reach.filter(name__reads=text).order_by("depth", "code")[:4])
    if not found:
        raise forms.ValidationError("没有找到这个单位，请核对名称或填写编码。", NOT_FOUND)
    if len(found) > 1:
        names = "、".join(f"{unit.name}（{unit.code}）" for unit in found[:3])
        raise forms.ValidationError(f"有多个单位符合：{names} 等，请填写编码。")
    return found[0]


class ListFilter(django_filters.FilterSet):
    """Filters of one list, in the order they are shown in; nothing is left when one of them could not be read."""

    sorts: ClassVar[dict[str, str]] = {}  # heading of the list → column that every row has

    class Meta:
        form = FilterForm

    asked_by: Mapping[str, str] = {}  # filters that are offered only where a notice speaks of this step of the work

    def __init__(self, data: Any, rows: QuerySet[Any], user: User, now: datetime) -> None:
        super().__init__(data, rows)
        self.user, self.now, self.today = user, now, timezone.localdate(now)

    @cached_property
    def form(self) -> FilterForm:
        form: FilterForm = self.get_form_class()(self.data, user=self.user, today=self.today)
        return form

    @property
    def unit_path(self) -> str:
        """The column with the path of a row's unit, where the list is narrowed by units."""
        within = self.filters.get("unit")
        return str(within.field_name) if isinstance(within, WithinUnit) else ""

    @property
    def filled(self) -> bool:
        """Whether anything was asked for."""
        return any(self.data.get(name) for name in self.filters)

    def leave_out(self, is_asked_for: Callable[[str], bool]) -> None:
        """Offer no filter of a step nobody is asked for; one that is in use stays."""
        for name, step in self.asked_by.items():
            if not self.data.get(name) and not is_asked_for(step):
                self.form.fields.pop(name, None)

    def filter_queryset(self, rows: Any) -> Any:
        """Those of `rows` that match."""
        return super().filter_queryset(rows) if self.form.is_valid() else rows.none()


# What a field of a list is. A filter that is empty leaves everything -----------------------------------------------------


class Words(django_filters.CharFilter):
    """Typed words. `clauses`, of which one is enough: lookups ("name__reads"), or functions of the text."""

    def __init__(self, *clauses: Clause, **more: Any) -> None:
        super().__init__(**({"label": "搜索", "max_length": 60} | more))
        self.clauses = clauses

    def filter(self, rows: Any, text: str) -> Any:
        if not text:
            return rows
        return rows.filter(
            reduce(or_, (Q(**{one: text}) if isinstance(one, str) else one(text) for one in self.clauses))
        )


class DayFilter(django_filters.DateFilter):
    field_class = DayField

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **({"past": False} | more))


class _TickField(forms.BooleanField):
    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        return super().to_python(value) or None


class Ticked(django_filters.BooleanFilter):
    """A box: ticked, only rows of which `where` is true."""

    field_class = _TickField

    def __init__(self, where: Q | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.where = where or Q()

    def filter(self, rows: Any, ticked: bool | None) -> Any:
        return rows.filter(self.where) if ticked else rows


class WithinUnit(django_filters.CharFilter):
    """A unit by code or name, with all below it. `path`: the column that holds the path of a row's unit."""

    def __init__(self, path: str = "path", label: str = "单位（编码或名称）") -> None:
        widget = forms.TextInput(attrs={"placeholder": "含所辖单位", "autocomplete": "off"})
        super().__init__(path, "startswith", label=label, max_length=60, widget=widget)

    def filter(self, rows: Any, unit: Union | None) -> Any:
        return super().filter(rows, unit.path) if unit else rows
