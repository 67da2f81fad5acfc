"""The layouts that units bring in for their own letters."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.letters.actions import layouts
from arrears.letters.forms import LayoutForm
from arrears.letters.models import LetterKind, LetterLayout
from arrears.letters.paper import LISTS, TEXTS
from arrears.letters.standard_layout import standard_layout
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.common.views import DOCX, attachment
from unions.http import Request, form_page, post_action, read_page
from unions.models import Union, User
from unions.people.rights import Right


def _own_units(user: User) -> list[Union]:
    units = list(Union.objects.filter(path__in=user.paths(Right.SUBMIT), valid_until=None).order_by("depth", "code"))
    if not units:
        raise Forbidden("文书版式由各单位统计员维护，您没有这项权限。")
    return units


@form_page
def letter_layouts(request: Request) -> HttpResponse:
    """The layouts in use at the user's units, and a form to bring one in."""
    user = request.user
    units = _own_units(user)
    if request.method != "POST":
        return _layouts(request, units, LayoutForm(unions=units, today=timezone.localdate()))
    form = LayoutForm(request.POST, request.FILES, unions=units, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda data: layouts.use_layout(
            form.units[data["union"]], LetterKind(data["kind"]), data["file"], user, timezone.now()
        ),
    )
    if row is None:
        return _layouts(request, units, form, status=status)
    messages.success(
        request, f"已启用“{row.name}”，{row.union}及所辖单位此后签发的{row.get_kind_display()}用这个版式。"
    )
    return redirect("letter-layouts")


def _layouts(request: Request, units: list[Union], form: LayoutForm, *, status: int = 200) -> HttpResponse:
    rows = _in_use(units).select_related("union", "by")
    context = {"rows": rows, "form": form, "names": (TEXTS | LISTS).items()}
    return render(request, "arrears/letters/letter_layouts.html", context, status=status)


def _in_use(units: list[Union]) -> QuerySet[LetterLayout]:
    return LetterLayout.objects.filter(union__in=units, ended_at=None)


@post_action
def letter_layout_end(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(_in_use(_own_units(user)).select_related("union"), pk=pk)
    layouts.end_layout(row, user, timezone.now())
    messages.success(request, f"已停用“{row.name}”，改用上级或通用版式。")
    return redirect("letter-layouts")


@read_page
def letter_layout_file(request: Request, pk: int) -> HttpResponse | FileResponse:
    """The file of a layout; 0 is the standard one, to begin from."""
    units = _own_units(request.user)
    if pk == 0:
        return attachment(standard_layout(), "一函两书通用版式.docx", DOCX)
    row = get_object_or_404(_in_use(units), pk=pk)
    try:
        with row.file.open("rb") as content:
            return attachment(content.read(), row.name, DOCX)
    except FileNotFoundError:
        raise Http404("版式文件不在存储中。") from None
