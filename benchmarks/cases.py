"""The case list and the case page with 200,000 cases in the books."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from arrears.cases.models import Case
from benchmarks.clock import once, repeated, shown
from reporting.demo.loader import ACCOUNTS
from unions.models import User

CASES = 200_000


def measure() -> Iterator[tuple[str, str]]:
    seconds = once(lambda: call_command("load_demo", scale=CASES))
    yield f"演示数据与 {CASES:,} 件案件入库", f"{seconds:.1f} s"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for label, user in _readers(User):
        client = Client()
        client.force_login(user, backend="unions.people.backends.AppointmentBackend")
        seen = Case.objects.visible_to(user)
        last = seen.order_by("-id").first()
        assert last is not None
        pages = {
            "案件列表": reverse("cases"),
            "案件列表（按状态）": f"{reverse('cases')}?state=open",
            "案件列表（两字搜索）": f"{reverse('cases')}?q=建设",
            "案件页": reverse("case", args=[last.pk]),
            "概览": reverse("overview"),
            "工作台": reverse("desk"),
        }
        for name, url in pages.items():
            yield f"{name} · {label}", shown(repeated(partial(_get, client, url)))


def _get(client, url: str) -> None:  # type: ignore[no-untyped-def]
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)


def _readers(users) -> Iterator[tuple[str, object]]:  # type: ignore[no-untyped-def]

    wanted = {"省": None, "区": None}
    for username, _password, _name, role, union in ACCOUNTS:
        if role.startswith("经办人"):
            level = "省" if "省总工会" in union else "区" if "区总工会" in union else None
            if level and wanted[level] is None:
                wanted[level] = username
    for level, username in wanted.items():
        if username:
            yield f"{level}级经办人", users.objects.get(username=username)
