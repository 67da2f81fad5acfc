"""帮助: the manual by role with its search, announcements, and who administers the reader's units."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import cache

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone

from unions.common.attempt import attempt
from unions.common.refusals import Forbidden
from unions.help import announcements, first_steps, manual
from unions.help.forms import AnnouncementForm
from unions.http import Request, form_page, post_action, read_page
from unions.models import Announcement, Appointment, Union, User
from unions.models.announcement import AnnouncementQuerySet
from unions.people.rights import RoleName

SHOWN = 20


@cache
def _chapter(key: str) -> manual.Chapter:
    return manual.chapter(key, lambda name: static(f"manual/{name}"))


@read_page
def index(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    asked = request.GET.get("q", "").strip()[:40]
    own = first_steps.chapters_of(first_steps.roles_of(user))
    rest = [key for key in manual.CHAPTERS if key not in own]
    told = _told(user).in_force(today)[:SHOWN]
    context = {
        "asked": asked,
        "found": [(section, manual.titles()[section.chapter]) for section in manual.found(asked)],
        "own": [_chapter(key) for key in own],
        "rest": [(key, manual.titles()[key]) for key in rest],
        "told": [(row, announcements.may_publish(user, row.union)) for row in told],
        "may_publish": announcements.published_at(user).exists(),
        "administrators": _administrators(user),
    }
    return render(request, "unions/help/index.html", context)


@read_page
def chapter(request: Request, key: str) -> HttpResponse:
    if key not in manual.CHAPTERS:
        raise Http404
    return render(request, "unions/help/chapter.html", {"chapter": _chapter(key)})


def _administrators(user: User) -> list[tuple[Union, list[Appointment]]]:
    """For each unit of hers the nearest at or above it that has administrators, with them."""
    today = timezone.localdate()
    units = {row.union for row in user.appointments.in_force(today).select_related("union")}
    above = {pk for unit in units for pk in unit.line_ids()}
    posts = Appointment.objects.present(today).filter(role=RoleName.UNIT_ADMIN, union__in=above)
    at_unit: dict[Union, list[Appointment]] = defaultdict(list)
    for row in posts.select_related("union", "user").order_by("-union__depth", "pk"):
        at_unit[row.union].append(row)
    nearest = {next((there for there in at_unit if there.contains(unit)), None) for unit in units}
    return sorted(((unit, at_unit[unit]) for unit in nearest if unit), key=lambda pair: pair[0].code)


@form_page
def publish(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    units = announcements.published_at(user)
    first = units.order_by("depth", "code").first()
    if first is None:
        raise Forbidden("公告由单位管理员或系统管理员发布。")
    initial = {"union": first, "since": today, "until": today + timedelta(days=14)}
    form = AnnouncementForm(request.POST or None, user=user, today=today, initial=initial)
    status = 200
    if request.method == "POST":
        row, status = attempt(form, lambda data: announcements.publish(data.pop("union"), data, user, timezone.now()))
        if row is not None:
            messages.success(request, f"已发布公告“{row}”。")
            return redirect("help")
    return render(request, "unions/help/announcement_form.html", {"form": form}, status=status)


@post_action
def end(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(_told(request.user), pk=pk)
    announcements.end(row, request.user, timezone.now())
    messages.success(request, f"公告“{row}”已结束。")
    return redirect("help")


@post_action
def dismiss(request: Request, pk: int) -> HttpResponse:
    announcements.dismiss(get_object_or_404(_told(request.user), pk=pk), request.user, timezone.now())
    return redirect("desk")


@post_action
def close_first_steps(request: Request) -> HttpResponse:
    first_steps.close(request.user, timezone.now())
    return redirect("desk")


def _told(user: User) -> AnnouncementQuerySet:
    """What she is told, and what she herself published for units below hers."""
    told = Announcement.objects.told(user, timezone.localdate()) | Announcement.objects.filter(by=user)
    return told.select_related("union__parent")
