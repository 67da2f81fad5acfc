"""Filters in an address of the API: the classes that narrow the pages, under the names that programs know."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from unions.common.refusals import Refused
from unions.filters import NOT_FOUND, ListFilter, Words
from unions.models import UnionKind, User

CURSOR = CursorPagination.cursor_query_param
# A unit is `unit` to the pages and `union` to programs.
NAMES = {"unit": "union"}
UNION = [OpenApiParameter("unit", exclude=True), OpenApiParameter("union", str, description="单位编码，含其所辖单位")]


class UnknownFilter(Refused):
    """400: the address asks by something that the list does not know. Left out of account, it would answer everything."""

    status = 400

    def __init__(self, names: list[str], known: list[str]) -> None:
        said = f"没有这个筛选条件，可用的有：{'、'.join(known)}。"
        super().__init__(
            f"地址中的“{'、'.join(name[:40] for name in names[:5])}”不是这个列表的筛选条件，可用的有：{'、'.join(known)}。",
            dict.fromkeys(names[:5], said),
        )


class AddressFilters(DjangoFilterBackend):
    """Narrows a list by the `filterset_class` of its view. 422 where a value cannot be read, 404 for a unit out of reach."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filters = _asked(view.filterset_class, request, queryset)
        if filters.is_valid():
            return filters.qs
        if filters.form.has_error("unit", NOT_FOUND):
            raise Http404
        errors = {NAMES.get(name, name): [str(one) for one in said] for name, said in filters.errors.items()}
        raise ValidationError(errors)


def _asked(kind: type[ListFilter], request: Request, rows: QuerySet[Any]) -> ListFilter:
    known = [*(NAMES.get(name, name) for name in kind.base_filters), CURSOR]
    if unknown := [name for name in request.query_params if name not in known]:
        raise UnknownFilter(unknown, known)
    data = request.query_params.copy()
    for name, other in NAMES.items():
        if other in data:
            data[name] = request.query_params[other]
    assert isinstance(request.user, User)
    return kind(data, rows, request.user, timezone.now())


class UnionFilter(ListFilter):
    parent = CharFilter("parent__code", label="上级编码", max_length=20)
    kind = ChoiceFilter("kind", label="类型", choices=UnionKind.choices)
    q = Words("name__reads", label="名称的一部分")
