"""Signing in and out, and one's own password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from unions.common.client_address import UNKNOWN, client_address
from unions.http import Request, form_page
from unions.log import audit
from unions.models import User
from unions.people.forms import OwnPasswordForm, SignInForm


class SignIn(LoginView):
    """`next` is followed within this site only (LoginView checks it)."""

    template_name = "unions/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True


def locked(request: HttpRequest, *said: Any) -> HttpResponse:
    """After too many wrong passwords for one account from one address."""
    wait = int(timedelta(hours=settings.AXES_COOLOFF_TIME).total_seconds())
    answer = render(request, "unions/locked.html", status=429)
    answer["Retry-After"] = str(wait)
    return answer


def address_of_attempt(request: HttpRequest) -> str | None:
    """Under which address a wrong password is counted; of IPv6 the network."""
    address = client_address(request).partition("/")[0]
    return None if address == UNKNOWN else address


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()


@sensitive_post_parameters()
@form_page
def password(request: Request) -> HttpResponse:
    user = request.user
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _change(user, form)
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，下次登录请用新密码。")
        return redirect("desk")
    status = 422 if form.is_bound else 200
    return render(request, "unions/password.html", {"form": form}, status=status)


@transaction.atomic
def _change(user: User, form: OwnPasswordForm) -> None:
    user.must_change_password = False
    form.save()
    audit.record(f"user:{user.pk}", "change-password", user, timezone.now())
