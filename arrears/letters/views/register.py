"""The register of letters, with the reply rate; and the layouts units bring for themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.letters import layouts, register
from arrears.letters.forms import LayoutForm, LetterFilter
from arrears.letters.house import house
from arrears.letters.models import Letter, LetterKind, LetterLayout, LetterQuerySet, LetterState
from arrears.letters.paper import LISTS, TEXTS
from arrears.letters.views.letters import TONES
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden, Refused
from unions.common.views import DOCX, attachment
from unions.http import Request, form_page, post_action, read_page
from unions.models import Union, User
from unions.people.rights import Right

PER_PAGE = 50


def found(request: Request) -> tuple[LetterFilter, LetterQuerySet]:
    """The filter as asked for, and what it leaves of the letters the reader may see."""
    user = request.user
    form = LetterFilter(request.GET, user=user, today=timezone.localdate())
    return form, form.narrow(Letter.objects.visible_to(user))


@read_page
def letters(request: Request) -> HttpResponse:
    form, rows = found(request)
    now = timezone.now()
    page = keyset(rows.select_related("case__employer", "issuer"), request, PER_PAGE)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rates": register.rates(rows, now),
        "rows": [(row, row.is_overdue(now), TONES[LetterState(row.state)]) for row in page.rows],
        "filtered": any(value for key, value in request.GET.items() if key not in ("after", "before")),
        "may_export": bool(request.user.paths(Right.EXPORT)),
        "may_lay_out": bool(request.user.paths(Right.SUBMIT)),
        "query": request.GET.urlencode(),
    }
    return render(request, "arrears/letters/letters.html", context)


# ---- layouts ----------------------------------------------------------------------------------------------------


def _units(user: User) -> list[Union]:
    return list(Union.objects.filter(path__in=user.paths(Right.SUBMIT), valid_until=None).order_by("depth", "code"))


def _check(user: User) -> list[Union]:
    units = _units(user)
    if not units:
        raise Forbidden("文书版式由各单位统计员维护，您没有这项权限。")
    return units


@form_page
def letter_layouts(request: Request) -> HttpResponse:
    """The layouts in use at the reader's units, and bringing one in."""
    user = request.user
    units = _check(user)
    if request.method != "POST":
        return _layouts(request, units, LayoutForm(unions=units, today=timezone.localdate()))
    form = LayoutForm(request.POST, request.FILES, unions=units, today=timezone.localdate())
    if not form.is_valid():
        return _layouts(request, units, form, status=422)
    said = form.cleaned_data
    try:
        row = layouts.bring(form.units[said["union"]], LetterKind(said["kind"]), said["file"], user, timezone.now())
    except Forbidden:
        raise
    except Refused as refusal:
        form.take({"file": refusal.message}, refusal.message)
        return _layouts(request, units, form, status=refusal.status)
    messages.success(
        request, f"已启用「{row.name}」，{row.union}及所辖单位此后签发的{row.get_kind_display()}用这个版式。"
    )
    return redirect("letter-layouts")


def _layouts(request: Request, units: list[Union], form: LayoutForm, *, status: int = 200) -> HttpResponse:
    rows = _rows(units).select_related("union", "by")
    context = {"rows": rows, "form": form, "names": (TEXTS | LISTS).items()}
    return render(request, "arrears/letters/letter_layouts.html", context, status=status)


def _rows(units: list[Union]) -> QuerySet[LetterLayout]:
    return LetterLayout.objects.filter(union__in=units, ended_at=None)


@post_action
def letter_layout_end(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(_rows(_check(user)).select_related("union"), pk=pk)
    layouts.end(row, user, timezone.now())
    messages.success(request, f"已停用「{row.name}」，改用上级或通用版式。")
    return redirect("letter-layouts")


@read_page
def letter_layout_file(request: Request, pk: int) -> HttpResponse | FileResponse:
    """0: the house layout, to begin from."""
    units = _check(request.user)
    if pk == 0:
        return attachment(house(), "一函两书通用版式.docx", DOCX)
    row = get_object_or_404(_rows(units), pk=pk)
    try:
        with row.file.open("rb") as content:
            return attachment(content.read(), row.name, DOCX)
    except FileNotFoundError:
        raise Http404("版式文件不在存储中。") from None
