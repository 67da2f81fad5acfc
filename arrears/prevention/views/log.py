"""The prevention log: list, one row, and its form. Whatever was typed stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.views.recording import own_unit
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.requirements import Required
from arrears.prevention.actions import log
from arrears.prevention.forms import LogFilter, TaskDoneForm, TaskForm, WithdrawForm, WorkForm, initial_of
from arrears.prevention.models import PLANNED, PreventionKind, PreventionPaper, PreventionWork
from arrears.prevention.views.tabs import check_may_read, tabs_for
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.formats import clock
from unions.common.ordering import by_name
from unions.common.refusals import Forbidden, Stale
from unions.form_drafts import begin_again, draft_of, forget, keep
from unions.http import Request, form_page, post_action, read_page
from unions.idempotency import taken_once
from unions.models import Union, User, under
from unions.pages import list_page, sums
from unions.people.rights import Right

PER_PAGE = 50
LATEST_DAY_FIRST = ("-on", "-pk")
MOST_UNITS = 3  # of one reader, that are told what a year still wants
NEW = "prevention:new"
NOT_YOURS = "您的任职不包含登记预防工作，请由单位的填报员或经办人登记。"


def filters_of(request: Request) -> LogFilter:
    """What was asked for, and what it leaves of the rows the reader sees."""
    user = check_may_read(request)
    return LogFilter(request.GET, PreventionWork.objects.visible_to(user).standing(), user, timezone.now())


@read_page
def listed(request: Request) -> HttpResponse:
    filters = filters_of(request)
    totals = {name: Sum(name) for name in ("firms", "projects", "people")}
    context = list_page(
        request, filters.qs.with_tasks().select_related("union"), PER_PAGE, filters, LATEST_DAY_FIRST
    ) | {
        "tabs": tabs_for(request),
        "here": "prevention",
        "totals": sums(filters.qs.carried_out(), times=Count("pk"), **totals),
        "campaigns": _campaigns_of_the_year(request.user),
        "may_record": bool(request.user.paths(Right.INSPECT)),
        "may_export": bool(request.user.paths(Right.EXPORT)),
    }
    return render(request, "arrears/prevention/log.html", context)


def _campaigns_of_the_year(user: User) -> list[tuple[Required, PreventionWork | None]]:
    """What a notice wants every year at one of the reader's units, and what is planned or done of it this year."""
    today, books, found = timezone.localdate(), RulebooksByUnit(), []
    step = PLANNED[PreventionKind.CAMPAIGN]
    for unit in Union.objects.filter(path__in=user.paths(Right.INSPECT), valid_until=None)[:MOST_UNITS]:
        asking = ((book, entry) for book in books.concerning([unit]) for entry in book.requirements)
        asked = next((Required(entry, book) for book, entry in asking if entry.step == step), None)
        if asked is None:
            continue
        done = PreventionWork.objects.standing().filter(union=unit, kind=PreventionKind.CAMPAIGN, on__year=today.year)
        found.append((asked, done.order_by("-on", "-pk").first()))
    return found


def the_work(request: Request, pk: int) -> PreventionWork:
    """404 for strangers."""
    rows = PreventionWork.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("union__parent", "by", "withdrawn_by"), pk=pk)


@read_page
def work(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_work(request, pk))


def _page(
    request: Request, found: PreventionWork, form: WithdrawForm | None = None, status: int = 200, **forms: Any
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "work": found,
        "may_edit": log.may_edit(found, request.user),
        "papers": found.papers.all(),
        "cases": Case.objects.visible_to(request.user).filter(pk__in=found.cases.all()).select_related("employer"),
        "employers": found.employers.order_by(by_name(), "pk"),
        "form": form or WithdrawForm(today=today),
        "agrees": found.kind in PLANNED,
        "tasks": [
            (one, one.late(today), TaskDoneForm(today=today, initial={"on": today}, auto_id=f"id_task{one.pk}_%s"))
            for one in found.tasks.select_related("done_by")
        ],
        "task_form": TaskForm(today=today),
    }
    return render(request, "arrears/prevention/work.html", context | forms, status=status)


@post_action
@taken_once
def add_task(request: Request, pk: int) -> HttpResponse:
    found, user = the_work(request, pk), request.user
    _check_may_edit(found, user)
    form = TaskForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form, lambda said: log.add_task(found, said["what"], said["responsible"], said["due_on"], user, timezone.now())
    )
    if done is None:
        return _page(request, the_work(request, pk), status=status, task_form=form)
    messages.success(request, "议定事项已登记，到期前提醒。")
    return redirect(f"{found.get_absolute_url()}#task-{done.pk}")


@post_action
def finish_task(request: Request, pk: int, task_pk: int) -> HttpResponse:
    found, user = the_work(request, pk), request.user
    task = get_object_or_404(found.tasks, pk=task_pk)
    _check_may_edit(found, user)
    form = TaskDoneForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda said: log.finish_task(task, said["on"], said["result"], user, timezone.now()))
    if done is None:
        return _page(request, the_work(request, pk), status=status, done_form=form, refused_task=task.pk)
    messages.success(request, "已登记落实情况。")
    return redirect(found)


def _check_may_edit(found: PreventionWork, user: User) -> None:
    if not log.may_edit(found, user):
        raise Forbidden(f"这条记录由“{found.union}”登记，您没有修改的权限，或已撤销。")


@form_page
def new(request: Request) -> HttpResponse:
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    if request.method != "POST":
        stash = draft_of(user, NEW)
        initial: dict[str, Any] = {"on": timezone.localdate(), "union": own_unit(user).get("union", "")}
        initial |= {name: request.GET.get(name, "") for name in ("kind", "cases")}
        return _show(
            request, _form(user, initial=stash.fields if stash else initial), stash_at=stash.at if stash else None
        )
    form = _form(user, data=request.POST, files=request.FILES)
    found, status = attempt(
        form, lambda said: log.record(said["union"], form.work(), said["photos"], user, timezone.now())
    )
    if found is None:
        return _show(request, form, status=status)
    forget(user, NEW)
    messages.success(request, f"已登记“{found}”。")
    return redirect("prevention-new" if "another" in request.POST else found)


@post_action
def autosave(request: Request) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away."""
    user = request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden(NOT_YOURS)
    if "forget" in request.POST:
        forget(user, NEW)
        return begin_again(request, "prevention-new")
    at = timezone.now()
    keep(user, NEW, request.POST, _form(user).fields, at)
    return JsonResponse({"saved_at": clock(at)})


@form_page
def edit(request: Request, pk: int) -> HttpResponse:
    found, user = the_work(request, pk), request.user
    _check_may_edit(found, user)
    if request.method != "POST":
        return _show(request, _form(user, found, initial=initial_of(found, user)), found, seen=found.version)
    form, seen = _form(user, found, data=request.POST, files=request.FILES), seen_in(request.POST)
    changed, status = attempt(
        form, lambda said: log.edit(found, form.work(), said["photos"], user, timezone.now(), seen=seen)
    )
    if changed is None:
        # After a conflict the next attempt is made against what the row now is.
        now = the_work(request, pk)
        return _show(request, form, now, status=status, seen=now.version if status == Stale.status else seen)
    messages.success(request, "修改已保存。")
    return redirect(changed)


@post_action
def withdraw(request: Request, pk: int) -> HttpResponse:
    found, user = the_work(request, pk), request.user
    if not user.may(Right.INSPECT, found.union.in_charge()):
        raise Forbidden(f"这条记录由“{found.union}”登记，您没有撤销的权限。")
    form = WithdrawForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda said: log.withdraw(found, said["reason"], user, timezone.now()))
    if done is None:
        return _page(request, the_work(request, pk), form, status)
    messages.success(request, f"“{done}”已撤销，不再计入统计。")
    return redirect("prevention")


@read_page
def paper(request: Request, pk: int, paper_pk: int) -> FileResponse:
    """Always as an attachment."""
    row = get_object_or_404(PreventionPaper, pk=paper_pk, work=the_work(request, pk))
    try:
        content = row.file.open("rb")
    except FileNotFoundError:
        raise Http404("文件不在存储中。") from None
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _form(user: User, found: PreventionWork | None = None, **kwargs: Any) -> WorkForm:
    form = WorkForm(user=user, work=found, today=timezone.localdate(), **kwargs)
    if found is None:
        reach = list(Union.objects.filter(under(user.paths(Right.INSPECT)), valid_until=None)[:2])
        form.offer_units(reverse("inspection-units"), only=reach[0] if len(reach) == 1 else None)
    return form


def _show(
    request: Request,
    form: WorkForm,
    found: PreventionWork | None = None,
    *,
    status: int = 200,
    seen: int = 0,
    stash_at: datetime | None = None,
) -> HttpResponse:
    context = {"form": form, "work": found, "stash_at": stash_at, "seen": seen}
    return render(request, "arrears/prevention/work_form.html", context, status=status)
