"""The construction authority's list as a copy (QP-3.1): the register, bringing one in, and its rows with whom they are about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.sanctions.actions import copied_lists
from arrears.sanctions.forms import CopiedListForm
from arrears.sanctions.models import CopiedList, CopiedRow
from arrears.sanctions.views.tabs import render_list, tabs_for, viewing_user
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, read_page
from unions.models import Union, User
from unions.people.rights import Right

SHOWN = 200
PER_PAGE = 100


@read_page
def copied_list_list(request: Request) -> HttpResponse:
    user = viewing_user(request)
    matched = Count("rows", filter=Q(rows__employer__isnull=False))
    found = CopiedList.objects.visible_to(user).select_related("union").annotate(matched=matched)
    rows = CopiedRow.objects.filter(copy__in=CopiedList.objects.visible_to(user))
    counts = rows.order_by().aggregate(rows=Count("pk"), matched=Count("employer", distinct=True))
    return render_list(request, "copied-lists", "copied_lists", found, counts=counts, may_bring=bool(_units(user)))


def _units(user: User) -> list[Union]:
    return list(Union.objects.filter(path__in=user.paths(Right.HANDLE), valid_until=None).order_by("depth", "code"))


@form_page
def new(request: Request) -> HttpResponse:
    user, today = viewing_user(request), timezone.localdate()
    units = _units(user)
    if not units:
        raise Forbidden("名单抄送件由经办人登记。")
    if request.method != "POST":
        return _form(request, CopiedListForm(units=units, today=today, initial={"received_on": today}))
    form = CopiedListForm(request.POST, request.FILES, units=units, today=today)
    found = None
    if form.is_valid():
        try:
            found = copied_lists.read_list(form.cleaned_data["file"], today)
        except Refused as refusal:
            form.take({"file": refusal.message}, refusal.message)
    if found is None:
        return _form(request, form, 422)
    if found.faults:
        return _form(request, form, 422, faults=found.faults[:SHOWN], count=len(found.faults))
    copy, status = attempt(form, lambda data: _keep(data, found, user))
    if copy is None:
        return _form(request, form, status)
    messages.success(request, f"已登记 {copy.count} 户，按来文单独保存，不计入本系统的名单。")
    for note in found.notes:
        messages.info(request, note)
    return redirect(copy)


def _keep(data: dict[str, Any], found: copied_lists.CopiedSheet, user: User) -> CopiedList:
    file: UploadedFile = data["file"]
    file.seek(0)
    came = copied_lists.CopiedListSource(data["source"], data["reference"], data["received_on"])
    return copied_lists.keep_list(data["union"], came, file.name or "名单", file.read(), found, user, timezone.now())


def _form(request: Request, form: CopiedListForm, status: int = 200, **context: object) -> HttpResponse:
    context |= {"form": form, "columns": copied_lists.COLUMNS, "tabs": tabs_for(request), "here": "copied-lists"}
    return render(request, "arrears/sanctions/copied_list_new.html", context, status=status)


@read_page
def copied(request: Request, pk: int) -> HttpResponse:
    """The rows as they came; an employer is linked where the reader sees a case of it."""
    user = viewing_user(request)
    row = get_object_or_404(CopiedList.objects.visible_to(user).select_related("union", "by"), pk=pk)
    in_order = row.rows.select_related("employer").order_by("row")
    page = Paginator(in_order, PER_PAGE).get_page(request.GET.get("page"))
    about = {line.employer_id for line in page if line.employer_id}
    seen = set(Case.objects.visible_to(user).filter(employer__in=about).values_list("employer", flat=True).distinct())
    lines = [(line, line.employer_id in seen) for line in page]
    counts = row.rows.order_by().aggregate(matched=Count("employer"))
    context = {"row": row, "page": page, "lines": lines, "counts": counts}
    return render(request, "arrears/sanctions/copied_list.html", context)
