"""The whole file of a case: a page made for printing, and the same as docx."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arrears.cases.views.found import the_case
from arrears.desk.case_file import CaseFile, gather
from arrears.desk.case_file_docx import written
from unions.common.views import DOCX, attachment
from unions.http import Request, read_page


def _file(request: Request, pk: int) -> CaseFile:
    return gather(the_case(request, pk), request.user, timezone.now())


@login_required
@never_cache
@require_safe
def case_file(request: Request, pk: int) -> HttpResponse:
    return render(request, "arrears/desk/case_file.html", {"file": (file := _file(request, pk)), "case": file.case})


@read_page
def case_file_docx(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    return attachment(written(file), f"案件卷宗 {file.case}.docx", DOCX)
