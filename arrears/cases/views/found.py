"""Finding the case a page is about, and making sure that it is still what the reader saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.shortcuts import get_object_or_404

from arrears.cases import ledger
from arrears.cases.models import Case
from unions.common.features import provided
from unions.common.refusals import Stale
from unions.http import Request

CASE_PARTS = (
    "employer",
    "project",
    "union__parent",
    "handling_union__parent",
    "officer",
    "filed_by",
    "verified_by",
    "settled_by",
    "last_edited_by",
)


def the_case(request: Request, pk: int) -> Case:
    """404 for strangers. Apps declare "case annotations": what they read with the case, by name, without a query of its own."""
    rows = Case.objects.visible_to(request.user).select_related(*CASE_PARTS)
    for declared in provided("case annotations"):
        rows = rows.annotate(**{name: expression() for name, expression in declared.items()})
    return get_object_or_404(rows, pk=pk)


@contextmanager
def unchanged(case: Case, seen: int) -> Iterator[None]:
    """Hold the case while the block runs; Stale when it changed after the page was made (a second click, a stale tab)."""
    with transaction.atomic():
        if ledger.lock(case).version != seen:
            raise Stale("您打开页面之后案件有了变动（也可能是重复提交），请查看最新内容；确需办理的，请再提交一次。")
        yield
