"""What goes in and comes out. Money is a string in yuan with two decimals, people are integers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from arrears.api.fields import PeopleField, YuanField
from arrears.cases import ledger, snapshot
from arrears.cases.models import (
    Case,
    Cause,
    Channel,
    Employer,
    EntryKind,
    LedgerEntry,
    NoCode,
    Ownership,
    Project,
    State,
)
from arrears.cases.workflow import offers
from arrears.desk.timeline import happenings, unapproved
from arrears.law.models import Obligation
from arrears.serious.actions import oversights
from arrears.serious.models import FallbackParty
from unions.approvals import seal_of
from unions.common.clock import day_of
from unions.common.identity import office_phone_fault
from unions.common.industries import FocusSector, Industry, Nature
from unions.models import Union

# What can be posted: a reversal names the entry it cancels and has an address of its own; an advance wants a second person.
POSTED_KINDS = [row for row in EntryKind.choices if row[0] not in (EntryKind.ADVANCED, EntryKind.REVERSED)]


class UnionShape(serializers.ModelSerializer):
    parent_code = serializers.CharField(source="parent.code", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Union
        fields = [
            "code",
            "name",
            "kind",
            "parent_code",
            "region_code",
            "duty_officer",
            "duty_phone",
            "valid_from",
            "valid_until",
        ]


class EmployerShape(serializers.ModelSerializer):
    class Meta:
        model = Employer
        fields = [
            "name",
            "uscc",
            "no_code",
            "region_code",
            "address",
            "industry",
            "focus_sector",
            "ownership",
            "workforce",
            "has_union",
        ]


class ProjectShape(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["name", "nature", "developer", "contractor", "subcontractor", "crew"]


class SumsShape(serializers.Serializer):
    workers = serializers.IntegerField()
    migrants = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class BalanceShape(serializers.Serializer):
    """欠薪发生数, 已处理数, 不属实, 尚未解决."""

    owed = SumsShape()
    resolved = SumsShape()
    untrue = SumsShape()
    outstanding = SumsShape()


class EntryShape(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = LedgerEntry
        fields = [
            "id",
            "kind",
            "counts_as",
            "workers",
            "migrants",
            "amount",
            "on",
            "fund",
            "source",
            "cancels",
            "by",
            "at",
        ]


class HappeningShape(serializers.Serializer):
    at = serializers.DateTimeField()
    who = serializers.CharField()
    what = serializers.CharField()
    place = serializers.CharField()
    note = serializers.CharField()
    verb = serializers.CharField()


class OfferShape(serializers.Serializer):
    """A move the reader may make now; `barred` and `missing` say what stands in the way."""

    name = serializers.CharField()
    label = serializers.CharField(source="row.label")  # type: ignore[assignment]
    asks = serializers.ListField(source="row.asks", child=serializers.CharField())
    barred = serializers.CharField(source="why_not", allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())


class LineShape(serializers.Serializer):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class ToApproveShape(serializers.Serializer):
    """What the second person has to see before closing; `shown` goes back with the move."""

    lines = LineShape(many=True)
    shown = serializers.CharField()


class CaseShape(serializers.ModelSerializer):
    """A case in a list. `balance` is read for the whole page at once (context "books")."""

    union = serializers.SlugRelatedField[Union](slug_field="code", read_only=True)
    handling_union = serializers.SlugRelatedField[Union](slug_field="code", read_only=True)
    employer = EmployerShape(read_only=True)
    project = ProjectShape(read_only=True, allow_null=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    officer = serializers.CharField(source="officer.name", read_only=True, allow_null=True, default=None)
    balance = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "id",
            "number",
            "clue_number",
            "state",
            "state_label",
            "version",
            "union",
            "handling_union",
            "officer",
            "employer",
            "project",
            "industry",
            "on_project",
            "nature",
            "table_row",
            "channel",
            "original_number",
            "owed_from",
            "owed_until",
            "discovered_on",
            "accepted_on",
            "verified_on",
            "verification",
            "negotiation_failed_on",
            "ordered_to_pay_by",
            "closed_on",
            "conclusion",
            "extreme",
            "mass",
            "escalating",
            "causes",
            "stated_workers",
            "stated_migrants",
            "stated_amount",
            "balance",
            "changed_at",
        ]

    def get_balance(self, case: Case) -> BalanceShape:
        books: dict[int, ledger.Balance] = self.context["books"]
        return BalanceShape(books[case.pk]).data  # type: ignore[return-value]


class FallbackShape(serializers.ModelSerializer):
    """兜底责任单位 (SD-2.4c)."""

    class Meta:
        model = FallbackParty
        fields = ["name", "person", "phone", "basis"]


class TermShape(serializers.ModelSerializer):
    """A term that the case owes; `due_at` null: at once. `late`: overdue, or kept after its day."""

    holder = serializers.SlugRelatedField[Union](slug_field="code", read_only=True)
    late = serializers.SerializerMethodField()

    class Meta:
        model = Obligation
        fields = ["clause", "title", "holder", "started_at", "due_at", "met_at", "late"]

    def get_late(self, term: Obligation) -> bool:
        return term.late(self.context["at"])


class WholeCaseShape(CaseShape):
    """A case by itself: with its terms and entries, what was done, and what the reader may do now."""

    fallback = serializers.SerializerMethodField()
    terms = serializers.SerializerMethodField()
    entries = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    to_approve = serializers.SerializerMethodField()

    class Meta(CaseShape.Meta):
        fields = [
            *CaseShape.Meta.fields,
            "condition",
            "union_opinion",
            "repayment_plan",
            "remark",
            "fallback",
            "terms",
            "entries",
            "events",
            "moves",
            "to_approve",
        ]

    def get_fallback(self, case: Case) -> FallbackShape(allow_null=True):  # type: ignore[valid-type]
        party = oversights.fallback_of(case)
        return FallbackShape(party).data if party else None

    def get_terms(self, case: Case) -> TermShape(many=True):  # type: ignore[valid-type]
        owed = case.obligations.filter(sense="due", lifted_at=None).select_related("holder")
        return TermShape(owed, many=True, context=self.context).data

    def get_entries(self, case: Case) -> EntryShape(many=True):  # type: ignore[valid-type]
        return EntryShape(case.entries.select_related("by"), many=True).data

    def get_events(self, case: Case) -> HappeningShape(many=True):  # type: ignore[valid-type]
        return HappeningShape(happenings(case, unapproved(case, self.context["user"])), many=True).data

    def get_moves(self, case: Case) -> OfferShape(many=True):  # type: ignore[valid-type]
        found = offers(case, self.context["user"], day_of(self.context["at"]))
        return OfferShape(found, many=True).data

    def get_to_approve(self, case: Case) -> ToApproveShape(allow_null=True):  # type: ignore[valid-type]
        if case.state != State.SETTLED:
            return None
        lines = snapshot.closing(case)
        return ToApproveShape({"lines": lines, "shown": seal_of(lines)}).data


# ---- what comes in ----------------------------------------------------------------------------------------------


def optional(kind: type[serializers.Field], **more: Any) -> Any:
    return kind(required=False, **more)


class DraftShape(serializers.Serializer):
    """A new draft, by the same rules as the form on the page."""

    union = serializers.CharField(help_text="立案单位编码")
    employer_name = serializers.CharField(max_length=120)
    uscc = optional(serializers.CharField, allow_blank=True)
    no_code = optional(serializers.ChoiceField, choices=NoCode.choices, allow_blank=True)
    region_code = optional(serializers.CharField, allow_blank=True)
    address = optional(serializers.CharField, allow_blank=True, max_length=200)
    industry = optional(serializers.ChoiceField, choices=Industry.choices, allow_blank=True)
    focus_sector = optional(serializers.ChoiceField, choices=FocusSector.choices, allow_blank=True)
    ownership = optional(serializers.ChoiceField, choices=Ownership.choices, allow_blank=True)
    workforce = optional(PeopleField, allow_null=True)
    has_union = optional(
        serializers.ChoiceField, choices=[("yes", "已建"), ("no", "未建")], allow_blank=True, help_text="空为不详"
    )
    on_project = optional(serializers.BooleanField)
    project_name = optional(serializers.CharField, allow_blank=True, max_length=160)
    nature = optional(serializers.ChoiceField, choices=Nature.choices, allow_blank=True)
    developer = optional(serializers.CharField, allow_blank=True, max_length=120, help_text="建设单位")
    contractor = optional(serializers.CharField, allow_blank=True, max_length=120, help_text="总承包单位")
    subcontractor = optional(serializers.CharField, allow_blank=True, max_length=200, help_text="分包单位")
    crew = optional(serializers.CharField, allow_blank=True, max_length=200, help_text="班组")
    causes = optional(
        serializers.ListField, child=serializers.ChoiceField(choices=Cause.choices), help_text="欠薪原因，可以几项"
    )
    stated_workers = optional(PeopleField, allow_null=True)
    stated_migrants = optional(PeopleField, allow_null=True)
    stated_amount = optional(YuanField, allow_null=True)
    owed_from = optional(serializers.DateField, allow_null=True)
    owed_until = optional(serializers.DateField, allow_null=True)
    extreme = optional(serializers.BooleanField)
    mass = optional(serializers.BooleanField)
    escalating = optional(serializers.BooleanField)
    channel = optional(serializers.ChoiceField, choices=Channel.choices, allow_blank=True)
    original_number = optional(serializers.CharField, allow_blank=True, max_length=60)
    verification = optional(serializers.CharField, allow_blank=True, max_length=300)
    discovered_on = optional(serializers.DateField, allow_null=True)
    accepted_on = optional(serializers.DateField, allow_null=True)
    negotiation_failed_on = optional(serializers.DateField, allow_null=True)
    ordered_to_pay_by = optional(serializers.DateField, allow_null=True)
    condition = optional(serializers.CharField, allow_blank=True, max_length=5000)
    union_opinion = optional(serializers.CharField, allow_blank=True, max_length=5000)
    repayment_plan = optional(serializers.CharField, allow_blank=True, max_length=5000)
    remark = optional(serializers.CharField, allow_blank=True, max_length=5000)


class SeenShape(serializers.Serializer):
    """`seen`: the version of the case that the program read; another one answers 409."""

    seen = serializers.IntegerField(min_value=0)


class MoveShape(SeenShape):
    reason = optional(serializers.CharField, allow_blank=True, max_length=2000)
    conclusion = optional(serializers.CharField, allow_blank=True, max_length=30)
    receiver = optional(serializers.CharField, allow_blank=True, max_length=20, help_text="转办：接收单位编码")
    verification = optional(serializers.CharField, allow_blank=True, max_length=300, help_text="查实立案：核实方式")
    shown = optional(serializers.CharField, allow_blank=True, max_length=64, help_text="审批：所示内容的校验值")


class NewEntryShape(SeenShape):
    kind = serializers.ChoiceField(choices=POSTED_KINDS)
    on = serializers.DateField()
    workers = optional(PeopleField, negative=True, default=0)
    migrants = optional(PeopleField, negative=True, default=0)
    amount = optional(YuanField, negative=True, default=Decimal(0))
    source = optional(serializers.CharField, allow_blank=True, max_length=200, default="")


class NewFallbackShape(SeenShape):
    """Who pays in the end on a government project or one of a state-owned enterprise, by the rules of the page."""

    name = serializers.CharField(max_length=120)
    person = serializers.CharField(max_length=60)
    phone = optional(serializers.CharField, allow_blank=True, max_length=40, default="")
    basis = optional(serializers.CharField, allow_blank=True, max_length=200, default="")

    def validate_phone(self, phone: str) -> str:
        if phone and (fault := office_phone_fault(phone)):
            raise serializers.ValidationError(fault)
        return phone


class ReversalShape(SeenShape):
    on = serializers.DateField()
    source = serializers.CharField(max_length=200, help_text="冲正的原因")  # type: ignore[assignment]


class RefusalShape(serializers.Serializer):
    """Every 4xx: what, where, how to mend it; and the same by field."""

    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
