"""A new rulebook in the browser: upload, trial, and the second person who puts it in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from arrears.law.editions import uploads, wording
from arrears.law.editions.pipeline import office_of
from arrears.law.editions.texts import NoticeText
from arrears.law.models import RulebookUpload, TrialStage
from arrears.law.rules.consistency import premature
from arrears.law.rules.reader import RulebookError, parse_rulebook
from arrears.law.rules.workdays import same_day_in
from arrears.law.views.faults import add_faults, shown
from arrears.law.views.rulebooks import laid_out_page
from unions.approval_page import ApprovalPage, HistoryLine
from unions.common.features import provided
from unions.common.form_fields import PlainForm
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, read_page
from unions.models import User


class UploadForm(forms.Form):
    file = forms.FileField(
        label="规则文件",
        help_text="写好的 .toml 文件，UTF-8 编码。可先下载一部相近的规则，照“规则文件写法”修改。",
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


class RulebookOpinionForm(PlainForm):
    opinion = forms.CharField(label="意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class TrialPage(ApprovalPage[RulebookUpload]):
    """The trial, and the second person; for htmx its part that changes while it runs."""

    approvals = (uploads.approval,)
    template = "arrears/law/rulebook_trial.html"
    steps_at = "rulebook-{step}"
    sealed_title = "规则和试算"
    opinion_form = RulebookOpinionForm

    def find(self, request: Request, pk: int) -> RulebookUpload:
        """404 for strangers."""
        return get_object_or_404(uploads.shown_to(request.user), pk=pk)

    @method_decorator([never_cache, read_page])
    def show(self, request: Request, pk: int) -> HttpResponse:
        if not request.htmx:  # type: ignore[attr-defined]
            return super().show(request, pk)
        row = self.find(request, pk)
        if row.under_way:
            return render(request, "arrears/law/rulebook_trial_state.html", {"job": row})
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer

    def facts(self, row: RulebookUpload, user: User, now: datetime) -> dict[str, Any]:
        found: dict[str, Any] = {"upload": row, "job": row, "places": {}}
        if row.result:
            (old_cases,) = provided("old cases")
            found["trial"] = old_cases.compared(row, user)
        if row.stage in (TrialStage.TRIAL, TrialStage.TRIED):
            found["lacks"] = uploads.lacks(row)
            found["begins"] = uploads.begins_on(row, timezone.localdate(now))
        if not row.under_way and row.content:
            book = parse_rulebook(row.content, "rulebook.toml")
            found["places"] = {clause.id: clause.place for clause in book.clauses}
            found["early"] = [wording.too_early(rule) for rule in premature(book)]
            if row.notice_text:
                found["missing"] = uploads.not_in_notice(book, NoticeText(row.notice_text))
        return found

    def decide(self, step: str, row: RulebookUpload, data: dict[str, Any], post: Any, by: User, at: datetime) -> str:
        """What is still missing is said once more with the success."""
        said = super().decide(step, row, data, post, by, at)
        return said + "".join(lack.sentence for lack in uploads.lacks(row)) if step == "activate" else said

    def history(self, row: RulebookUpload) -> list[HistoryLine]:
        lines = [HistoryLine("上传", (row.by.name, moment(row.uploaded_at)))]
        if row.decided_by and row.decided_at:
            gone = row.stage == TrialStage.DISCARDED
            words = (row.decided_by.name, moment(row.decided_at), row.reason)
            lines.append(HistoryLine("作废" if gone else "启用", words, "bad" if gone else "done"))
        elif row.stage == TrialStage.TRIED:
            lines.append(HistoryLine("待启用", (f"{row.office}的审批人",), ""))
        return lines

    def goes_to(self, row: RulebookUpload, user: User, step: str) -> Any:
        return reverse("rulebook", args=[row.key]) if step == "activate" else reverse("rulebooks")


page = TrialPage()


@read_page
def preview(request: Request, pk: int) -> HttpResponse:
    """How the rulebook would read beside its notice."""
    row = page.find(request, pk)
    book = parse_rulebook(row.content, "rulebook.toml")
    context = laid_out_page(book, uploads.notice_of(pk), None, []) | {"upload": row, "lacks": uploads.lacks(row)}
    return render(request, "arrears/law/rulebook.html", context)
