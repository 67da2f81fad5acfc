"""The first act on an empty production database: a province and the two people who can let everybody else in."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from unions.common.clock import day_of
from unions.models import Appointment, Union, UnionKind, User
from unions.people.rights import RoleName
from unions.tree import actions as tree

FIRST = [("anquan", "安全管理员", RoleName.SECURITY_ADMIN), ("xitong", "系统管理员", RoleName.SYSTEM_ADMIN)]


class Command(BaseCommand):
    help = "在空库中建立省总工会和最初的安全管理员、系统管理员账号；密码只显示一次，首次登录须修改。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", required=True, help="省总工会的行政区划代码，如 370000")
        parser.add_argument("--name", required=True, help="省总工会的名称")

    def handle(self, *args: Any, **options: Any) -> None:
        code, name = options["code"], options["name"]
        if not (code.isdigit() and len(code) == 6):
            raise CommandError(f"省总工会的编码应是 6 位行政区划代码，而不是“{code}”。", returncode=2)
        if Appointment.objects.filter(role=RoleName.SECURITY_ADMIN, union__code=code).exists():
            raise CommandError(f"{code} 已有安全管理员，请由其在网页上开设其他账号。")
        taken = [username for username, *_ in FIRST if User.objects.filter(username=username).exists()]
        if taken:
            raise CommandError(f"账号 {'、'.join(taken)} 已经存在，请由现有的安全管理员任命。")
        with transaction.atomic():
            accounts = self._open(code, name)
        for username, label, password in accounts:
            print(f"{label}：用户名 {username}，一次性密码 {password}")

    def _open(self, code: str, name: str) -> list[tuple[str, str, str]]:
        at = timezone.now()
        province = Union.objects.filter(code=code).first() or tree.found(
            code, name, UnionKind.PROVINCE, None, day_of(at), None, at, region_code=code
        )
        accounts = []
        for username, label, role in FIRST:
            password = secrets.token_urlsafe(12)
            user = User.objects.create_user(username, password, name=label, must_change_password=True)
            Appointment.objects.create(user=user, union=province, role=role, since=day_of(at))
            accounts.append((username, label, password))
        return accounts
