"""The things that addresses of the role table are about: those of 海风建设 370202E0001, seen from all around it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from arrears.cases import ledger
from arrears.cases.evidence import keep_evidence
from arrears.cases.models import EntryKind
from arrears.escalations import actions as escalations
from arrears.imports.models import Upload
from arrears.inspections.actions import inspections
from arrears.law.editions import feed
from arrears.law.models import Extension, Obligation, RulebookUpload
from arrears.law.obligations import attachments
from arrears.merging import actions as merging
from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from reporting.exports.models import Export
from reporting.forms.models import FormEdition
from reporting.returns import actions as life
from reporting.returns.models import Return, Waiver
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.cast import load as load_cast
from tests.departments import referred
from tests.letters import lettered
from tests.nets import nets
from tests.pictures import picture
from tests.planned import planned
from tests.prevented import prevented
from tests.rounds import gone
from tests.rulebook_uploads import RULEBOOK
from tests.sanctioned import sanctioned
from tests.serious import heavy
from tests.settings import SHARED_DIR
from tests.warned import warned, watched
from tests.window import told_to_the_district
from unions.common.encrypted_fields import Private
from unions.help import announcements
from unions.models import Announcement, Appointment

PNG = picture()


def build(world: World) -> dict[str, Any]:
    """Key → the number or code that stands in the address."""
    case = a_case(world, mass=True, negotiation_failed_on=date(2026, 11, 12))
    he = world.user("he")
    entry = ledger.post(case, EntryKind.PAID, date(2026, 11, 18), he, AT, workers=1, amount=Decimal(1))
    evidence = keep_evidence(entry.case, SimpleUploadedFile("工资表.png", PNG), "", he, AT)
    case.refresh_from_db()
    enterprise = world.unions["370202E0001"]
    asked = escalations.request(case, enterprise, "mass", "聚集", world.user("li"), AT, seen=case.version)
    case.refresh_from_db()
    sent_case = a_case(world, mass=True, employer=an_employer("海风装饰", "370202"))
    sent = escalations.request(sent_case, enterprise, "mass", "聚集", world.user("li"), AT, seen=sent_case.version)
    sent = escalations.approve(sent, by=world.user("wang"), at=AT, seal=sent.snapshot_hash)
    district_case = a_case(world, "sun", "370202", employer=an_employer("市南餐饮", "370202"))
    facts = {"industry": "C", "on": date(2026, 11, 18), "workers": 8}
    visit = inspections.record_inspection(enterprise, case.employer, facts, he, AT)
    upload = Upload.objects.create(
        union=enterprise,
        by=world.user("li"),
        file=ContentFile(b"x", name="t.xlsx"),
        name="t.xlsx",
        stage="refused",
        state="done",
        at=AT,
        changed_at=AT,
    )
    export = Export.objects.create(
        form="qinghai-annex-2",
        union=world.unions["370202"],
        since=date(2026, 1, 1),
        until=date(2026, 11, 20),
        as_of=date(2026, 11, 20),
        by=world.user("sun"),
        requested_at=AT,
        changed_at=AT,
    )
    book = RulebookUpload.objects.create(
        key="new",
        title="新规则",
        content=RULEBOOK,
        digest="0" * 64,
        office=world.unions["370000"],
        attached_to=world.unions["370000"],
        by=world.people["shen"],
        uploaded_at=AT,
        changed_at=AT,
        since=date(2026, 1, 1),
        until=date(2026, 11, 20),
    )
    place = attachments.propose(
        world.unions["370202"], "qingpu-2023-1", date(2023, 6, 1), "试点", world.user("qian"), AT
    )
    (listed,) = workers.add_workers(case, [WorkerFacts(Private("张三"), Decimal(9000), Private("13812345678"))], he, AT)
    case.refresh_from_db()
    same_matter = merging.link(case, district_case, "", world.user("sun"), AT)
    twin = a_case(world, employer=case.employer)
    other_twin = a_case(world, employer=case.employer)
    merger = merging.request(other_twin, case, "同一批职工", he, AT, seen=other_twin.version)
    form = FormEdition.objects.create(
        key="new-form",
        title="新报表",
        content="",
        digest="0" * 64,
        office=world.unions["370000"],
        by=world.people["shen"],
        uploaded_at=AT,
    )
    term = Obligation.objects.get(case=case, rule="report-failed-negotiation")
    extension = Extension.objects.create(
        case=case,
        rulebook=term.rulebook,
        rule=term.rule,
        kind="extend",
        reason="情况特殊",
        requested_by=he,
        requested_at=AT,
    )
    report = a_return(world)
    waiver = Waiver.objects.create(
        union=report.union,
        rulebook=report.rulebook,
        rule=report.rule,
        reason="停产",
        until=report.last,
        requested_by=world.people["qian"],
        requested_at=AT,
    )
    promised = planned(world, case)
    case.refresh_from_db()
    return {
        **promised,
        "return": report.pk,
        "waiver": waiver.pk,
        "case": case.pk,
        "obligation": term.pk,
        "extension": extension.pk,
        "worker": listed.pk,
        "link": same_matter.pk,
        "sent-case": sent_case.pk,
        "twin-case": twin.pk,
        "merger": merger.pk,
        "employer": case.employer_id,
        "draft": a_draft(world, employer=case.employer).pk,
        "district-case": district_case.pk,
        "entry": entry.pk,
        "evidence": evidence.pk,
        "version": case.version,
        "report": asked.pk,
        "sent-report": sent.pk,
        "acknowledgement": case.acknowledgements.get(union__code="370202").pk,
        "inspection": visit.pk,
        "upload": upload.pk,
        "export": export.pk,
        "rulebook": book.pk,
        "form-edition": form.pk,
        "attachment": place.pk,
        **warned(world),
        **watched(visit, he),
        **gone(world),
        **lettered(world),
        **referred(world),
        **told_to_the_district(),
        **heavy(world),
        **prevented(world),
        **sanctioned(world),
        **nets(world),
        "feed": feed.renew(world.user("sun"), AT),
        "unit": enterprise.code,
        "appointment": Appointment.objects.get(user=he).pk,
        "account": he.pk,
        "announcement": announced(world).pk,
    }


def announced(world: World) -> Announcement:
    """By the province, for as long as tests are run."""
    facts = {
        "title": "系统维护",
        "text": "周六夜间停机两小时。",
        "since": date(2026, 1, 1),
        "until": date(2199, 12, 31),
    }
    return announcements.publish(world.unions["370000"], facts, world.user("xitong"), AT)


KEPT = SHARED_DIR / "subjects"


def fill() -> None:
    """Build everything once, for the template database; its files and the numbers are kept beside it."""
    with override_settings(MEDIA_ROOT=KEPT / "files"):
        things = build(load_cast())
    (KEPT / "things.json").write_text(json.dumps(things))


def load() -> dict[str, Any]:
    """What `build` returned, where it stands already (the fixture `subjects_database`); its files come to MEDIA_ROOT."""
    shutil.copytree(KEPT / "files", settings.MEDIA_ROOT, dirs_exist_ok=True)
    return dict(json.loads((KEPT / "things.json").read_text()))


def a_return(world: World) -> Return:
    """The district's, sent to the city and not yet received: signed by qian, approved by zhou."""
    district = world.unions["370202"]
    report = Return.objects.create(
        rulebook="yingkou-2018-2",
        rule="monthly",
        period="2026-10",
        union=district,
        path=district.path,
        receiver=world.unions["370200"],
        clause="YK-1",
        title="月报",
        form="yingkou-monthly-inspection",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        due_at=AT,
        explanation="",
        calendar_version="x",
        opened_at=AT,
        changed_at=AT,
    )
    report = life.move(report, "sign", world.user("qian"), AT, seen=0, reason="属实。")
    shown = report.versions.get().hash
    return life.move(report, "approve", world.user("zhou"), AT, seen=report.version, seal=shown)
