"""Files of returns: a version, a draft or a compilation as a workbook, words as docx, a whole period as zip. Every download is logged."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from reporting.exports import actions as exports
from reporting.returns import bundles, paper_docx, paper_pdf, papers
from reporting.returns.collection import ReturnCollection
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.papers import Paper
from reporting.returns.views.found import the_collection, the_own_return, the_version
from unions.common.pdf import PDF
from unions.common.refusals import Refused
from unions.common.views import DOCX, XLSX, attachment
from unions.http import Request, post_action, read_page
from unions.log import audit

TYPES = {"xlsx": XLSX, "docx": DOCX, "pdf": PDF}


@read_page
def version_file(request: Request, pk: int, number: int, kind: str) -> HttpResponse:
    row, version = the_version(request, pk, number)
    exports.check_right(row.union, request.user)
    content = _content(papers.of_version(version), kind)
    state = f"第{version.number}版" if version.approved_at else f"第{version.number}版-未审批"
    return _answer(request, row, version, papers.file_name(row, state, kind), content, kind)


@read_page
def draft_file(request: Request, pk: int, kind: str) -> HttpResponse:
    """Of what the unit itself still writes; 404 for everybody else."""
    row = the_own_return(request, pk)
    exports.check_right(row.union, request.user)
    if not row.in_hand:
        raise Refused("这份报表已经签字，没有草稿；请下载已签字的版本。")
    content = _content(papers.of_draft(row, timezone.localdate()), kind)
    return _answer(request, row, None, papers.file_name(row, "草稿", kind), content, kind)


def _content(paper: Paper, kind: str) -> bytes:
    """404 for a kind there is not: only a form that wants words has a docx."""
    if kind == "docx" and paper.form.sections:
        return paper_docx.written(paper)
    if kind == "pdf":
        return paper_pdf.written(paper)
    if kind == "xlsx":
        return bundles.workbook_of(paper)
    raise Http404


def _answer(
    request: Request, row: Return, version: ReturnVersion | None, name: str, content: bytes, kind: str
) -> HttpResponse:
    if request.method == "GET":
        with transaction.atomic():
            exports.note_download(row, version, name, request.user, timezone.now())
    return attachment(content, name, TYPES[kind])


# ---- what a unit collected ----------------------------------------------------------------------------------------------


@read_page
def collection_file(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """The sum of the versions that stand, as a workbook."""
    found, user, at = the_collection(request, code, rulebook, rule, period), request.user, timezone.now()
    exports.check_right(found.receiver, user)
    if found.form.by_unit:
        raise Refused("这张表按单位列行，没有汇总表；请下载各单位的报表。")
    paper, as_pdf = bundles.sum_paper(found, timezone.localdate(at)), request.GET.get("as") == "pdf"
    content = paper_pdf.written(paper) if as_pdf else bundles.workbook_of(paper)
    if request.method == "GET":
        with transaction.atomic():
            _note(found, request)
    name = bundles.sum_name(found)
    return attachment(content, f"{name.removesuffix('.xlsx')}.pdf", PDF) if as_pdf else attachment(content, name)


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
