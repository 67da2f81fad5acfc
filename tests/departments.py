"""Departments beside the unions of the cast, and two people of theirs.

市南区总工会 370202: 市南区人社局 (马人社), 市南公安分局 (潘公安), 市南区住建局, 市南区司法局
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from arrears import referrals, snapshot
from arrears.models import Case, Referral
from arrears.referral_kinds import KINDS
from arrears.referrals import Wanted
from tests.cast import AT, FOUNDED, PASSWORD, World, a_case, an_employer
from unions import agencies
from unions.appointments import sync_rights
from unions.models import Agency, AgencyKind, Appointment, User
from unions.rights import RoleName

KEPT = {
    "hr": (AgencyKind.HR, "市南区人社局"),
    "police": (AgencyKind.POLICE, "市南公安分局"),
    "housing": (AgencyKind.HOUSING, "市南区住建局"),
    "justice": (AgencyKind.JUSTICE, "市南区司法局"),
}
PEOPLE = {"ma": ("马人社", "hr"), "pan": ("潘公安", "police"), "zhu": ("朱住建", "housing")}


@dataclass
class Departments:
    world: World
    kept: dict[str, Agency] = field(default_factory=dict)

    def put(self, case: Case, kind: str = "hr", to: str = "hr", by: str = "sun", **more: object) -> Referral:
        """A referral asked for, not yet approved."""
        case.refresh_from_db()
        wanted = Wanted(KINDS[kind], self.kept[to], "请依法查处。", **more)  # type: ignore[arg-type]
        return referrals.request(case, wanted, self.world.user(by), AT, seen=case.version)

    def sent(self, case: Case, kind: str = "hr", to: str = "hr", **more: object) -> Referral:
        return self.approved(self.put(case, kind, to, **more))

    def approved(self, row: Referral, by: str = "zhou") -> Referral:
        shown = snapshot.seal(referrals.lines(row))
        return referrals.approve(row, self.world.user(by), AT, shown=shown)


def beside(world: World) -> Departments:
    """The departments at 市南区, and their people with accounts."""
    here = Departments(world)
    for key, (kind, name) in KEPT.items():
        here.kept[key] = agencies.enter(
            world.unions["370202"], {"kind": kind, "name": name}, world.user("sun"), AT
        )
    for username, (name, key) in PEOPLE.items():
        user = User.objects.create_user(username, PASSWORD, name=name)
        Appointment.objects.create(
            user=user,
            union=world.unions["370202"],
            role=RoleName.AGENCY,
            since=FOUNDED,
            agency=here.kept[key],
        )
        sync_rights(user, timezone.localdate())
        world.people[username] = user
    return here


def a_district_case(world: World, name: str = "市南装饰有限公司", **facts: object) -> Case:
    """An open case on the books of 市南区总, filed by 孙经办."""
    return a_case(world, "sun", "370202", employer=an_employer(name, "370202"), **facts)
