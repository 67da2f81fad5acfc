"""The whole file of a case: a page made for printing, and the same as docx."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arrears.cases.views.found import the_case
from arrears.desk.case_file import CaseFile, gather
from arrears.desk.case_file_docx import written
from unions.common.views import DOCX, attachment
from unions.current_user import reader


def _file(request: HttpRequest, pk: int) -> CaseFile:
    return gather(the_case(request, pk), reader(request), timezone.now())


@login_required
@never_cache
@require_safe
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "arrears/desk/case_file.html", {"file": (file := _file(request, pk)), "case": file.case})


@login_required
@require_safe
def case_file_docx(request: HttpRequest, pk: int) -> HttpResponse:
    file = _file(request, pk)
    return attachment(written(file), f"案件卷宗 {file.case}.docx", DOCX)
