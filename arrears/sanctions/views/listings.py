"""The joint-punishment list: the register, one listing with its steps, proposing from a case; and who is put forward (QP-3.1, YK-3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from arrears.cases import snapshot
from arrears.cases.views.found import the_case
from arrears.cases.views.recording import tab_of
from arrears.desk.case_page import case_page
from arrears.sanctions import conditions, decisions, proposing, putting_forward
from arrears.sanctions.forms import ListingFilter, ListingStepForm, ProposeForm, PutForwardForm, ReasonForm
from arrears.sanctions.models import CopiedList, CopiedRow, Listing, ListingStage, PutForward
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from arrears.sanctions.table import STEPS, may, offers
from arrears.sanctions.views.tabs import register, the_viewer
from unions.common.attempt import attempt
from unions.common.clock import day_of
from unions.common.refusals import Forbidden
from unions.current_user import reader

S = ListingStage
PARTS = (
    "case__employer",
    "case__handling_union__parent",
    "employer",
    "union__parent",
    "requested_by",
    "approved_by",
    "removal_by",
    "removed_by",
    "promise",
)
WAITING = (S.REQUESTED, S.REMOVAL_ASKED)


@login_required
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    user, today = the_viewer(request), timezone.localdate()
    form = ListingFilter(request.GET, user=user, today=today)
    seen = Listing.objects.visible_to(user)
    counts = seen.order_by().aggregate(
        standing=Count("pk", filter=Q(pk__in=Listing.objects.standing(today).values("pk"))),
        soon=Count("pk", filter=Q(pk__in=Listing.objects.ending_soon(today).values("pk"))),
        under_way=Count("pk", filter=Q(stage__in=BEFORE_THE_DEPARTMENT)),
    )
    copied = CopiedRow.objects.filter(copy__in=CopiedList.objects.visible_to(user)).count()
    found = form.narrow(seen).select_related("case", "employer", "union")
    return register(request, "listings", "listings", found, form=form, counts=counts, copied=copied, expired=_expired)


def _expired(row: Listing) -> bool:
    return row.expired_on(timezone.localdate())


def the_listing(request: HttpRequest, pk: int) -> Listing:
    """404 for strangers, and for those outside while it is only asked for."""
    return get_object_or_404(Listing.objects.visible_to(reader(request)).select_related(*PARTS), pk=pk)


@login_required
@require_safe
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, the_listing(request, pk))


def _page(
    request: HttpRequest, row: Listing, given: tuple[str, ListingStepForm] | None = None, status: int = 200
) -> HttpResponse:
    user, now = reader(request), timezone.now()
    waiting = row.stage in WAITING
    lines = proposing.shown(row, day_of(now)) if waiting else proposing.frozen(row) or proposing.shown(row, day_of(now))
    judged = conditions.judged([row.case_id], day_of(now)).get(row.case_id)
    context: dict[str, Any] = {
        "row": row,
        "case": row.case,
        "lines": lines,
        "seen": snapshot.seal(lines),
        "waiting": waiting,
        "barred": proposing.barred(row, user, now) if waiting else None,
        "judged": judged,
        "steps": [(one, _form(request, row, one.name, given)) for one in offers(row, user, now)],
        "expired": row.expired_on(day_of(now)),
        "standing": row.stands_on(day_of(now)),
    }
    return render(request, "arrears/sanctions/listing.html", context, status=status)


def _form(request: HttpRequest, row: Listing, name: str, given: tuple[str, ListingStepForm] | None) -> ListingStepForm:
    if given is not None and given[0] == name:
        return given[1]
    today = timezone.localdate()
    return ListingStepForm(asks=STEPS[name].asks, case=row.case_id, name=name, today=today, initial={"on": today})


@login_required
@require_POST
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    row, user = the_listing(request, pk), reader(request)
    if name not in STEPS:
        raise Http404
    one = STEPS[name]
    if not may(row, one, user):
        who = "审批人" if one.by_approver else "经办人"
        raise Forbidden(f"「{one.label}」由「{row.union.in_charge()}」的{who}办理。")
    form = ListingStepForm(request.POST, asks=one.asks, case=row.case_id, name=name, today=timezone.localdate())
    seen = request.POST.get("seen", "")
    done, status = attempt(form, lambda said: one.do(row, user, timezone.now(), said, seen))
    if done is None:
        return _page(request, the_listing(request, pk), (name, form), status)
    messages.success(request, one.done)
    return redirect(row)


# ---- from a case ----------------------------------------------------------------------------------------------------


@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), reader(request)
    if not proposing.may_propose(case, user):
        raise Forbidden(f"提请列入由「{case.handling_union.in_charge()}」的经办人提出，案件须已立案。")
    form = ProposeForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form, lambda said: proposing.propose(case, said["department"], said["reason"], user, timezone.now())
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, propose_form=form)
    messages.success(request, f"已提出，等待「{row.union}」的审批人审批。")
    return redirect(row)


@login_required
@require_POST
def put_forward(request: HttpRequest, pk: int) -> HttpResponse:
    case, user = the_case(request, pk), reader(request)
    decisions.check_may(case, user, "提请公布")
    form = PutForwardForm(request.POST, today=timezone.localdate())
    row, status = attempt(
        form,
        lambda said: putting_forward.put_forward(
            case, said["body"], said["grounds"], said["reason"], said["on"], user, timezone.now()
        ),
    )
    if row is None:
        return case_page(request, the_case(request, pk), "sanctions", status=status, put_forward_form=form)
    messages.success(request, "已登记，拟制公布名单时会列出。")
    return redirect(tab_of(case, "sanctions"))


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    seen = PutForward.objects.visible_to(reader(request))
    row = get_object_or_404(seen.select_related("case__handling_union__parent"), pk=pk)
    decisions.check_may(row.case, reader(request), "撤回提请")
    form = ReasonForm(request.POST, today=timezone.localdate())
    done, status = attempt(
        form, lambda said: putting_forward.take_back(row, said["reason"], reader(request), timezone.now())
    )
    if done is None:
        return case_page(request, the_case(request, row.case_id), "sanctions", status=status, reason_form=form)
    messages.success(request, "已撤回提请。")
    return redirect(tab_of(row.case, "sanctions"))
