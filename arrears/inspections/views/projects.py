"""The register of projects and the page of one: cases, inspections, watch, platform (SD-2.3c), and what others hang there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import projects
from arrears.cases.filing import employer_for, project_for
from arrears.cases.models import Case, Project
from arrears.cases.models.employer import CHAIN
from arrears.cases.views.recording import offer_units, own_unit
from arrears.inspections.actions import platform_checks
from arrears.inspections.forms.projects import ChainForm, LookForm, MendedForm, NewProjectForm, ProjectFilter
from arrears.inspections.models import Inspection, KeyTarget, PlatformCheck
from arrears.inspections.projects import with_figures, with_platform
from unions.common.attempt import attempt
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.models import User
from unions.pages import list_page
from unions.people.rights import Right
from unions.tree.regions import regions_for

PER_PAGE = 50
SHOWN = 20


@read_page
def project_list(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    filters = ProjectFilter(request.GET, with_platform(projects.visible_to(user)), user, timezone.now())
    found = with_figures(filters.qs, user).select_related("employer")
    context = list_page(request, found, PER_PAGE, filters) | {
        "today": today,
        "may_record": bool(user.paths(Right.INSPECT)),
    }
    return render(request, "arrears/inspections/projects.html", context)


def the_project(request: Request, pk: int) -> Project:
    """404 for strangers."""
    return get_object_or_404(projects.visible_to(request.user).select_related("employer"), pk=pk)


@read_page
def project(request: Request, pk: int) -> HttpResponse:
    return project_page(request, the_project(request, pk))


def project_page(request: Request, found: Project, *, status: int = 200, **given: Any) -> HttpResponse:
    """`given`: a bound form to show instead of an empty one."""
    user, today = request.user, timezone.localdate()
    looks = list(
        PlatformCheck.objects.visible_to(user).filter(project=found).select_related("union__parent", "by", "closed_by")
    )
    context = {
        "project": found,
        "today": today,
        "latest": looks[0] if looks else None,
        "looks": [(one, platform_checks.may_close_check(one, user), one.late(today)) for one in looks],
        "cases": Case.objects.visible_to(user).filter(project=found).select_related("union", "employer")[:SHOWN],
        "visits": Inspection.objects.visible_to(user).filter(project=found).select_related("union")[:SHOWN],
        "targets": KeyTarget.objects.visible_to(user).current().filter(project=found).select_related("union"),
        "boxes": projects.boxes(found, user, timezone.now()),
        "may_record": bool(user.paths(Right.INSPECT)),
        "look_form": LookForm(user=user, today=today, initial=_as_known(found, user)),
        "mended_form": MendedForm(today=today),
        "chain_form": ChainForm(today=today, initial={name: getattr(found, name) for name in CHAIN}),
    }
    return render(request, "arrears/inspections/project.html", context | given, status=status)


def _as_known(found: Project, user: User) -> dict[str, Any]:
    unit = own_unit(user).get("union", "")
    return {"union": unit, "on": timezone.localdate(), "checker": user.name, "authority": found.authority}


@form_page
def new(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记工程项目，请由单位的填报员或经办人登记。")
    own = own_unit(user) | {"on": today, "checker": user.name, "nature": "other"}
    sent = {"data": request.POST} if request.method == "POST" else {"initial": own}
    form = NewProjectForm(user=user, regions=regions_for(user), today=today, **sent)
    offer_units(form, user)
    status = 200
    if request.method == "POST":
        row, status = attempt(form, lambda _: _register(form, user))
        if row is not None:
            messages.success(request, f"已登记项目“{row.project}”。")
            return redirect(row.project)
    return render(request, "arrears/inspections/project_form.html", {"form": form}, status=status)


@transaction.atomic
def _register(form: NewProjectForm, user: User) -> PlatformCheck:
    data = form.cleaned_data
    found = project_for(employer_for(form.employer_facts()), data["project_name"], data["nature"])
    if found is None:
        raise Refused.for_field("project_name", "请填写项目名称。")
    row = platform_checks.record_look(data["union"], found, form.look(), user, timezone.now())
    _name_authority(found, data["authority"])
    return row


def _name_authority(found: Project, authority: str) -> None:
    if authority.strip() and authority.strip() != found.authority:
        Project.objects.filter(pk=found.pk).update(authority=authority.strip())


@post_action
def look(request: Request, pk: int) -> HttpResponse:
    found, user = the_project(request, pk), request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记平台核查，请由单位的填报员或经办人登记。")
    form = LookForm(request.POST, user=user, today=timezone.localdate())
    row, status = attempt(form, lambda data: _look(form, found, user))
    if row is None:
        return project_page(request, found, status=status, look_form=form)
    messages.success(request, "已登记平台核查。")
    return redirect(found)


@post_action
def chain(request: Request, pk: int) -> HttpResponse:
    """Correct who stands where in a project."""
    found, user = the_project(request, pk), request.user
    if not user.paths(Right.INSPECT):
        raise Forbidden("您的任职不包含登记工程项目，请由单位的填报员或经办人登记。")
    form = ChainForm(request.POST, today=timezone.localdate())
    done, status = attempt(form, lambda said: projects.correct_chain(found, said, user, timezone.now()))
    if done is None:
        return project_page(request, found, status=status, chain_form=form)
    messages.success(request, "项目各方已保存。")
    return redirect(found)


@transaction.atomic
def _look(form: LookForm, found: Project, user: User) -> PlatformCheck:
    row = platform_checks.record_look(form.cleaned_data["union"], found, form.look(), user, timezone.now())
    _name_authority(found, form.cleaned_data["authority"])
    return row


@post_action
def mended(request: Request, pk: int) -> HttpResponse:
    user = request.user
    row = get_object_or_404(
        PlatformCheck.objects.visible_to(user).select_related("union__parent", "project__employer"), pk=pk
    )
    if not user.may(Right.INSPECT, row.union.in_charge()):
        raise Forbidden(f"这次核查由“{row.union}”登记，由该单位销号，您没有这项权限。")
    form = MendedForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form, lambda data: platform_checks.close_check(row, data["closed_on"], data["closing"], user, timezone.now())
    )
    if done is None:
        return project_page(request, row.project, status=status, mended_form=form, mending=row.pk)
    messages.success(request, "这一条已销号。")
    return redirect(row.project)
