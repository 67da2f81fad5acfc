"""Departments beside the unions of the cast, and two people of theirs.

市南区总工会 370202: 市南区人社局 (马人社), 市南公安分局 (潘公安), 市南区住建局, 市南区司法局
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from arrears.cases.evidence import keep_evidence
from arrears.cases.models import Case
from arrears.referrals import actions as referrals
from arrears.referrals.actions import ReferralRequest
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral
from tests.cast import AT, FOUNDED, PASSWORD, World, a_case, an_employer
from tests.pictures import picture
from unions.models import Agency, AgencyKind, Appointment, User
from unions.people import agencies
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

KEPT = {
    "hr": (AgencyKind.HR, "市南区人社局"),
    "police": (AgencyKind.POLICE, "市南公安分局"),
    "housing": (AgencyKind.HOUSING, "市南区住建局"),
    "justice": (AgencyKind.JUSTICE, "市南区司法局"),
}
PICTURE = picture(1)
PEOPLE = {"ma": ("马人社", "hr"), "pan": ("潘公安", "police"), "zhu": ("朱住建", "housing")}


@dataclass
class Departments:
    world: World
    kept: dict[str, Agency] = field(default_factory=dict)

    def put(self, case: Case, kind: str = "hr", to: str = "hr", by: str = "sun", **more: object) -> Referral:
        """A referral asked for, not yet approved."""
        case.refresh_from_db()
        wanted = ReferralRequest(KINDS[kind], self.kept[to], "请依法查处。", **more)  # type: ignore[arg-type]
        return referrals.request(case, wanted, self.world.user(by), AT, seen=case.version)

    def sent(self, case: Case, kind: str = "hr", to: str = "hr", **more: object) -> Referral:
        return self.approved(self.put(case, kind, to, **more))

    def approved(self, row: Referral, by: str = "zhou") -> Referral:
        shown = referrals.approval.seal(row, AT)
        return referrals.approve(row, by=self.world.user(by), at=AT, seal=shown)


def beside(world: World) -> Departments:
    """The departments at 市南区, and their people with accounts."""
    here = Departments(world)
    for key, (kind, name) in KEPT.items():
        here.kept[key] = agencies.enter(world.unions["370202"], {"kind": kind, "name": name}, world.user("sun"), AT)
    for username, (name, key) in PEOPLE.items():
        user = User.objects.create_user(username, PASSWORD, name=name)
        Appointment.objects.create(
            user=user, union=world.unions["370202"], role=RoleName.AGENCY, since=FOUNDED, agency=here.kept[key]
        )
        sync_rights(user, timezone.localdate())
        world.people[username] = user
    return here


def a_district_case(world: World, name: str = "市南装饰有限公司", **facts: object) -> Case:
    """An open case on the books of 市南区总, filed by 孙经办."""
    return a_case(world, "sun", "370202", employer=an_employer(name, "370202"), **facts)


def referred(world: World) -> dict[str, int]:
    """Things for the role table: a department beside 市南区, and referrals of 海风建设 in three stages."""
    here = Departments(world)
    sun, li, he = world.user("sun"), world.user("li"), world.user("he")
    for key in ("hr", "housing"):
        kind, name = KEPT[key]
        here.kept[key] = agencies.enter(world.unions["370202"], {"kind": kind, "name": name}, sun, AT)
    spare = agencies.enter(world.unions["370202"], {"kind": AgencyKind.TAX, "name": "市南区税务局"}, sun, AT)
    liaison = agencies.name_liaison(spare, "税联络", "科员", "0532-1", sun, AT)
    case = a_case(world, employer=an_employer("海风幕墙", "370202"))
    evidence = keep_evidence(case, SimpleUploadedFile("合同.png", PICTURE), "", he, AT)
    sent = here.approved(here.put(case, by="li", files=(evidence.pk,)), "wang")
    answered = referrals.accept(
        here.approved(here.put(case, "industry", "housing", "li"), "wang"), he, AT, told_by="住建局"
    )
    referrals.answer(answered, "resolved", AT.date(), "已协调", he, AT, told_by="住建局")
    # As where a notice in force has the answers of industry authorities go up (YK-1.3).
    Referral.objects.filter(pk=answered.pk).update(passed_to=world.unions["370202"])
    asked = here.put(case, "notice", "housing", li.username)
    return {
        "agency": spare.pk,
        "liaison": liaison.pk,
        "referral": asked.pk,
        "sent-referral": sent.pk,
        "answered-referral": answered.pk,
        "referral-paper": sent.papers.get().pk,
    }
