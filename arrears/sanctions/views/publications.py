"""The publication list of a period (QP-3.3, YK-3b): drafting, taking out, two people, the workbook, and off the public page again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import ledger
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.sanctions import publication_sheet
from arrears.sanctions.actions import publications
from arrears.sanctions.forms import HonestEmployerForm, PublicationDraftForm, PublicationOpinionForm, PublicationRowForm
from arrears.sanctions.models import Publication, PublicationKind, PublicationRow, PublicationStage
from arrears.sanctions.publication_draft import draft_rows, past_periods, period_containing
from arrears.sanctions.views.tabs import render_list, viewing_user
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine
from unions.common.attempt import attempt
from unions.common.formats import moment
from unions.common.refusals import Forbidden
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, form_page, post_action, read_page
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

S = PublicationStage
ROW_STEPS: dict[str, tuple[Callable[[PublicationRow, User, datetime, str], Any], str]] = {
    "out": (
        lambda line, by, at, opinion: publications.take_out(line, publications.required_reason(opinion), by, at),
        "本期不公布这一户。",
    ),
    "back": (lambda line, by, at, opinion: publications.take_out(line, "", by, at), "已恢复公布这一户。"),
    "withdraw": (
        lambda line, by, at, opinion: publications.withdraw_row(line, by=by, at=at, opinion=opinion),
        "已撤下这一户。",
    ),
}


def _fresh(row: Publication, at: datetime) -> list[publications.DraftedRow]:
    span = publications.PublicationPeriod(row.period, row.first, row.last)
    return [] if row.is_honest else draft_rows(row.union, span, timezone.localdate(at))


@form_page
def publication_list(request: Request) -> HttpResponse:
    """The register; POST drafts the list of a period."""
    user = viewing_user(request)
    units, today = _units(user), timezone.localdate()
    if request.method != "POST":
        return _register(request, user, _draft_form(units, today))
    if not units:
        raise Forbidden("公布名单由经办人或统计员拟制。")
    form = _draft_form(units, today, request.POST)
    row, status = attempt(form, lambda data: _draft(data, user))
    if row is None:
        return _register(request, user, form, status)
    listed = f"已列出 {row.rows.count()} 户，请逐户核对后送审。"
    messages.success(request, "已拟制，请推荐用人单位后送审。" if row.is_honest else listed)
    return redirect(row)


def _draft(data: dict[str, Any], user: User) -> Publication:
    now = timezone.now()
    union, today = data["union"], timezone.localdate(now)
    span = period_containing(union, data["period"])
    kind = data.get("kind") or PublicationKind.OFFENDERS
    rows = [] if kind == PublicationKind.HONEST else draft_rows(union, span, today)
    return publications.draft(union, span, data["until"], rows, user, now, kind=kind)


def _units(user: User) -> list[Union]:
    paths = {*user.paths(Right.SUBMIT), *user.paths(Right.HANDLE)}
    units = Union.objects.filter(path__in=paths, valid_until=None).order_by("depth", "code")
    return [unit for unit in units if unit.is_general]


def _draft_form(units: list[Union], today: date, data: Any = None) -> PublicationDraftForm:
    offered = [span for unit in units[:1] for span in past_periods(unit, today)]
    books = RulebooksByUnit()
    honest = any(publications.asks_for_honest(unit, today, books) for unit in units)
    return PublicationDraftForm(data, units=units, spans=offered, today=today, honest=honest)


def _register(request: Request, user: User, form: PublicationDraftForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    shown = PublicationRow.objects.shown_on(today).filter(publication__in=Publication.objects.visible_to(user))
    shown_by_kind = dict(shown.order_by().values_list("publication__kind").annotate(count=Count("pk")))
    found = Publication.objects.visible_to(user).select_related("union")
    honest = "kind" in form.fields or found.filter(kind=PublicationKind.HONEST).exists()
    found = found.annotate(count=Count("rows", filter=Q(rows__out=False)))
    answer = render_list(
        request,
        "publications",
        "publications",
        found,
        form=form,
        may_draft=bool(_units(user)),
        public=shown_by_kind.get(PublicationKind.OFFENDERS, 0),
        honest=shown_by_kind.get(PublicationKind.HONEST, 0) if honest else None,
    )
    answer.status_code = status
    return answer


def the_publication(request: Request, pk: int) -> Publication:
    """404 for strangers."""
    parts = "union__parent", "drafted_by", "submitted_by", "decided_by", "withdrawn_by"
    return get_object_or_404(Publication.objects.visible_to(request.user).select_related(*parts), pk=pk)


class PublicationPage(ApprovalPage[Publication]):
    approvals = (publications.APPROVAL,)
    further = {
        "propose": FurtherStep(
            HonestEmployerForm,
            lambda row, data, by, at: publications.propose_honest(
                row, data["employer_name"], data["uscc"], data["why"], data["checked"], by, at
            ),
            "已列入拟公布的名单。",
        ),
        "collect": FurtherStep(
            PublicationOpinionForm,
            lambda row, data, by, at: publications.collect_again(row, _fresh(row, at), by, at),
            "已按最新登记重新汇集，原有各户的改动不变。",
            beside="submit",
        ),
        "submit": FurtherStep(
            PublicationOpinionForm, lambda row, data, by, at: publications.submit(row, by, at), "已送审。"
        ),
        "discard": FurtherStep(
            PublicationOpinionForm,
            lambda row, data, by, at: publications.discard(row, by, at),
            "已作废。",
            beside="submit",
        ),
        "withdraw": FurtherStep(
            PublicationOpinionForm,
            lambda row, data, by, at: publications.withdraw(row, by=by, at=at, opinion=data["opinion"]),
            "已撤下，公开页不再显示。",
        ),
    }
    template = "arrears/sanctions/publication.html"
    steps_at = "publication-step"
    opinion_form = PublicationOpinionForm

    def check_may(self, row: Publication, step: str, user: User) -> None:
        if step == "propose" and not publications.may_draft(row.union, user):
            raise Forbidden(f"用人单位由“{row.union.in_charge()}”的经办人或统计员推荐。")

    def find(self, request: Request, pk: int) -> Publication:
        return the_publication(request, pk)

    def facts(self, row: Publication, user: User, now: datetime) -> dict[str, Any]:
        today = timezone.localdate(now)
        shown = PublicationRow.objects.shown_on(today).filter(publication=row)
        public = set(shown.values_list("pk", flat=True))
        rows = list(row.rows.select_related("case", "employer"))
        # Who drafts and who approves sees what was paid meanwhile; the list itself says what was found.
        books = (
            ledger.balances([line.case_id for line in rows if line.case_id])
            if row.stage in (S.DRAFT, S.SUBMITTED)
            else {}
        )
        return {
            "rows": [(line, line.pk in public, books.get(line.case_id or 0)) for line in rows],
            "public": len(public),
            "may_draft": publications.may_draft(row.union, user),
            "may_withdraw": row.stage == S.PUBLISHED and publications.may_withdraw(row, user),
            "unchanged": bool(row.hash) and row.hash == publications.APPROVAL.seal(row, now),
        }

    def history(self, row: Publication) -> list[HistoryLine]:
        lines = [HistoryLine("拟制", (row.drafted_by.name, moment(row.drafted_at)))]
        if row.submitted_by and row.submitted_at:
            lines.append(HistoryLine("送审", (row.submitted_by.name, moment(row.submitted_at))))
        if row.published_on and row.decided_by:
            lines.append(HistoryLine("批准公布", (row.decided_by.name, moment(row.decided_at))))
        elif row.stage == S.SUBMITTED:
            lines.append(HistoryLine("待审批", (f"{row.union}的审批人",), ""))
        if row.withdrawn_by and row.withdrawn_at:
            lines.append(HistoryLine("撤下", (row.withdrawn_by.name, moment(row.withdrawn_at)), "bad"))
        return lines


page = PublicationPage()


@form_page
def row(request: Request, pk: int, row_pk: int) -> HttpResponse:
    """Change the words on one employer while the list is a draft."""
    one, user = the_publication(request, pk), request.user
    line = get_object_or_404(one.rows.select_related("case", "employer", "publication__union__parent"), pk=row_pk)
    if not publications.may_draft(one.union, user):
        raise Forbidden(f"公布名单由“{one.union.in_charge()}”的经办人或统计员拟制。")
    today, status = timezone.localdate(), 200
    form = PublicationRowForm(
        request.POST or None,
        today=today,
        honest=one.is_honest,
        initial={name: getattr(line, name) for name in publications.EDITABLE_FIELDS},
    )
    if request.method == "POST":
        done, status = attempt(form, lambda data: publications.reword(line, data, user, timezone.now()))
        if done is not None:
            messages.success(request, f"已保存“{line.name}”的公布内容。")
            return redirect(one)
    context = {"row": one, "line": line, "form": form}
    return render(request, "arrears/sanctions/publication_row.html", context, status=status)


@post_action
def row_step(request: Request, pk: int, row_pk: int, name: str) -> HttpResponse:
    one, user = the_publication(request, pk), request.user
    line = get_object_or_404(one.rows.select_related("publication__union__parent"), pk=row_pk)
    if name not in ROW_STEPS:
        raise Http404
    do, message = ROW_STEPS[name]
    form = PublicationOpinionForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda data: do(line, user, timezone.now(), data["opinion"]))
    if done is None:
        return page.answer(request, the_publication(request, pk), "withdraw", form, status=status)
    messages.success(request, f"{line.name}：{message}")
    return redirect(one)


@read_page
def sheet(request: Request, pk: int) -> HttpResponse:
    one, user, now = the_publication(request, pk), request.user, timezone.now()
    if not user.may(Right.EXPORT, one.union):
        raise Forbidden(f"您没有导出“{one.union}”名单的权限，请联系本单位的统计员或经办人。")
    content = bytes_of(partial(publication_sheet.write, one))
    with transaction.atomic():
        audit.record(one.stream, "publication.export", user, now, union=one.union)
    return attachment(content, f"{one.list_name}_{one.union.name}_{one.period}.xlsx")
