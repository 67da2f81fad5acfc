"""Files of returns: a version, a draft or a compilation as a workbook, words as docx, a whole period as zip. Every download is logged."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reporting.exports import actions as exports
from reporting.exports.views import XLSX
from reporting.returns import bundles, paper_docx, papers, status
from reporting.returns.collection import ReturnCollection
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.papers import Paper
from reporting.returns.views.found import the_collection, the_return
from reporting.returns.views.versions import the_version
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.http import Request, post_action
from unions.log import audit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"xlsx": XLSX, "docx": DOCX}


@login_required
@never_cache
@require_safe
def version_file(request: Request, pk: int, number: int, kind: str) -> HttpResponse:
    row, version = the_version(request, pk, number)
    exports.check_right(row.union, request.user)
    content = _content(papers.of_version(version), kind)
    state = f"第{version.number}版" if version.approved_at else f"第{version.number}版-未审批"
    return _answer(request, row, version, papers.file_name(row, state, kind), content, kind)


@login_required
@never_cache
@require_safe
def draft_file(request: Request, pk: int, kind: str) -> HttpResponse:
    """Of what the unit itself still writes; 404 for everybody else."""
    row, user = the_return(request, pk), request.user
    if not status.insider(row, user):
        raise Http404
    exports.check_right(row.union, user)
    if not row.in_hand:
        raise Refused("这份报表已经签字，没有草稿；请下载已签字的版本。")
    content = _content(papers.of_draft(row, day_of(timezone.now())), kind)
    return _answer(request, row, None, papers.file_name(row, "草稿", kind), content, kind)


def _content(paper: Paper, kind: str) -> bytes:
    """404 for a kind there is not: only a form that wants words has a docx."""
    if kind == "docx" and paper.form.sections:
        return paper_docx.written(paper)
    if kind == "xlsx":
        return bundles.workbook_of(paper)
    raise Http404


def _answer(
    request: Request, row: Return, version: ReturnVersion | None, name: str, content: bytes, kind: str
) -> HttpResponse:
    if request.method == "GET":
        with transaction.atomic():
            exports.note_download(row, version, name, request.user, timezone.now())
    return attached(content, name, TYPES[kind])


def attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


# ---- what a unit collected ----------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def collection_file(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """The sum of the versions that stand, as a workbook."""
    found, user, at = the_collection(request, code, rulebook, rule, period), request.user, timezone.now()
    exports.check_right(found.receiver, user)
    if found.form.by_unit:
        raise Refused("这张表按单位列行，没有汇总表；请下载各单位的报表。")
    content = bundles.workbook_of(bundles.sum_paper(found, day_of(at)))
    if request.method == "GET":
        with transaction.atomic():
            _note(found, request)
    return attached(content, bundles.sum_name(found), XLSX)


def _note(found: ReturnCollection, request: Request) -> None:
    """In the chain of the receiving unit: the sum is no return of its own."""
    stream, at = f"union:{found.receiver.pk}", timezone.now()
    audit.record(
        stream,
        "download_collection",
        request.user,
        at,
        union=found.receiver,
        rulebook=found.rulebook,
        rule=found.rule,
        period=found.period,
    )


@post_action
def collection_bundle(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """Ask for the zip; its page shows how far it is."""
    found = the_collection(request, code, rulebook, rule, period)
    export = exports.request_bundle(found, request.user, timezone.now())
    return redirect("export", pk=export.pk)
