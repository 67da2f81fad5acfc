"""Changing the tree: every change is tried, shown with what it will do, and done after a second click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from unions.common.attempt import refuse
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page
from unions.models import Union, User, under
from unions.people.forms import ChangeForm, CloseForm, DutyForm, FactsForm, FoundForm, MergeForm, MoveForm, SplitForm
from unions.people.rights import Right
from unions.tree import actions as tree
from unions.tree.reach import visible_unit
from unions.tree.views.units import frame

Given = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A change of the tree as a page: its form, what it says before it is done, and the deed itself."""

    title: str
    lead: str
    form: type[ChangeForm]
    says: Callable[[Union, Given], list[str]]
    do: Callable[[Union, Given, User, datetime], Union]
    concerns_above: bool = True


def _size(union: Union) -> int:
    return Union.objects.below(union).filter(valid_until=None).count()


def _kept(given: Given) -> str:
    return f"{given['on']} 以前的统计不变：那以前的数字仍按原来的位置汇总。"


def _move_says(union: Union, given: Given) -> list[str]:
    return [
        f"“{union}”连同以下共 {_size(union)} 个单位，自 {given['on']} 起归“{given['parent']}”。",
        "案件仍在原单位账上，随单位一起换到新的上级；新上级看得见，原上级不再看见。",
        _kept(given),
    ]


def _close_says(union: Union, given: Given) -> list[str]:
    people = union.appointments.filter(until=None).count()
    return [
        f"“{union}”自 {given['on']} 起撤销，由“{given['successor']}”承接。",
        f"它的 {union.children.filter(valid_until=None).count()} 个直接下级（连同以下共 {_size(union) - 1} 个单位）划归承接单位。",
        f"未办结的案件由承接单位接着办；本单位 {people} 项任职到前一天为止。",
        f"{_kept(given)}撤销后不能恢复，需要时须另行成立。",
    ]


def _split_says(union: Union, given: Given) -> list[str]:
    names = "、".join(child.name for child in given["children"])
    below = sum(_size(child) for child in given["children"])
    return [
        f"在“{union.parent}”之下成立“{given['name']}”（{given['code']}，{union.get_kind_display()}）。",
        f"自 {given['on']} 起划给它：{names}（连同以下共 {below} 个单位）。",
        f"{_kept(given)}“{union}”自己的案件仍在它账上。",
    ]


def _merge_says(union: Union, given: Given) -> list[str]:
    names = "、".join(other.name for other in given["units"])
    return [
        f"自 {given['on']} 起撤销：{names}，由“{union}”承接。",
        f"它们的下级（连同以下共 {sum(_size(other) - 1 for other in given['units'])} 个单位）划归“{union}”，未办结的案件由它接着办。",
        f"被并单位的任职到前一天为止。{_kept(given)}撤销后不能恢复。",
    ]


CHANGES: dict[str, Change] = {
    "move": Change(
        "变更上级",
        "把这个单位连同全部下级移到另一个上级之下。",
        MoveForm,
        _move_says,
        lambda union, given, by, at: tree.move(union, given["parent"], given["on"], by, at),
    ),
    "close": Change(
        "撤销单位",
        "单位撤销后，由承接单位接手它的下级和未办结的案件。",
        CloseForm,
        _close_says,
        lambda union, given, by, at: tree.close(union, given["successor"], given["on"], by, at),
    ),
    "split": Change(
        "拆分单位",
        "在同一上级之下成立一个新单位，把一部分下级划给它。",
        SplitForm,
        _split_says,
        lambda union, given, by, at: tree.split(
            union, given["code"], given["name"], list(given["children"]), given["on"], by, at
        ),
    ),
    "merge": Change(
        "并入其他单位",
        "把同级的单位并入本单位：它们撤销，由本单位承接。",
        MergeForm,
        _merge_says,
        lambda union, given, by, at: tree.merge(list(given["units"]), union, given["on"], by, at),
    ),
}


@form_page
def change(request: Request, code: str, what: str) -> HttpResponse:
    """GET the form; POST tries it and shows what it will do; POST with `confirmed` does it."""
    union, user, row = visible_unit(request, code), request.user, CHANGES[what]
    _check(user, union)
    form = row.form(request.POST or None, initial={"on": timezone.localdate()})
    form.among(union, Union.objects.filter(under(user.paths(Right.STRUCTURE)), valid_until=None))
    context = frame(request, union) | {"form": form, "change": row, "what": what}
    if request.method == "POST" and form.is_valid():
        try:
            says = row.says(union, form.cleaned_data)
            done = _tried(row, union, form.cleaned_data, user, keep="confirmed" in request.POST)
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            if "confirmed" not in request.POST:
                return render(request, "unions/confirm.html", context | {"says": says})
            messages.success(request, f"{row.title}已办理。{says[0]}")
            return redirect(done)
    return render(request, "unions/change.html", context, status=422 if form.is_bound else 200)


def _check(user: User, union: Union) -> None:
    if not user.may(Right.STRUCTURE, union):
        raise Forbidden("您没有调整组织的权限，请联系系统管理员。")
    if union.is_closed:
        raise Refused(f"“{union}”已于 {union.valid_until} 终止，不能再变更。")
    if union.parent is None:
        raise Refused("最上级的工会不能移动、拆分、合并或撤销。")


def _tried(row: Change, union: Union, given: Given, by: User, *, keep: bool) -> Union:
    """Do it; unless `keep`, undo it again at once: whatever stands in the way is said before the second click."""
    with transaction.atomic():
        done = row.do(union, given, by, timezone.now())
        transaction.set_rollback(not keep)
    return done


@form_page
def found(request: Request, code: str) -> HttpResponse:
    above, user = visible_unit(request, code), request.user
    if not user.may(Right.STRUCTURE, above):
        raise Forbidden("您没有调整组织的权限，请联系系统管理员。")
    form = FoundForm(request.POST or None, initial={"since": timezone.localdate(), "kind": "enterprise"})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            new = tree.found(
                given.pop("code"),
                given.pop("name"),
                given.pop("kind"),
                above,
                given.pop("since"),
                user,
                timezone.now(),
                **given,
            )
        except Forbidden:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"已成立“{new}”。接下来可以任命它的人员。")
            return redirect(new)
    context = frame(request, above) | {"form": form, "title": "新设下级单位"}
    return render(request, "unions/facts.html", context, status=422 if form.is_bound else 200)


@form_page
def edit(request: Request, code: str) -> HttpResponse:
    """System administrators correct every fact, unit administrators the duty officer and the phone."""
    union, user = visible_unit(request, code), request.user
    whole = user.may(Right.STRUCTURE, union)
    if not whole and not user.may(Right.PEOPLE, union):
        raise Forbidden(f"您没有修改“{union}”的权限。")
    form_class = FactsForm if whole else DutyForm
    form = form_class(request.POST or None, initial={name: getattr(union, name) for name in form_class.base_fields})
    if request.method == "POST" and form.is_valid():
        tree.edit(union, user, timezone.now(), **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect(union)
    context = frame(request, union) | {"form": form, "title": "修改资料"}
    return render(request, "unions/facts.html", context, status=422 if form.is_bound else 200)
