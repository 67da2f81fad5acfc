"""Another layout of the winter table, brought in by the province's statistician; a second province beside the first."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reporting.forms.editions import actions
from reporting.forms.files import FOLDER
from reporting.forms.models import FormEdition
from tests.cast import AT, FOUNDED, PASSWORD, World
from unions.models import Appointment, UnionKind, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

WINTER = (FOLDER / "shandong-winter.toml").read_text("utf-8")


def next_winter(since: date, until: date, title: str = "根治欠薪冬季专项行动进展表") -> str:
    """The layout as another: new title and campaign, another first figure, no label."""
    text = WINTER.replace("根治欠薪冬季专项行动情况表", title).replace('label = "拟制版式"\n', "")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("label_reason")) + "\n"
    text = text.replace("since = 2023-11-16", f"since = {since}").replace("until = 2024-02-09", f"until = {until}")
    column = re.compile(r'text = "检查用人单位户数（户）"\n(?:.+\n)*?width')
    text, found = column.subn('text = "已调处（件）"\nmeasure = "cases_mediated"\nunit = "件"\nwidth', text)
    assert found == 1
    return text


def this_winter(title: str = "根治欠薪冬季专项行动进展表") -> str:
    today = timezone.localdate()
    return next_winter(today - timedelta(5), today + timedelta(80), title)


def brought_in(world: World, content: str = "", key: str = "shandong-winter", who: str = "shen") -> FormEdition:
    return actions.bring_in(content or this_winter(), key, f"{key}.toml", world.unions["370000"], world.user(who), AT)


def activated(edition: FormEdition, since: date, by: User, at: datetime) -> FormEdition:
    """Put in force by `by`, who saw it as it stands."""
    seal = actions.activation.seal(FormEdition.objects.get(pk=edition.pk), at)
    return actions.FormActivation(since).approve(edition, by=by, at=at, seal=seal)


def withdrawn(edition: FormEdition, by: User, at: datetime = AT) -> FormEdition:
    """Taken out by `by`, who saw what was asked for."""
    seal = actions.withdrawal.seal(FormEdition.objects.get(pk=edition.pk), at)
    return actions.withdrawal.approve(edition, by=by, at=at, seal=seal)


def in_force(world: World, since: date, content: str = "", key: str = "shandong-winter") -> FormEdition:
    return activated(brought_in(world, content, key), since, world.user("yang"), AT)


def sent(client: Client, content: bytes | str, name: str = "shandong-winter.toml", **more: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("form-edition-upload"), {"file": SimpleUploadedFile(name, data)} | more)


def second_province(world: World, code: str = "630000", name: str = "青海省总工会") -> World:
    """A province with a statistician (tong) and an approver (pi), and a city below it."""
    province = tree.found(code, name, UnionKind.PROVINCE, None, FOUNDED, None, AT, region_code=code)
    city = f"{code[:2]}0100"
    world.unions[code] = province
    world.unions[city] = tree.found(
        city, f"{name[:2]}市总工会", UnionKind.CITY, province, FOUNDED, None, AT, region_code=city
    )
    for username, who, role in (("tong", "童统计", RoleName.STATISTICIAN), ("pi", "皮审批", RoleName.APPROVER)):
        user = User.objects.create_user(username, PASSWORD, name=who)
        Appointment.objects.create(user=user, union=province, role=role, since=FOUNDED)
        sync_rights(user, timezone.localdate())
        world.people[username] = user
    return world
