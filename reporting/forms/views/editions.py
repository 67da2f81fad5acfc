"""Editions of the official tables in the browser: bring in, look at, put in force, take out; sheets and words for authors."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arrears.law.editions import pipeline
from arrears.law.editions.pipeline import Edition, office_of
from arrears.law.views.faults import add_faults, shown
from reporting.forms.concern import of_reader
from reporting.forms.editions import FormEditions, actions, sheet_writer
from reporting.forms.editions.sheet_reader import BadSheet, FilledForm, from_workbook
from reporting.forms.files import FOLDER, UNITS, Form, FormError, known
from reporting.forms.listing import VALUES
from reporting.forms.measures import MEASURES
from reporting.forms.models import FormEdition
from unions.common.form_fields import PlainForm
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.http import Request, form_page, read_page
from unions.models import User
from unions.tree.reach import highest_unit


class FormUploadForm(PlainForm):
    file = forms.FileField(
        label="报表格式文件",
        help_text="填好的 .xlsx 模板，或写好的 .toml 文件（UTF-8）。",
        error_messages={"required": "请选择文件。"},
    )
    key = forms.CharField(
        label="报表代码",
        required=False,
        max_length=pipeline.LONGEST_KEY,
        help_text="可不填：按表格里写的，或文件名。与现有报表相同的，启用后替换它；不同的，是一张新报表。",
    )


@read_page
def edition_list(request: Request) -> HttpResponse:
    """The forms of the reader's units with their editions, and for the offices what waits."""
    user = request.user
    highest_unit(user)
    here, today = FormEditions.load(), timezone.localdate()
    rows = [(here.rows[key][-1].content, _lines(here, key, today)) for key in _to_begin_with(here, user)]
    context = {"rows": rows, "uploads": actions.shown_to(user), "office": office_of(user)}
    return render(request, "reporting/forms/form_editions.html", context)


def _to_begin_with(here: FormEditions, user: User) -> list[str]:
    """Keys of the forms of the reader's units; for who is to bring in a province's first form, of all there are."""
    known = {key: row[-1].content for key, row in sorted(here.rows.items())}
    own = of_reader(known.values(), user)
    return [key for key in known if key in own] or ([*known] if office_of(user) else [])


def _lines(here: FormEditions, key: str, today: date) -> list[dict[str, Any]]:
    """The editions of a form, the newest first, each with the last day before the next takes its place."""
    return [_line(here, key, edition, today) for edition in reversed(here.rows[key])]


def _line(here: FormEditions, key: str, edition: Edition[Form], today: date) -> dict[str, Any]:
    speaking = here.speaking(key, today)
    label = "现行" if speaking is edition else "尚未启用" if edition.first > today else "以前的期间"
    state = "active" if speaking is edition else "pending" if edition.first > today else "closed"
    downloads = here.newest(key) is edition
    until = here.until(key, edition)
    return {"edition": edition, "state": state, "label": label, "downloads": downloads, "until": until}


@form_page
def upload(request: Request) -> HttpResponse:
    user = request.user
    office = office_of(user)
    if office is None:
        raise Forbidden("报表格式由省总工会的统计员上传，您没有这项权限。")
    form = FormUploadForm(request.POST or None, request.FILES or None, today=timezone.localdate())
    here = FormEditions.load()
    own = _to_begin_with(here, user)
    templates = {key: one for key, one in here.at(timezone.localdate()).items() if key in own}
    context: dict[str, Any] = {"form": form, "office": office, "forms": templates}
    if request.method == "POST" and form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        content = ""
        try:
            filled = _filled(file)
            content = filled.content
            key = form.cleaned_data["key"] or filled.key
            edition = actions.bring_in(content, key, str(file.name), office, user, timezone.now())
            return redirect("form-edition", pk=edition.pk)
        except FormError as error:
            context["faults"] = shown(error, content)
            add_faults(form, error)
        except BadSheet as refusal:
            context["cells"] = refusal.faults
            form.add_error("file", refusal.message)
        except Forbidden:
            raise
        except Refused as refusal:
            for name in refusal.fields or ["file"]:
                form.add_error(name, refusal.message)
    return render(request, "reporting/forms/form_edition_upload.html", context, status=422 if form.errors else 200)


def _filled(file: UploadedFile) -> FilledForm:
    """The form's text from either kind of file. Raises BadSheet, Refused."""
    if (file.size or 0) > actions.MOST_BYTES:
        raise Refused(f"文件超过 {actions.MOST_BYTES // 1000} KB，请核对是否选错了文件。")
    data: bytes = file.read()
    if data.startswith(b"PK\x03\x04"):
        return from_workbook(data)
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("这个文件既不是 .xlsx 工作簿，也不是 UTF-8 文本，请另存后重新上传。") from None
    if not content.strip():
        raise Refused("文件是空的，请选择填好的文件。")
    return FilledForm("", content)


# For authors ---------------------------------------------------------------------------------------------------------


@read_page
def measures(request: Request) -> HttpResponse:
    """What a column may name: measures of tables, values of lists, units."""
    highest_unit(request.user)
    tables = [(name, one.what, sheet_writer.fitting(one.sort)) for name, one in MEASURES.items()]
    lists = [(name, one.what, sheet_writer.fitting(one.sort) if one.sort else "") for name, one in VALUES.items()]
    units = [(name, unit.scale, unit.places) for name, unit in UNITS.items()]
    return render(request, "reporting/forms/form_measures.html", {"tables": tables, "lists": lists, "units": units})


@read_page
def sheet(request: Request, key: str) -> HttpResponse:
    """The spreadsheet of the form in force, to be changed and sent back."""
    return attachment(sheet_writer.to_workbook(key, _text(request, key)), f"{key}.xlsx")


@read_page
def text(request: Request, key: str) -> HttpResponse:
    """The file of the form in force."""
    return attachment(_text(request, key).encode(), f"{key}.toml", "text/plain; charset=utf-8")


def _text(request: Request, key: str) -> str:
    """404 when there is no such form, or it is another place's."""
    highest_unit(request.user)
    here = FormEditions.load()
    newest = here.newest(key)
    if newest is None or key not in _to_begin_with(here, request.user):
        raise Http404
    if newest.upload:
        return FormEdition.objects.values_list("content", flat=True).get(pk=newest.upload)
    return (FOLDER / f"{known()[key].key}.toml").read_text("utf-8")
