"""Lists collected periodically (YK-1.1b): a source gets its rhythm, a list is here, collecting ends. Forms of the board's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from arrears.early_warning import collecting
from arrears.early_warning.forms import SourceListForm, SourceRhythmForm
from arrears.early_warning.models import Rhythm, SourceRhythm
from arrears.early_warning.views.acts import check_may_record
from arrears.early_warning.views.warnings import board_page
from unions.common.attempt import attempt
from unions.http import Request, post_action
from unions.idempotency import taken_once
from unions.models import User


@post_action
def begin(request: Request) -> HttpResponse:
    user = check_may_record(request)
    form = SourceRhythmForm(request.POST, user=user, auto_id="id_source_%s")
    row, status = attempt(form, lambda said: _begin(said, user))
    if row is None:
        return board_page(request, status=status, rhythm_form=form)
    messages.success(request, f"已设定{row}：{row.get_every_display()}，期满后 {row.days} 日内收齐，逾期提醒。")
    return redirect(f"{reverse('warnings')}#sources")


def _begin(said: dict[str, Any], user: User) -> SourceRhythm:
    facts = (said["source"], Rhythm(said["every"]), said["days"], said["contact"], said["since"])
    return collecting.begin(said["union"], *facts, user, timezone.now())


@post_action
@taken_once
def step(request: Request, pk: int, name: str) -> HttpResponse:
    rows = SourceRhythm.objects.visible_to(request.user).select_related("union__parent")
    row, user, now = get_object_or_404(rows, pk=pk), request.user, timezone.now()
    if name not in ("receive", "stop"):
        raise Http404
    collecting.check_collects(row, user)
    if name == "stop":
        collecting.stop(row, user, now)
        messages.success(request, f"已停止收集{row}。")
        return redirect(f"{reverse('warnings')}#sources")
    form = SourceListForm(request.POST, today=timezone.localdate(), auto_id="id_list_%s")
    made, status = attempt(
        form, lambda said: collecting.receive(row, said["received_on"], said["rows"] or 0, said["note"], user, now)
    )
    if made is None:
        return board_page(request, status=status, receiving=row.pk, list_form=form)
    messages.success(request, f"已登记收到{row}。")
    return redirect(f"{reverse('warnings')}#sources")
