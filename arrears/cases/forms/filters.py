"""Filters of the list of cases, and what filters of other lists ask of an employer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.forms import HiddenInput
from django_filters import CharFilter, ChoiceFilter, NumberFilter

from arrears.cases.assigning import to_handle
from arrears.cases.models import Cause, Channel, Employer, LedgerEntry, State
from arrears.cases.models.case import CaseQuerySet, immediate
from arrears.cases.models.employer import CHAIN
from unions.common.industries import FocusSector, Industry
from unions.filters import DayFilter, ListFilter, Ticked, WithinUnit, Words

UNFINISHED_KEY = "unfinished"
NO_SECTOR = "none"
SECTORS = [*FocusSector.choices, (NO_SECTOR, "不属重点行业")]
HAS_UNION = [("yes", "已建"), ("no", "未建"), ("unknown", "未填写")]
UNION_SAID = {"yes": True, "no": False, "unknown": None}
PLATFORM = [("yes", "已纳入"), ("no", "未纳入"), ("unknown", "未核查")]
NO_CAUSE = "none"
CAUSES = [*Cause.choices, (NO_CAUSE, "原因未填")]
IDLE = [("30", "满 30 天"), ("60", "满 60 天"), ("90", "满 90 天")]
STATES = [(UNFINISHED_KEY, "全部未结"), *State.choices]


def employer_named(column: str = "employer") -> Callable[[str], Q]:
    """A clause of `Words`: part of the name of the employer in `column`."""
    return lambda text: Q(**{f"{column}__in": Employer.objects.named(text).values("pk")})


class CaseFilter(ListFilter):
    sorts = {"编号": "pk", "受理日期": "accepted_on"}
    asked_by = {"sector": "focus-sectors"}  # QD-2

    q = Words(method="searched")
    state = ChoiceFilter(label="状态", choices=STATES, method="in_state")
    industry = ChoiceFilter("industry", label="所属行业", choices=Industry.choices)
    sector = ChoiceFilter(label="重点行业", choices=SECTORS, method="in_sector")
    has_union = ChoiceFilter(label="已建工会", choices=HAS_UNION, method="with_union")
    cause = ChoiceFilter(label="欠薪原因", choices=CAUSES, method="because_of")
    party = Words(
        "project__developer__reads",
        "project__contractor__reads",
        "project__subcontractor__reads",
        "project__crew__reads",
        label="建设、总包、分包单位或班组",
    )
    platform = ChoiceFilter(label="监管平台", choices=PLATFORM, method="on_platform")
    channel = ChoiceFilter("channel", label="受理渠道", choices=Channel.choices)
    unit = WithinUnit(label="立案单位（编码或名称）")
    own = Ticked(label="只看该单位本级", method="on_own_books")
    since = DayFilter("accepted_on", "gte", label="受理日期从")
    until = DayFilter("accepted_on", "lte", label="到")
    employer = NumberFilter("employer_id", label="只看一家用人单位", widget=HiddenInput)
    developer = CharFilter("project__developer", label=CHAIN["developer"], max_length=120, widget=HiddenInput)
    contractor = CharFilter("project__contractor", label=CHAIN["contractor"], max_length=120, widget=HiddenInput)
    idle = ChoiceFilter(label="久未入账", choices=IDLE, method="without_entry")
    mine = Ticked(label="只看我经办的", method="of_officer")
    todo = Ticked(label="只看待我办理的", method="waiting_for_reader")
    immediate = Ticked(immediate(), label="极端或群体性")

    def searched(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.searched(value)

    def in_state(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.unfinished() if value == UNFINISHED_KEY else cases.filter(state=value)

    def in_sector(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """QD-2."""
        return cases.filter(employer__focus_sector="" if value == NO_SECTOR else value)

    def with_union(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """QD-2."""
        return cases.filter(employer__has_union=UNION_SAID[value])

    def because_of(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """SD-2.3f."""
        return cases.filter(causes=[]) if value == NO_CAUSE else cases.filter(causes__contains=[value])

    def on_platform(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """SD-2.3c: cases on a project, by what the latest look showed."""
        listed = {"yes": Q(project__on_platform=True), "no": Q(project__on_platform=False)}
        return cases.filter(on_project=True).filter(listed.get(value, Q(project__on_platform=None)))

    def on_own_books(self, cases: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        """Of the unit asked for, nothing of those below it."""
        unit = self.form.cleaned_data.get("unit")
        return cases.filter(path=unit.path) if value and unit else cases

    def without_entry(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Unfinished ones whose last entry in the ledger is that many calendar days old."""
        recent = LedgerEntry.objects.filter(case=OuterRef("pk"), on__gt=self.today - timedelta(days=int(value)))
        return cases.unfinished().filter(~Exists(recent))

    def of_officer(self, cases: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        return cases.filter(officer=self.user)

    def waiting_for_reader(self, cases: CaseQuerySet, name: str, value: bool) -> CaseQuerySet:
        return cases.filter(pk__in=to_handle(self.user).order_by().values("pk"))
