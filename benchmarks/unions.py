"""200,000 unions of one province: bringing them in, opening the tree, asking who may see what, moving a city."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from benchmarks.clock import once, peak_megabytes, repeated, shown
from unions.models import Appointment, Union, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree
from unions.tree.imports import import_unions

CITIES, DISTRICTS, TOWNSHIPS, UNIONS = 16, 8, 12, 200_000
BROWSER = {"HTTP_HOST": "localhost", "HTTP_HX_REQUEST": "true"}


def rows() -> Iterator[list[Any]]:
    """A province of `UNIONS` units: 编码, 名称, 类型, 上级编码, 行政区划代码, 成立日期."""
    yield ["370000", "山东省总工会", "省总工会", None, "370000", date(1950, 1, 1)]
    districts = []
    for city in range(1, CITIES + 1):
        code = f"37{city:02}00"
        yield [code, f"第{city}市总工会", "市（州）总工会", "370000", code, date(1955, 1, 1)]
        for number in range(1, DISTRICTS + 1):
            below = f"37{city:02}{number:02}"
            districts.append(below)
            yield [below, f"第{city}市第{number}区总工会", "区市（县）总工会", code, below, date(1990, 1, 1)]
    above = list(districts)
    for district in districts:
        for number in range(1, TOWNSHIPS + 1):
            code = f"{district}T{number:04}"
            above.append(code)
            yield [code, f"{district}第{number}街道工会", "乡镇（街道）工会", district, None, date(1995, 1, 1)]
    made = 1 + CITIES + len(above)
    for number in range(UNIONS - made):
        parent = above[number % len(above)]
        yield [f"{parent}E{number // len(above):04}", f"第{number}企业工会", "企业工会", parent, None, None]


def workbook() -> io.BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工会")
    sheet.append(["编码", "名称", "类型", "上级编码", "行政区划代码", "成立日期"])
    for row in rows():
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def prepare() -> io.BytesIO:
    """The workbook, with the people who will read: one at a district, one at the province."""
    for name in ("system", "province", "district"):
        User.objects.create_user(f"bench-{name}", "a-good-long-password", name=name)
    return workbook()


def measure() -> Iterator[tuple[str, str]]:
    file, at = prepare(), timezone.now()
    yield f"import {UNIONS:,} units, first time", f"{once(lambda: import_unions(file, None, at)):.1f} s"
    yield f"import {UNIONS:,} units, nothing changed", f"{once(lambda: import_unions(file, None, at)):.1f} s"
    yield "peak memory of the import", f"{peak_megabytes():.0f} MB"
    _appoint()
    _analyze()
    for name in ("province", "district"):
        client = Client()
        client.force_login(_user(name), backend="unions.people.backends.AppointmentBackend")
        yield f"tree page ({name})", shown(repeated(lambda c=client: _get(c, "/unions/")))
    yield "a branch of 13+ children", shown(repeated(lambda: _get(client, "/unions/370101/children/")))
    yield "search by name, two characters", shown(repeated(lambda: _get(client, "/unions/?q=77企")))
    yield "search by code", shown(repeated(lambda: _get(client, "/unions/?q=370101E01")))
    yield from _scope()
    yield from _move(at)


def _get(client: Any, path: str) -> None:
    answer = client.get(path, **BROWSER)
    assert answer.status_code == 200, (path, answer.status_code)


def _user(name: str) -> Any:
    return User.objects.get(username=f"bench-{name}")


def _appoint() -> None:
    today = date.today()  # noqa: DTZ011
    for name, code, role in (
        ("system", "370000", RoleName.SYSTEM_ADMIN),
        ("province", "370000", RoleName.OFFICER),
        ("district", "370101", RoleName.OFFICER),
    ):
        union = Union.objects.get(code=code)
        Appointment.objects.create(user=_user(name), union=union, role=role, since=date(2020, 1, 1))
        sync_rights(_user(name), today)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE unions_union; ANALYZE unions_placement")


def _scope() -> Iterator[tuple[str, str]]:
    for name in ("province", "district"):
        visible = Union.objects.visible_to(_user(name))
        yield f"count of units visible to the {name}", shown(repeated(visible.count))
        page = visible.order_by("path")[:50]
        yield f"first 50 units visible to the {name}", shown(repeated(lambda rows=page: list(rows.all())))
    plan = Union.objects.visible_to(_user("district")).explain()
    yield "scope query of a district reads", "index" if "union_path" in plan else f"NO INDEX: {plan}"
    unit = Union.objects.get(code="370101E0007")
    reader = _user("district")
    yield ("may() after the grants are read", shown(repeated(lambda: reader.has_perm("unions.view_cases", unit))))


def _move(at: Any) -> Iterator[tuple[str, str]]:
    city, other = Union.objects.get(code="370200"), Union.objects.get(code="370100")
    size = Union.objects.below(city).count()
    day = at.date()
    yield f"move a city of {size:,} units", f"{once(lambda: tree.move(city, other, day, None, at)):.1f} s"
    below = tree.units_below_on(other, day)
    yield "ids below a city on a given day", shown(repeated(lambda: list(below.all()), 5))
