"""Pages that bring in a worker list, pasted or as a workbook: previewed row by row, taken over whole.

Between preview and confirmation nothing of it stays on the server: the page carries the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.workers import actions as workers
from arrears.workers import payments, sheet
from arrears.workers.forms import PaidBeforeForm, WorkerSheetForm
from arrears.workers.template import write_template
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused
from unions.common.tables import BadCell
from unions.common.views import XLSX
from unions.http import Request, form_page, read_page
from unions.models import User

SHOWN = 300  # rows of the preview
SHOWN_FAULTS = 100


@form_page
@never_cache
def bring_in(request: Request, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), request.user
    if not workers.may_keep_list(case, user):
        raise Forbidden(f"案件{case.get_state_display()}，职工名单现在不能由您修改。")
    if request.method != "POST":
        return _form_page(request, case, WorkerSheetForm(today=timezone.localdate()))
    form = WorkerSheetForm(request.POST, request.FILES, today=timezone.localdate())
    if not form.is_valid():
        return _form_page(request, case, form, status=422)
    try:
        file = form.cleaned_data["file"]
        given = _from_file(file) if file else sheet.SheetText(form.cleaned_data["text"])
        reading = sheet.read(given.text, timezone.localdate())
        reading.notes = [*given.notes, *reading.notes]
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _form_page(request, case, form, status=422)
    sheet.check_against_case(case, reading)
    return _confirm(request, case, user, given.text, reading)


def _from_file(file: UploadedFile) -> sheet.SheetText:
    if (file.size or 0) > settings.IMPORT_MAX_BYTES:
        raise Refused(f"文件超过 {settings.IMPORT_MAX_BYTES // 2**20} MB，请分成几个文件导入。")
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return sheet.text_of(Path(copy.name), settings.IMPORT_MAX_BYTES, file.name or "")


def _confirm(request: Request, case: Case, user: User, text: str, reading: sheet.Reading) -> HttpResponse:
    """Take the list over where that was asked and nothing is wrong; else show the preview."""
    entries = payments.unallocated(case) if _paid(reading) else {}
    asked = "confirm" in request.POST
    paid_form = PaidBeforeForm(
        request.POST if asked and _paid(reading) else None, entries=entries, today=timezone.localdate()
    )
    refusal = ""
    if asked and not reading.faults and (not _paid(reading) or paid_form.is_valid()):
        try:
            _take_over(case, reading, paid_form, user)
        except Forbidden:
            raise
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"已把 {len(reading.facts)} 人加入职工名单。")
            return redirect(case.section_url("workers"))
    return _preview(request, case, text, reading, paid_form, refusal, asked)


def _paid(reading: sheet.Reading) -> Decimal:
    return sum((facts.paid for facts in reading.facts), Decimal(0))


@transaction.atomic
def _take_over(case: Case, reading: sheet.Reading, paid_form: PaidBeforeForm, user: User) -> None:
    at, facts = timezone.now(), reading.facts
    made = workers.add_workers(case, facts, user, at)
    amounts = {worker.pk: row.paid for worker, row in zip(made, facts, strict=True) if row.paid}
    if not amounts:
        return
    if paid_form.cleaned_data["entry"] == "new":
        payments.pay_as_listed(case, amounts, paid_form.cleaned_data["on"], user, at)
    else:
        entry = paid_form.entries[paid_form.cleaned_data["entry"]]
        payments.allocate(case, entry, amounts, user, at)


def _form_page(request: Request, case: Case, form: WorkerSheetForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/workers/worker_sheet.html", {"case": case, "form": form}, status=status)


def _preview(
    request: Request,
    case: Case,
    text: str,
    reading: sheet.Reading,
    paid_form: PaidBeforeForm,
    refusal: str,
    asked: bool,
) -> HttpResponse:
    form = WorkerSheetForm(initial={"text": text}, today=timezone.localdate())
    named: dict[int, list[BadCell]] = {}
    for fault in reading.faults:
        named.setdefault(fault.row, []).append(fault)
    # Rows with faults first among what is cut off: they are what has to be seen.
    rows = sorted(reading.rows, key=lambda row: row.number not in named)[:SHOWN]
    owed = sum((facts.owed for facts in reading.facts), Decimal(0))
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "reading": reading,
        "text": text,
        "refusal": refusal,
        "columns": sheet.COLUMNS.values(),
        "lines": [
            (row.number, _cells(row, named), named.get(row.number, [])) for row in sorted(rows, key=lambda r: r.number)
        ],
        "hidden": max(0, len(reading.rows) - SHOWN),
        "faults": reading.faults[:SHOWN_FAULTS],
        "owed": owed,
        "beyond": workers.list_excess(case, owed),
        "paid": _paid(reading),
        "paid_form": paid_form,
        "elsewhere": _elsewhere(reading.facts, request.user, case),
    }
    return render(request, "arrears/workers/worker_sheet.html", context, status=422 if reading.faults or asked else 200)


def _cells(row: sheet.WorkerRow, named: dict[int, list[BadCell]]) -> list[tuple[str, str, bool]]:
    """Return (heading, text, whether bad) in the order of the columns."""
    bad = {fault.column for fault in named.get(row.number, [])}
    return [(label, row.said.get(name, ""), label in bad) for name, label in sheet.COLUMNS.items()]


@read_page
def template(request: Request, pk: int) -> HttpResponse:
    """The empty sheet to fill in."""
    the_case(request, pk)
    out = BytesIO()
    write_template(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('职工名单模板.xlsx')}"
    return answer


def _elsewhere(rows: Iterable[workers.WorkerFacts], user: User, case: Case) -> Any:
    """Other cases that list one of these workers, as the app that knows likenesses finds them."""
    (found,) = provided("likenesses of numbers")
    rows = list(rows)
    return found((row.phone.text for row in rows), (row.identity.text for row in rows), user, case)
