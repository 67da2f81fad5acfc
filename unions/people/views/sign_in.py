"""Signing in and out, and one's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from unions.http import Request, form_page
from unions.log import audit
from unions.models import User
from unions.people.forms import OwnPasswordForm, SignInForm


class SignIn(LoginView):
    """`next` is followed within this site only (LoginView checks it)."""

    template_name = "unions/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True


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
