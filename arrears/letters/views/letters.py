"""Pages of one letter: its paper, the steps that can be taken, and the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from arrears.cases.models import Case
from arrears.letters import paper, rules, table
from arrears.letters import wording as words
from arrears.letters.forms import StepForm
from arrears.letters.models import Letter, LetterState
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.views import DOCX, attachment
from unions.current_user import reader
from unions.models import User

TONES = {
    LetterState.DRAFT: "neutral",
    LetterState.SUBMITTED: "busy",
    LetterState.WITHDRAWN: "neutral",
    LetterState.APPROVED: "busy",
    LetterState.DELIVERED: "info",
    LetterState.REFUSED: "bad",
    LetterState.ANSWERED: "good",
    LetterState.FINISHED: "done",
    LetterState.VOID: "neutral",
}
PARTS = (
    "case__employer",
    "case__union__parent",
    "case__handling_union__parent",
    "case__officer",
    "issuer__parent",
    "drafted_by",
    "submitted_by",
    "decided_by",
    "ended_by",
    "follows__issuer",
    "delivery_proof",
    "answer_paper",
)


def the_letter(request: HttpRequest, pk: int) -> Letter:
    """404 for strangers, and above the issuer while it is not issued."""
    return get_object_or_404(Letter.objects.visible_to(reader(request)).select_related(*PARTS), pk=pk)


@login_required
@never_cache
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, the_letter(request, pk))


def _page(
    request: HttpRequest,
    row: Letter,
    *,
    status: int = 200,
    stale: str = "",
    asked: str = "",
    form: StepForm | None = None,
) -> HttpResponse:
    """`asked`: the step that was refused, whose form shows its errors."""
    user, now = reader(request), timezone.now()
    said = row.content if row.is_issued else words.content(row, timezone.localdate())
    offers = table.offers(row, user, now)
    next_kind = rules.next_kind(row, now)
    context: dict[str, Any] = {
        "letter": row,
        "case": row.case,
        "said": said,
        "shown": words.seal(said),
        "stale": stale,
        "asked": asked,
        "tone": "bad" if row.is_overdue(now) else TONES[LetterState(row.state)],
        "state": "逾期未答复" if row.is_overdue(now) else row.get_state_display(),
        "steps": [(offer, form if form and offer.name == asked else _form(offer.name)) for offer in offers],
        "may_edit": row.state == LetterState.DRAFT and rules.may_draft(row, user),
        "next_kind": next_kind,
        "ground": rules.ground_for(row, now),
        "may_follow": next_kind is not None
        and any(next_kind in rules.kinds_of(unit) for unit in rules.issuers(row.case, user)),
        "followers": rules.standing_followers(row).filter(pk__in=Letter.objects.visible_to(user).values("pk")),
        "sees_case": Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
        "lacking": list(rules.faults_in_words(row).values()) if row.state == LetterState.DRAFT else [],
    }
    return render(request, "arrears/letters/letter.html", context, status=status)


def _form(name: str, data: Any = None, files: Any = None) -> StepForm:
    today = timezone.localdate()
    initial = {"on": today}
    return StepForm(data, files, asks=table.STEPS[name].asks, today=today, initial=initial, auto_id=f"id_{name}_%s")


@login_required
@require_POST
def letter_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take one step of the table."""
    if name not in table.STEPS:
        raise Http404
    row, user = the_letter(request, pk), reader(request)
    if not table.may(row, table.STEPS[name], user):
        who = "审批人" if table.STEPS[name].by_approver else "填报员或经办人"
        raise Forbidden(f"「{table.STEPS[name].label}」由「{row.issuer.in_charge()}」的{who}办理。")
    form = _form(name, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, status=422, asked=name, form=form)
    try:
        row = _take(request, row, name, form, user)
    except Forbidden:
        raise
    except Stale as stale:
        return _page(request, the_letter(request, pk), status=409, stale=stale.message, asked=name, form=form)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _page(request, the_letter(request, pk), status=refusal.status, asked=name, form=form)
    messages.success(request, table.STEPS[name].done)
    return redirect(row if Letter.objects.visible_to(user).filter(pk=row.pk).exists() else row.case)


def _take(request: HttpRequest, row: Letter, name: str, form: StepForm, user: User) -> Letter:
    given: dict[str, Any] = dict(form.cleaned_data)
    if name == "approve":
        given["shown"] = request.POST.get("shown", "")
    if not isinstance(given.get("proof"), UploadedFile):
        given.pop("proof", None)
    return table.STEPS[name].do(row, user, timezone.now(), seen=seen_in(request.POST), **given)


@login_required
@require_safe
def letter_document(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The docx: of an issued letter the very file that was approved, else how it would look."""
    row = the_letter(request, pk)
    if not row.is_issued:
        said = words.content(row, timezone.localdate())
        blank: words.Content = {"number": "（文号签发时编定）", "date": "（成文日期签发时填写）"}
        return attachment(
            paper.written(said | blank, paper.layout_for(row)), f"{row.get_kind_display()}（未签发）.docx", DOCX
        )
    try:
        with row.document.open("rb") as content:
            document = content.read()
    except FileNotFoundError:
        raise Http404("文书文件不在存储中。") from None
    if paper.digest(document) != row.sha256:
        raise Refused("这份文书的文件与签发时的校验值不符，可能被改动过，请联系系统管理员。")
    void = "（作废）" if row.state == LetterState.VOID else ""
    return attachment(document, f"{row.get_kind_display()}{row.number}{void}.docx", DOCX)
