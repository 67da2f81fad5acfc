"""Who works in the demo: the accounts that are printed at the start, and colleagues at every other busy unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from reporting.demo.places import BUSY, FIRST_ENTERPRISE, FIRST_FIRM, FOUNDED, GIVEN, SURNAMES
from unions.log import audit
from unions.models import Appointment, Union, UnionKind, UnionUserObjectPermission, User
from unions.people.rights import ROLES, RoleName

PASSWORD = "xinbao-demo-2026"
R = RoleName
PROVINCES = ("630000", "370000", "210000", "310000")

# Username, name, role, codes of the units: one account per role and level, first in Qinghai, then the other places.
PRINTED: list[tuple[str, str, RoleName, tuple[str, ...]]] = [
    ("qiye-tianbao", "马晓兰", R.CLERK, (FIRST_ENTERPRISE,)),
    ("qiye-jingban", "韩生福", R.OFFICER, (FIRST_ENTERPRISE,)),
    ("qiye-shenpi", "祁永梅", R.APPROVER, (FIRST_ENTERPRISE,)),
    ("jiedao-tianbao", "李海宁", R.CLERK, ("630102T0001",)),
    ("quxian-jingban", "冶成林", R.OFFICER, ("630102",)),
    ("quxian-shenpi", "赵玉春", R.APPROVER, ("630102",)),
    ("quxian-tongji", "孙丽娟", R.STATISTICIAN, ("630102",)),
    ("quxian-guanli", "吴志强", R.UNIT_ADMIN, ("630102",)),
    ("shi-jingban", "王建国", R.OFFICER, ("630100",)),
    ("shi-shenpi", "郑文燕", R.APPROVER, ("630100",)),
    ("shi-tongji", "陈慧", R.STATISTICIAN, ("630100",)),
    ("sheng-jingban", "杨雪峰", R.OFFICER, ("630000",)),
    ("sheng-shenpi", "周国芳", R.APPROVER, ("630000",)),
    ("sheng-tongji", "沈秀敏", R.STATISTICIAN, ("630000",)),
    ("qingdao-jingban", "姜俊涛", R.OFFICER, ("370200",)),
    ("shandong-tongji", "孔敏", R.STATISTICIAN, ("370000",)),
    ("yingkou-jingban", "金成军", R.OFFICER, ("210800",)),
    ("qingpu-jingban", "沈平", R.OFFICER, ("310118",)),
    ("xitong", "许强", R.SYSTEM_ADMIN, PROVINCES),
    ("anquan", "何雪", R.SECURITY_ADMIN, PROVINCES),
    ("shenji", "吕峰", R.AUDITOR, PROVINCES),
]
# What the start prints: username, password, name, role, unit.
_UNIT_NAMES = {
    "630102T0001": "八一路街道工会",
    "630102": "城东区总工会",
    "630100": "西宁市总工会",
    "630000": "青海省总工会",
    "370200": "青岛市总工会",
    "370000": "山东省总工会",
    "210800": "营口市总工会",
    "310118": "青浦区总工会",
    FIRST_ENTERPRISE: f"{FIRST_FIRM}工会",
}
ACCOUNTS: list[tuple[str, str, str, str, str]] = [
    (username, PASSWORD, name, role.label, _UNIT_NAMES[codes[0]] if len(codes) == 1 else "全部演示省份")
    for username, name, role, codes in PRINTED
]
# The person of a department beside the first district (reporting/demo/departments.py).
OF_A_DEPARTMENT = ("quxian-renshe", "马建华")
ACCOUNTS.insert(8, (OF_A_DEPARTMENT[0], PASSWORD, OF_A_DEPARTMENT[1], R.AGENCY.label, "城东区人力资源和社会保障局"))

GRASSROOTS_STAFF = (R.CLERK, R.OFFICER, R.APPROVER)
GENERAL_STAFF = (R.OFFICER, R.APPROVER, R.STATISTICIAN)
REPORTING = (UnionKind.INDUSTRY, UnionKind.DIRECT)  # no general unions, and they send returns


@dataclass
class DemoStaff:
    """`staff.of(union.pk, R.OFFICER)` → the person; people of one unit and role are one."""

    rows: dict[tuple[int, str], User] = field(default_factory=dict)

    def of(self, union_id: int, role: RoleName) -> User:
        return self.rows[union_id, role]

    def someone(self, union_id: int, *roles: RoleName) -> User:
        """The first of these roles that the unit has."""
        return next(self.rows[union_id, role] for role in roles if (union_id, role) in self.rows)


def employ(units: dict[str, Union], chance: Random, at: datetime, today: date) -> DemoStaff:
    """Accounts, appointments, grants and their events for every unit of the demo that acts."""
    wanted = list(_wanted(units, chance))
    # argon2 is slow on purpose; the one demo password is hashed once.
    secret = make_password(PASSWORD)
    people = {name: User(username=name, name=shown, password=secret, rights_on=today) for name, shown, _, _ in wanted}
    User.objects.bulk_create(people.values())
    rows = [Appointment(user=people[name], union=unit, role=role, since=FOUNDED) for name, _, unit, role in wanted]
    Appointment.objects.bulk_create(rows)
    _grant(rows)
    for row in rows:
        audit.record(
            f"union:{row.union_id}",
            "appoint",
            None,
            at,
            union=row.union,
            user=row.user_id,
            role=row.role,
            since=row.since,
            until=None,
            acting_for=None,
        )
    return DemoStaff({(row.union_id, row.role): row.user for row in rows})


def _wanted(units: dict[str, Union], chance: Random) -> Iterable[tuple[str, str, Union, RoleName]]:
    """(username, name, unit, role): the printed accounts, then a colleague for every role still empty."""
    taken: set[tuple[str, RoleName]] = set()
    for username, name, role, codes in PRINTED:
        for code in codes:
            taken.add((code, role))
            yield username, name, units[code], role
    for code, unit in units.items():
        for role in _seats(unit):
            if (code, role) not in taken:
                given = "".join(chance.sample(GIVEN, chance.choice([1, 2])))
                yield f"{code.lower()}-{role.value}", chance.choice(SURNAMES) + given, unit, role


def _seats(unit: Union) -> tuple[RoleName, ...]:
    if unit.kind == UnionKind.DISTRICT and unit.code not in BUSY:
        return (R.APPROVER, R.STATISTICIAN)  # what is to be reported every month comes from quiet districts too
    if unit.kind in REPORTING:
        return (*GRASSROOTS_STAFF, R.STATISTICIAN)
    return GENERAL_STAFF if unit.is_general else GRASSROOTS_STAFF


def _grant(rows: list[Appointment]) -> None:
    """The guardian rows that follow from new appointments (what `sync_rights` would write, one by one)."""
    permissions = {p.codename: p for p in Permission.objects.filter(content_type__app_label="unions")}
    wanted = {(row.user_id, row.union_id, right) for row in rows for right in ROLES[RoleName(row.role)].rights}
    UnionUserObjectPermission.objects.bulk_create(
        UnionUserObjectPermission(user_id=user, content_object_id=union, permission=permissions[right.value])
        for user, union, right in sorted(wanted)
    )
