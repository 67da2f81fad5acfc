"""A new rulebook in the browser: upload, trial, and the second person who puts it in force."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arrears.law.editions import uploads
from arrears.law.editions.pipeline import office_of
from arrears.law.editions.texts import NoticeText
from arrears.law.models import RulebookUpload, TrialStage
from arrears.law.rules.reader import RulebookError, parse_rulebook
from arrears.law.rules.workdays import same_day_in
from arrears.law.views.faults import add_faults, shown
from arrears.law.views.rulebooks import laid_out_page
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.models import JobState, User


class UploadForm(forms.Form):
    file = forms.FileField(
        label="规则文件",
        help_text="写好的 .toml 文件，UTF-8 编码。可先下载一部相近的规则，照「规则文件写法」修改。",
        error_messages={"required": "请选择规则文件。"},
    )
    notice_text = forms.CharField(
        label="通知全文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="可不填。粘贴后规则页逐段对照原文，并核对每处引文是否真的在通知里。",
    )
    since = forms.DateField(label="试算起", help_text="用这段时间受理的案件试算。")
    until = forms.DateField(label="试算止", help_text="默认到今天为止的一年。")

    def content(self) -> str:
        """The file as text. Raises Refused."""
        data: bytes = self.cleaned_data["file"].read(uploads.LONGEST * 4 + 1)
        if len(data) > uploads.LONGEST * 4:
            raise Refused("文件过大，请核对是否选错了文件。", {"file": "文件过大。"})
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused(
                "这个文件不是 UTF-8 文本，不能读取；请用文本编辑器另存为 UTF-8 后重新上传。",
                {"file": "不是 UTF-8 文本。"},
            ) from None


@form_page
def upload(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    office = office_of(user)
    if office is None:
        raise Forbidden("规则由省总工会的统计员上传，您没有这项权限。")
    until = timezone.localdate()
    since = same_day_in(until, -12)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"since": since, "until": until})
    faults: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        given, content = form.cleaned_data, ""
        try:
            content = form.content()
            row = uploads.bring_in(
                content, given["file"].name, given["notice_text"], given["since"], given["until"], office, user, now
            )
            return redirect("rulebook-trial", pk=row.pk)
        except RulebookError as error:
            faults = shown(error, content)
            add_faults(form, error)
        except Forbidden:
            raise
        except Refused as refusal:
            for name in refusal.fields or [""]:
                form.add_error(name or None, refusal.message)
    status = 422 if form.errors else 200
    return render(
        request, "arrears/law/rulebook_upload.html", {"form": form, "office": office, "faults": faults}, status=status
    )


def _upload(request: Request, pk: int) -> RulebookUpload:
    """404 for strangers."""
    return get_object_or_404(uploads.shown_to(request.user), pk=pk)


@login_required
@never_cache
@require_safe
def trial(request: Request, pk: int) -> HttpResponse:
    """The trial's page, or for htmx its part that changes."""
    row, user = _upload(request, pk), request.user
    if row.under_way and request.htmx:  # type: ignore[attr-defined]
        return render(request, "arrears/law/rulebook_trial_state.html", {"job": row})
    if request.htmx:  # type: ignore[attr-defined]
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "arrears/law/rulebook_trial.html", _context(row, user))


def _context(row: RulebookUpload, user: User) -> dict[str, Any]:
    now = timezone.now()
    context: dict[str, Any] = {
        "upload": row,
        "job": row,
        "barred": uploads.approval.barred(row, user, now),
        "seal": uploads.approval.seal(row, now),
    }
    over_or_waiting = row.stage == TrialStage.TRIAL and row.state != JobState.RUNNING
    context["may_discard"] = (row.stage == TrialStage.TRIED or over_or_waiting) and (
        row.by_id == user.pk or context["barred"] is None
    )
    if row.result:
        (old_cases,) = provided("old cases")
        context["trial"] = old_cases.compared(row, user)
    if row.notice_text:
        book = parse_rulebook(row.content, "rulebook.toml")
        context["missing"] = uploads.not_in_notice(book, NoticeText(row.notice_text))
    return context


@read_page
def preview(request: Request, pk: int) -> HttpResponse:
    """How the rulebook would read beside its notice."""
    row = _upload(request, pk)
    book = parse_rulebook(row.content, "rulebook.toml")
    context = laid_out_page(book, uploads.notice_of(pk), None, []) | {"upload": row}
    return render(request, "arrears/law/rulebook.html", context)


@post_action
def activate(request: Request, pk: int) -> HttpResponse:
    seal = request.POST.get("seal", "")
    row = uploads.approval.approve(_upload(request, pk), by=request.user, at=timezone.now(), seal=seal)
    messages.success(request, f"《{row.title}》已启用，自今天起按它判断；此前的期间仍按原规则。")
    return redirect("rulebook", key=row.key)


@post_action
def discard(request: Request, pk: int) -> HttpResponse:
    row = _upload(request, pk)
    uploads.discard(row, by=request.user, at=timezone.now(), opinion=request.POST.get("reason", ""))
    messages.success(request, f"已作废这次上传的《{row.title}》。")
    return redirect("rulebooks")
