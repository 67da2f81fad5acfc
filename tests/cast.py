"""The cast: a small tree of unions and a few named people, the same in every test.

山东省总工会 370000
├─ 青岛市总工会 370200
│   ├─ 市南区总工会 370202      孙经办 officer, 周审批 approver, 钱统计 statistician, 吴管理 unit_admin
│   │   ├─ 八大湖街道工会 370202T0001   郑街道 clerk
│   │   └─ 海风建设工会 370202E0001     李填报 clerk, 王审批 approver, 何经办 officer
│   └─ 市北区总工会 370203      冯经办 officer, 陈审批 approver
│       └─ 台东餐饮工会 370203E0001     褚填报 clerk
└─ 山东省建设产业工会 370000I0001       卫产业 officer
    └─ 远方路桥工会 370000I0001E0001    蒋填报 clerk (its place is 市南区)
省: 沈统计 statistician, 韩经办 officer, 杨审批 approver
平台: 系统员 system_admin, 安全员 security_admin, 审计员 auditor (at 370000)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from arrears.cases import filing, workflow
from arrears.cases.models import Case, Channel, Employer
from unions.models import Appointment, Union, UnionKind, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOUNDED = date(2000, 1, 1)
PASSWORD = "a-good-long-password"


def moment(text: str) -> datetime:
    """ "2026-11-20 09:30" in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


AT = moment("2026-11-20 09:30")

UNIONS: list[tuple[str, str, UnionKind, str | None, str | None]] = [
    ("370000", "山东省总工会", UnionKind.PROVINCE, None, "370000"),
    ("370200", "青岛市总工会", UnionKind.CITY, "370000", "370200"),
    ("370202", "市南区总工会", UnionKind.DISTRICT, "370200", "370202"),
    ("370203", "市北区总工会", UnionKind.DISTRICT, "370200", "370203"),
    ("370202T0001", "八大湖街道工会", UnionKind.TOWNSHIP, "370202", None),
    ("370202E0001", "海风建设工会", UnionKind.ENTERPRISE, "370202", None),
    ("370203E0001", "台东餐饮工会", UnionKind.ENTERPRISE, "370203", None),
    ("370000I0001", "山东省建设产业工会", UnionKind.INDUSTRY, "370000", None),
    ("370000I0001E0001", "远方路桥工会", UnionKind.ENTERPRISE, "370000I0001", None),
]

PEOPLE: list[tuple[str, str, str, RoleName]] = [
    ("li", "李填报", "370202E0001", RoleName.CLERK),
    ("wang", "王审批", "370202E0001", RoleName.APPROVER),
    ("he", "何经办", "370202E0001", RoleName.OFFICER),
    ("zheng", "郑街道", "370202T0001", RoleName.CLERK),
    ("sun", "孙经办", "370202", RoleName.OFFICER),
    ("zhou", "周审批", "370202", RoleName.APPROVER),
    ("qian", "钱统计", "370202", RoleName.STATISTICIAN),
    ("wu", "吴管理", "370202", RoleName.UNIT_ADMIN),
    ("feng", "冯经办", "370203", RoleName.OFFICER),
    ("chen", "陈审批", "370203", RoleName.APPROVER),
    ("chu", "褚填报", "370203E0001", RoleName.CLERK),
    ("wei", "卫产业", "370000I0001", RoleName.OFFICER),
    ("jiang", "蒋填报", "370000I0001E0001", RoleName.CLERK),
    ("lv", "吕经办", "370200", RoleName.OFFICER),
    ("shi", "施审批", "370200", RoleName.APPROVER),
    ("han", "韩经办", "370000", RoleName.OFFICER),
    ("yang", "杨审批", "370000", RoleName.APPROVER),
    ("shen", "沈统计", "370000", RoleName.STATISTICIAN),
    ("xitong", "系统员", "370000", RoleName.SYSTEM_ADMIN),
    ("anquan", "安全员", "370000", RoleName.SECURITY_ADMIN),
    ("shenji", "审计员", "370000", RoleName.AUDITOR),
]


@dataclass
class World:
    """`world.unions["370202"]`, `world.people["sun"]`; both by attribute-like keys."""

    unions: dict[str, Union] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """Freshly read, without remembered grants."""
        return User.objects.get(username=name)


def build() -> World:
    world = World()
    for code, name, kind, parent, region in UNIONS:
        above = world.unions[parent] if parent else None
        world.unions[code] = tree.found(code, name, kind, above, FOUNDED, None, AT, region_code=region)
    for username, name, code, role in PEOPLE:
        user = User.objects.create_user(username, PASSWORD, name=name)
        Appointment.objects.create(user=user, union=world.unions[code], role=role, since=FOUNDED)
        sync_rights(user, timezone.localdate())
        world.people[username] = user
    return world


def load() -> World:
    """Read who and what stands in the database of this test: the cast, after `cast_database`."""
    world = World({row.code: row for row in Union.objects.order_by("pk")})
    for row in world.unions.values():
        row.parent = next((above for above in world.unions.values() if above.pk == row.parent_id), None)
    world.people = {row.username: row for row in User.objects.order_by("pk")}
    return world


def an_employer(name: str = "海风建设有限公司", region: str = "370202", **facts: Any) -> Employer:
    employer = Employer(name=name, region_code=region, no_code="unknown", **({"industry": "E"} | facts))
    employer.save()
    return employer


def a_draft(world: World, by: str = "li", code: str = "370202E0001", **facts: Any) -> Case:
    """A complete draft of 12 workers and 120,000 yuan unless said otherwise."""
    employer = facts.pop("employer", None) or an_employer()
    given = {
        "accepted_on": date(2026, 11, 10),
        "industry": "E",
        "on_project": True,
        "nature": "other",
        "stated_workers": 12,
        "stated_migrants": 10,
        "stated_amount": Decimal("120000.00"),
        "channel": Channel.REPORT,
        "owed_from": date(2026, 6, 1),
        "owed_until": date(2026, 10, 31),
    } | facts
    return filing.open_draft(world.unions[code], employer, given, world.user(by), AT)


def a_case(world: World, by: str = "li", code: str = "370202E0001", **facts: Any) -> Case:
    """An open case, filed."""
    draft = a_draft(world, by, code, **facts)
    return workflow.move(draft, "file", world.user(by), AT, seen=draft.version)
