"""The addresses. Each view is find, check, do, show; the rules are the core's."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, pagination, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from arrears.api import shapes
from arrears.api.filters import UNION, UnionFilter
from arrears.cases import filing, ledger, workflow
from arrears.cases.forms.case import DRAFT, CaseForm
from arrears.cases.forms.filters import CaseFilter
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.cases.views.found import CASE_PARTS, unchanged
from arrears.serious.actions import oversights
from unions import idempotency as once
from unions.common.refusals import Forbidden, Stale
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.regions import regions_for

REFUSED = {
    code: OpenApiResponse(shapes.RefusalShape, description=said)
    for code, said in {403: "没有权限", 404: "没有这一项", 409: "内容已经变了", 422: "不能这样办"}.items()
}

PARTS = ("employer", "project", "union", "handling_union", "officer")
ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        f"由程序为每件新案件自定的键（如 UUID，最长 {once.LONGEST} 个字符）。网络中断后以同一个键原样重试，回答的是同一件案件，"
        f"不会登记两件；同一个键用于另一份内容回答 422。键保留 {once.KEPT.days} 天。"
    ),
)


class Pages(pagination.CursorPagination):
    """A cursor somebody changed is one that is not there: 404."""

    position = ""

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not re.fullmatch(self.position, str(cursor.position)):
            raise NotFound
        return cursor


class NewestFirst(Pages):
    ordering = "-id"
    page_size = 50
    position = "[0-9]{1,18}"


class ByCode(Pages):
    ordering = "code"
    page_size = 200
    position = "[0-9A-Za-z_-]{1,20}"


class Asking(APIView):
    """Who asks, and when."""

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def the_case(self, pk: int) -> Case:
        """404 for strangers."""
        return get_object_or_404(Case.objects.visible_to(self.user).select_related(*CASE_PARTS), pk=pk)

    def taken(self, shape: type[BaseSerializer[Any]], data: Any) -> dict[str, Any]:
        read = shape(data=data)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def whole(self, case: Case, code: int = 200) -> Response:
        case = self.the_case(case.pk)
        context = {"books": ledger.balances([case.pk]), "user": self.user, "at": timezone.now()}
        return Response(shapes.WholeCaseShape(case, context=context).data, status=code)


class Cases(Asking, generics.GenericAPIView[Case]):
    serializer_class = shapes.CaseShape
    pagination_class = NewestFirst
    filterset_class = CaseFilter
    queryset = Case.objects.none()

    @extend_schema(parameters=UNION, responses={200: shapes.CaseShape(many=True), **REFUSED}, operation_id="cases_list")
    def get(self, request: Request) -> Response:
        """Cases the reader may see, newest first."""
        found = Case.objects.visible_to(self.user)
        page = self.paginate_queryset(self.filter_queryset(found).select_related(*PARTS)) or []
        context = {"books": ledger.balances(case.pk for case in page)}
        return self.get_paginated_response(shapes.CaseShape(page, many=True, context=context).data)

    @extend_schema(parameters=[ONCE], request=shapes.DraftShape, responses={201: shapes.WholeCaseShape, **REFUSED})
    def post(self, request: Request) -> Response:
        """A new draft on the books of a unit."""
        if not self.user.paths(Right.FILE):
            raise Forbidden("您的任职不包含登记案件，请由单位的填报员或经办人登记。")
        given = self.taken(shapes.DraftShape, request.data)
        form = CaseForm(
            {name: value for name, value in given.items() if value is not None},
            user=self.user,
            intent=DRAFT,
            regions=regions_for(self.user),
            today=timezone.localdate(),
        )
        if not form.is_valid():
            raise ValidationError({name: [str(one) for one in said] for name, said in form.errors.items()})
        return self.whole(self._once(form, given), status.HTTP_201_CREATED)

    def _once(self, form: CaseForm, given: dict[str, Any]) -> Case:
        """The draft; sent again under the same key, the one that is there already."""
        at, key = timezone.now(), self.request.headers.get(ONCE.name, "")
        if not key:
            return _draft(form, self.user, at)
        said = json.dumps(given, sort_keys=True, default=str)
        with once.submission(self.user, self.request.path, key, at, said) as (row, new):
            if not new:
                return self.the_case(int(row.answer))
            case = _draft(form, self.user, at)
            once.answered(row, str(case.pk))
            return case


def _draft(form: CaseForm, user: User, at: datetime) -> Case:
    try:
        return _open(form, user, at)
    except IntegrityError as error:
        raise Stale("刚刚有人登记了相同的原编号，请核对后再提交。") from error


@transaction.atomic
def _open(form: CaseForm, user: User, at: datetime) -> Case:
    employer = filing.employer_for(form.employer_facts())
    project = filing.project_for(employer, form.cleaned_data["project_name"], form.cleaned_data["nature"], form.chain())
    return filing.open_draft(form.cleaned_data["union"], employer, form.case_facts() | {"project": project}, user, at)


class OneCase(Asking):
    @extend_schema(responses={200: shapes.WholeCaseShape, **REFUSED})
    def get(self, request: Request, pk: int) -> Response:
        """A case with its books, its history, and the moves open to the reader."""
        return self.whole(self.the_case(pk))


class MoveCase(Asking):
    @extend_schema(request=shapes.MoveShape, responses={200: shapes.WholeCaseShape, **REFUSED})
    def post(self, request: Request, pk: int, name: str) -> Response:
        """Make a move of the table."""
        case = self.the_case(pk)
        if name not in workflow.MOVES:
            raise ValidationError({"name": f"没有“{name}”这一步，可用：{'、'.join(workflow.MOVES)}。"})
        given = self.taken(shapes.MoveShape, request.data)
        if code := given.pop("receiver", ""):
            given["receiver"] = Union.objects.filter(code=code).select_related("parent").first()
        return self.whole(workflow.move(case, name, self.user, timezone.now(), seal=given.pop("shown", ""), **given))


class Entries(Asking):
    @extend_schema(request=shapes.NewEntryShape, responses={201: shapes.WholeCaseShape, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Post an entry to the ledger of a case."""
        case = self.the_case(pk)
        given = self.taken(shapes.NewEntryShape, request.data)
        kind, on, seen = EntryKind(given.pop("kind")), given.pop("on"), given.pop("seen")
        with unchanged(case, seen):
            ledger.post(case, kind, on, self.user, timezone.now(), **given)
        return self.whole(case, status.HTTP_201_CREATED)


class Fallback(Asking):
    @extend_schema(request=shapes.NewFallbackShape, responses={200: shapes.WholeCaseShape, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Name who pays in the end (SD-2.4c); naming another one leaves the former in the log."""
        case = self.the_case(pk)
        given = self.taken(shapes.NewFallbackShape, request.data)
        with unchanged(case, given.pop("seen")):
            oversights.name_fallback(case, by=self.user, at=timezone.now(), **given)
        return self.whole(case)


class Reversal(Asking):
    @extend_schema(request=shapes.ReversalShape, responses={201: shapes.WholeCaseShape, **REFUSED})
    def post(self, request: Request, pk: int, entry_pk: int) -> Response:
        """Cancel a mistaken entry with one that names it."""
        case = self.the_case(pk)
        entry = get_object_or_404(LedgerEntry.objects.select_related("case"), case=case, pk=entry_pk)
        given = self.taken(shapes.ReversalShape, request.data)
        with unchanged(case, given["seen"]):
            ledger.reverse(entry, given["on"], self.user, timezone.now(), given["source"])
        return self.whole(case, status.HTTP_201_CREATED)


class Unions(Asking, generics.GenericAPIView[Union]):
    serializer_class = shapes.UnionShape
    pagination_class = ByCode
    filterset_class = UnionFilter
    queryset = Union.objects.none()

    @extend_schema(responses={200: shapes.UnionShape(many=True), **REFUSED}, operation_id="unions_list")
    def get(self, request: Request) -> Response:
        """Units within the reader's reach, by code."""
        found = self.filter_queryset(Union.objects.visible_to(self.user))
        page = self.paginate_queryset(found.select_related("parent")) or []
        return self.get_paginated_response(shapes.UnionShape(page, many=True).data)


class OneUnion(Asking):
    @extend_schema(responses={200: shapes.UnionShape, **REFUSED})
    def get(self, request: Request, code: str) -> Response:
        """One unit."""
        found = Union.objects.visible_to(self.user).select_related("parent")
        return Response(shapes.UnionShape(get_object_or_404(found, code=code)).data)
