"""账号安全: what security administrators see and do. They see accounts, never cases."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from unions.common.refusals import Forbidden
from unions.http import Request, form_page
from unions.listing import listed
from unions.models import Appointment, User
from unions.people import accounts
from unions.people.forms import AccountsForm
from unions.people.rights import Right

PER_PAGE = 50


def _guarded(request: Request) -> QuerySet[User]:
    user = request.user
    if not user.paths(Right.ACCOUNTS):
        raise Forbidden("账号安全由安全管理员负责，您没有这项权限。")
    return accounts.guarded_by(user, timezone.localdate())


@require_safe
@form_page
def accounts_list(request: Request) -> HttpResponse:
    form = AccountsForm(request.GET)
    users = _guarded(request)
    given = form.cleaned_data if form.is_valid() else {}
    if text := given.get("q"):
        users = users.filter(Q(username__startswith=text) | Q(name__reads=text))
    if state := given.get("state"):
        users = users.filter(is_active=state == "active")
    current = Appointment.objects.in_force(timezone.localdate()).select_related("union", "acting_for")
    held = Prefetch("appointments", current, to_attr="held")
    page = listed(users.prefetch_related(held), request, PER_PAGE, ("username", "pk"), {"姓名": "name"})
    context = {"form": form, "users": page.rows, "page": page}
    return render(request, "unions/accounts.html", context)


@never_cache
@require_POST
@form_page
def account_act(request: Request, pk: int, act: str) -> HttpResponse:
    """`act`: reset, disable, enable or unlock."""
    user, by, at = get_object_or_404(_guarded(request), pk=pk), request.user, timezone.now()
    if act == "reset":
        password = accounts.reset_password(user, by, at)
        context = {"person": user, "password": password, "back_url": reverse("accounts"), "back_label": "回到账号列表"}
        return render(request, "unions/one_time.html", context)
    if act == "unlock":
        accounts.unlock(user, by, at)
        messages.success(request, f"已解除{user.name}的登录限制。")
    else:
        accounts.set_active(user, act == "enable", by, at)
        messages.success(request, f"已{'启用' if act == 'enable' else '停用'}{user.name}的账号。")
    return redirect("accounts")
