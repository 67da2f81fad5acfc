"""Views of a list that somebody keeps by name, and the columns she leaves out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from unions.common.keyset import conditions
from unions.common.refusals import Forbidden, Refused
from unions.common.text import in_one_line, row_keys
from unions.http import Request, post_action
from unions.models import Appointment, ListView, Union
from unions.people.rights import Right

MOST = 12  # views of one person over one list
LONGEST_NAME, LONGEST_QUERY, MOST_COLUMNS = 20, 1000, 40


@post_action
def list_view(request: Request) -> HttpResponse:
    """`act`: save, rename, delete or columns; the list is `page`, where she stands is `back`."""
    page, back = request.POST.get("page", "")[:80], request.POST.get("back", "")
    act = ACTS.get(request.POST.get("act", ""))
    if act is None or not page or not url_has_allowed_host_and_scheme(back, None):
        raise Refused("没有收到完整的内容，请返回列表再试一次。")
    return redirect(act(request, page, back))


def _save(request: Request, page: str, back: str) -> str:
    user, name = request.user, _name(request)
    query = conditions(QueryDict(urlsplit(back).query)).removeprefix("?")
    if len(query) > LONGEST_QUERY:
        raise Refused("筛选条件过长，无法保存，请减少条件。")
    own = ListView.objects.filter(user=user, page=page)
    if own.exclude(name__in=["", name]).count() >= MOST:
        raise Refused(f"每个列表最多保存 {MOST} 个查询，请先删除不用的。")
    shown = _shown_view(request, back) or own.filter(name="").first()
    facts = {
        "query": query,
        "hidden": shown.hidden if shown else [],
        "union": _unit(request) if request.POST.get("shared") else None,
    }
    view, _ = ListView.objects.update_or_create(user=user, page=page, name=name, defaults=facts)
    messages.success(request, f"已保存查询“{name}”。")
    return f"{urlsplit(back).path}?{query}{'&' if query else ''}view={view.pk}"


def _rename(request: Request, page: str, back: str) -> str:
    view, name = _changeable(request, page), _name(request)
    if ListView.objects.filter(user=view.user, page=page, name=name).exclude(pk=view.pk).exists():
        raise Refused(f"已有名为“{name}”的查询，请换一个名称。")
    view.name = name
    view.save(update_fields=["name"])
    messages.success(request, f"查询已改名为“{name}”。")
    return back


def _delete(request: Request, page: str, back: str) -> str:
    view = _changeable(request, page)
    view.delete()
    messages.success(request, f"已删除查询“{view.name}”。")
    return _without_view(back)


def _columns(request: Request, page: str, back: str) -> str:
    headings, shown = request.POST.getlist("heading")[:MOST_COLUMNS], set(request.POST.getlist("shown"))
    hidden = [one[:40] for one in headings if one not in shown]
    if headings and len(hidden) == len(headings):
        raise Refused("至少显示一列，请返回列表重新选择。")
    view = _shown_view(request, back)
    if view and view.user_id == request.user.pk:
        view.hidden = hidden
        view.save(update_fields=["hidden"])
        return back
    ListView.objects.update_or_create(user=request.user, page=page, name="", defaults={"hidden": hidden})
    return _without_view(back) if view else back  # a view of others has its own columns


ACTS: dict[str, Callable[[Request, str, str], str]] = {
    "save": _save,
    "rename": _rename,
    "delete": _delete,
    "columns": _columns,
}


def _without_view(back: str) -> str:
    address = urlsplit(back)
    return f"{address.path}{conditions(QueryDict(address.query))}"


def _name(request: Request) -> str:
    name = in_one_line(request.POST.get("name", ""))
    if not name:
        raise Refused("请填写查询的名称。")
    if len(name) > LONGEST_NAME:
        raise Refused(f"名称最长 {LONGEST_NAME} 个字，请缩短。")
    return name


def _unit(request: Request) -> Union:
    """The unit of the reader with whose people the view is shared: the highest where she is appointed."""
    held = Appointment.objects.in_force(timezone.localdate()).filter(user=request.user, agency=None)
    first = held.select_related("union").order_by("union__depth", "union__code").first()
    if first is None:
        raise Forbidden("您在工会没有任职，查询只能自己使用。")
    return first.union


def _key(text: str) -> int:
    """That of no row where it is none."""
    return next(iter(row_keys([text])), 0)


def _readable(request: Request) -> QuerySet[ListView]:
    return ListView.objects.readable_by(request.user, timezone.localdate())


def _shown_view(request: Request, back: str) -> ListView | None:
    asked = QueryDict(urlsplit(back).query).get("view", "")
    return _readable(request).filter(pk=_key(asked)).first()


def _changeable(request: Request, page: str) -> ListView:
    """404 where the reader does not see it; refused where neither is it hers nor does she administer its unit."""
    rows = _readable(request).filter(page=page).exclude(name="").select_related("union")
    view = get_object_or_404(rows, pk=_key(request.POST.get("view", "")))
    if view.user_id != request.user.pk and not (view.union and request.user.may(Right.PEOPLE, view.union)):
        raise Forbidden("本单位共用的查询由保存人或单位管理员修改。")
    return view
