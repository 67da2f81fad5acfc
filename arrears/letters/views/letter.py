"""The page of a letter with its steps, and its docx."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from arrears.cases.models import Case
from arrears.cases.second_person import case_events
from arrears.cases.views.evidence import send_file
from arrears.letters import paper, rules, steps, wording
from arrears.letters.actions import issuing
from arrears.letters.forms import LetterStepForm
from arrears.letters.models import Letter, LetterState
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine
from unions.common.form_fields import PlainForm
from unions.common.formats import day, moment
from unions.common.refusals import Forbidden, Refused
from unions.common.views import DOCX, attachment
from unions.http import Request, read_page
from unions.log import audit
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


def the_letter(request: Request, pk: int) -> Letter:
    """404 for strangers, and above the issuer while it is not issued."""
    return get_object_or_404(Letter.objects.visible_to(request.user).select_related(*PARTS), pk=pk)


def _take(step: steps.LetterStep, row: Letter, cleaned: dict[str, Any], by: User, at: datetime) -> Letter:
    given = dict(cleaned)
    if not isinstance(given.get("proof"), UploadedFile):
        given.pop("proof", None)
    return step.do(row, by, at, **given)


class LetterPage(ApprovalPage[Letter]):
    approvals = (issuing.APPROVAL,)
    further = {
        name: FurtherStep(LetterStepForm, partial(_take, one), one.done, seen=True) for name, one in steps.STEPS.items()
    }
    template = "arrears/letters/letter.html"
    steps_at = "letter-step"

    @method_decorator(never_cache)
    def show(self, request: Request, pk: int) -> HttpResponse:
        return super().show(request, pk)

    def find(self, request: Request, pk: int) -> Letter:
        return the_letter(request, pk)

    def check_may(self, row: Letter, step: str, user: User) -> None:
        if step in steps.STEPS and not steps.may(row, steps.STEPS[step], user):
            who = "审批人" if steps.STEPS[step].by_approver else "填报员或经办人"
            raise Forbidden(f"“{steps.STEPS[step].label}”由“{row.issuer.in_charge()}”的{who}办理。")
        if step not in steps.STEPS and (because := issuing.APPROVAL.lacks_right(row, user)):
            raise Forbidden(because)

    def form(self, step: str, row: Letter, data: Any = None, files: Any = None) -> PlainForm:
        if step not in steps.STEPS:
            return super().form(step, row, data)
        today = timezone.localdate()
        asks = steps.STEPS[step].asks
        return LetterStepForm(data, files, asks=asks, today=today, initial={"on": today}, auto_id=f"id_{step}_%s")

    def facts(self, row: Letter, user: User, now: datetime) -> dict[str, Any]:
        late, next_kind = row.is_overdue(now), rules.next_kind(row, now)
        issuers = rules.issuing_units(row.case, user) if next_kind is not None else []
        return {
            "letter": row,
            "case": row.case,
            "said": row.content if row.is_issued else wording.paper_values(row, timezone.localdate()),
            "tone": "bad" if late else TONES[LetterState(row.state)],
            "state": "逾期未答复" if late else row.get_state_display(),
            "offers": steps.offers(row, user),
            "may_edit": row.state == LetterState.DRAFT and rules.may_draft(row, user),
            "next_kind": next_kind,
            "ground": rules.ground_for(row, now),
            "may_follow": any(next_kind in rules.kinds_of(unit) for unit in issuers),
            "enclosed": row.enclosed(),
            "followers": rules.followers_in_force(row).filter(pk__in=Letter.objects.visible_to(user).values("pk")),
            "sees_case": Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
            "lacking": list(rules.missing_parts(row).values()) if row.state == LetterState.DRAFT else [],
            "opinion_note": "批准后编文号、生成正式文书并锁定。",
        }

    def history(self, row: Letter) -> list[HistoryLine]:
        lines = [HistoryLine("拟稿", (row.drafted_by.name, moment(row.drafted_at)))]
        if row.submitted_by and row.submitted_at:
            lines.append(HistoryLine("送审", (row.submitted_by.name, moment(row.submitted_at))))
        if row.is_issued and row.decided_by:
            lines.append(HistoryLine("签发", (row.decided_by.name, moment(row.decided_at), row.decision)))
        elif row.state == LetterState.SUBMITTED:
            lines.append(HistoryLine("待审批", (f"{row.issuer}的审批人",), ""))
        return [*lines, *_delivery_and_reply(row)]

    def goes_to(self, row: Letter, user: User, step: str) -> Letter | Case:
        return row if Letter.objects.visible_to(user).filter(pk=row.pk).exists() else row.case


def _delivery_and_reply(row: Letter) -> Iterator[HistoryLine]:
    if row.delivered_on:
        taken = bool(row.delivery)
        yield HistoryLine("送达" if taken else "拒收", (day(row.delivered_on),), "done" if taken else "bad")
    elif row.state == LetterState.APPROVED:
        yield HistoryLine("待送达", (), "")
    if row.answered_on:
        yield HistoryLine("答复", (day(row.answered_on),), "bad" if row.answer == "uncorrected" else "done")
    elif row.state == LetterState.DELIVERED:
        late = row.is_overdue(timezone.now())
        due = f"期限 {day(row.reply_due_at)}" if row.reply_due_at else ""
        yield HistoryLine("逾期未答复" if late else row.get_state_display(), (due,), "bad" if late else "")


page = LetterPage()


@read_page
def letter_document(request: Request, pk: int) -> HttpResponse | FileResponse:
    """The docx: the approved file of an issued letter, else how it would look."""
    row = the_letter(request, pk)
    if not row.is_issued:
        values = wording.paper_values(row, timezone.localdate())
        blank: wording.Content = {"number": "（文号签发时编定）", "date": "（成文日期签发时填写）"}
        return attachment(
            paper.render(values | blank, paper.layout_for(row)), f"{row.get_kind_display()}（未签发）.docx", DOCX
        )
    return _paper(row)


def _paper(row: Letter) -> HttpResponse:
    """The approved file, as it was signed."""
    try:
        with row.document.open("rb") as content:
            document = content.read()
    except FileNotFoundError:
        raise Http404("文书文件不在存储中。") from None
    if paper.digest(document) != row.sha256:
        raise Refused("这份文书的文件与签发时的校验值不符，可能被改动过，请联系系统管理员。")
    void = "（作废）" if row.state == LetterState.VOID else ""
    return attachment(document, f"{row.get_kind_display()}{row.number}{void}.docx", DOCX)


# ---- in the window of the department it goes to --------------------------------------------------------------------------


def _the_letter_sent(request: Request, pk: int) -> Letter:
    """A 建议书 to a department of the reader, or 404; that she opened it stands in the chain of the case, once."""
    rows = Letter.objects.addressed_to(request.user, timezone.localdate())
    row = get_object_or_404(rows.select_related(*PARTS), pk=pk)
    if not case_events(row.case, ["letter.opened"], letter=pk).filter(by=request.user).exists():
        with transaction.atomic():
            facts = {"letter": pk, "letter_kind": row.kind, "number": row.number or ""}
            audit.record(row.case.stream, "letter.opened", request.user, timezone.now(), union=row.issuer, **facts)
    return row


@read_page
@never_cache
def sent_document(request: Request, pk: int) -> HttpResponse:
    return _paper(_the_letter_sent(request, pk))


@read_page
@never_cache
def sent_enclosure(request: Request, pk: int, evidence_pk: int) -> HttpResponse | FileResponse:
    row = _the_letter_sent(request, pk)
    found = next((one for one in row.enclosed() if one.pk == evidence_pk), None)
    if found is None:
        raise Http404
    return send_file(found)
