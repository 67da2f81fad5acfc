"""Warning signals by program (YK-1.1): what a unit received, and a new one by the same rules as the form on the page."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from arrears.api.fields import YuanField
from arrears.api.filters import UNION
from arrears.api.shapes import EmployerShape, optional
from arrears.api.views import REFUSED, Asking, NewestFirst
from arrears.early_warning.forms import SignalFilter
from arrears.early_warning.models import Authority, WarningSignal
from arrears.early_warning.sources import kind_choices, source_choices
from arrears.early_warning.views.acts import NOT_YOURS, record_from, standing_of, warning_form
from unions.common.refusals import Forbidden
from unions.models import Union
from unions.people.rights import Right


class SignalShape(serializers.ModelSerializer):
    """One signal. `outcome` empty: not verified yet."""

    union = serializers.SlugRelatedField[Union](slug_field="code", read_only=True)
    employer = EmployerShape(read_only=True)
    outcome = serializers.CharField(source="check_made.outcome", read_only=True, default="")

    class Meta:
        model = WarningSignal
        fields = [
            "id",
            "union",
            "employer",
            "source",
            "kind",
            "on",
            "received_on",
            "amount",
            "detail",
            "reference",
            "major",
            "authority",
            "outcome",
            "withdrawn_at",
            "at",
        ]


class NewSignalShape(serializers.Serializer):
    """By the same rules as the form on the page. `amount` in yuan."""

    union = serializers.CharField(help_text="接收单位编码")
    employer_name = serializers.CharField(max_length=120)
    uscc = optional(serializers.CharField, allow_blank=True)
    region_code = optional(serializers.CharField, allow_blank=True)
    project_name = optional(serializers.CharField, allow_blank=True, max_length=160)
    authority = optional(serializers.ChoiceField, choices=Authority.choices, allow_blank=True)
    source = serializers.ChoiceField(choices=source_choices())  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=kind_choices())
    on = serializers.DateField()
    received_on = serializers.DateField()
    amount = optional(YuanField, allow_null=True)
    reference = optional(serializers.CharField, allow_blank=True, max_length=60)
    detail = optional(serializers.CharField, allow_blank=True, max_length=5000)
    major = optional(serializers.BooleanField)


class TakenShape(SignalShape):
    """A signal just entered, with the grade the employer stands at now."""

    level = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()

    class Meta(SignalShape.Meta):
        fields = [*SignalShape.Meta.fields, "level", "reasons"]

    def get_level(self, signal: WarningSignal) -> str:
        return standing_of(signal).level

    def get_reasons(self, signal: WarningSignal) -> list[str]:
        return list(standing_of(signal).reasons)


class Signals(Asking, generics.GenericAPIView[WarningSignal]):
    serializer_class = SignalShape
    pagination_class = NewestFirst
    filterset_class = SignalFilter
    queryset = WarningSignal.objects.none()

    @extend_schema(parameters=UNION, responses={200: SignalShape(many=True), **REFUSED}, operation_id="warnings_list")
    def get(self, request: Request) -> Response:
        """Warning signals the reader may see, newest first."""
        found = self.filter_queryset(WarningSignal.objects.visible_to(self.user))
        page = self.paginate_queryset(found.select_related("employer", "union", "check_made")) or []
        return self.get_paginated_response(SignalShape(page, many=True).data)

    @extend_schema(request=NewSignalShape, responses={201: TakenShape, **REFUSED})
    def post(self, request: Request) -> Response:
        """Enter one signal. The same one twice answers 422."""
        if not self.user.paths(Right.INSPECT):
            raise Forbidden(NOT_YOURS)
        given = self.taken(NewSignalShape, request.data)
        form = warning_form(self.user, data={name: value for name, value in given.items() if value is not None})
        if not form.is_valid():
            raise ValidationError({name: [str(one) for one in said] for name, said in form.errors.items()})
        signal = record_from(form, self.user, timezone.now())
        return Response(TakenShape(signal).data, status=status.HTTP_201_CREATED)
