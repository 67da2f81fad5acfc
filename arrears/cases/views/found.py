"""Finding the case a page is about, and making sure that it is still what the reader saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.escalations.models import Escalation
from arrears.referrals.models import Referral
from arrears.serious.models import overseen_kinds
from unions.common.refusals import Stale
from unions.current_user import reader

CASE_PARTS = (
    "employer",
    "project",
    "union__parent",
    "handling_union__parent",
    "officer",
    "filed_by",
    "settled_by",
    "last_edited_by",
)

REFERRAL_PARTS = (
    "case__employer",
    "case__project",
    "case__union__parent",
    "case__handling_union__parent",
    "case__officer",
    "agency",
    "sender__parent",
    "requested_by",
    "decided_by",
    "received_by",
    "passed_to__parent",
    "read_by",
)


def the_case(request: HttpRequest, pk: int) -> Case:
    """404 for strangers."""
    rows = Case.objects.visible_to(reader(request)).select_related(*CASE_PARTS)
    return get_object_or_404(rows.annotate(overseen=overseen_kinds()), pk=pk)


def the_escalation(request: HttpRequest, pk: int) -> Escalation:
    rows = Escalation.objects.visible_to(reader(request)).select_related(
        "case__employer",
        "case__project",
        "case__union__parent",
        "case__handling_union__parent",
        "case__officer",
        "sender__parent",
        "receiver__parent",
        "requested_by",
        "decided_by",
        "answered_by",
    )
    return get_object_or_404(rows, pk=pk)


def the_referral(request: HttpRequest, pk: int) -> Referral:
    return get_object_or_404(Referral.objects.visible_to(reader(request)).select_related(*REFERRAL_PARTS), pk=pk)


def the_matter(request: HttpRequest, pk: int) -> Referral:
    """For people of departments: what was sent to theirs, or 404."""
    rows = Referral.objects.addressed_to(reader(request), timezone.localdate())
    return get_object_or_404(rows.select_related(*REFERRAL_PARTS), pk=pk)


@contextmanager
def unchanged(case: Case, seen: int) -> Iterator[None]:
    """Hold the case while the block runs; Stale when it changed after the page was made (a second click, a stale tab)."""
    with transaction.atomic():
        if ledger.lock(case).version != seen:
            raise Stale("您打开页面之后案件有了变动（也可能是重复提交），请查看最新内容；确需办理的，请再提交一次。")
        yield
