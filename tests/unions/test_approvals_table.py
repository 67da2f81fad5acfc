"""Kind of approval × person × staleness: who may not be the second person, and what the log says of her who was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from arrears.cases import extensions, workflow
from arrears.cases.models import Case, Evidence
from arrears.cases.views import obligations as obligation_views
from arrears.desk.waiting import waiting_for as waiting_numbers
from arrears.escalations import actions as escalations
from arrears.escalations import views as escalation_views
from arrears.inspections.actions import reviews
from arrears.inspections.views import review_findings
from arrears.law.editions import uploads
from arrears.law.models import Extension, Obligation
from arrears.law.obligations import attachments
from arrears.law.views import attachments as attachment_views
from arrears.law.views import trials
from arrears.letters.actions import issuing
from arrears.letters.models import LetterKind
from arrears.letters.views import letter as letter_views
from arrears.merging import actions as merging
from arrears.merging import views as duplicates
from arrears.prevention.actions import risk, subsidy
from arrears.prevention.views import subsidies
from arrears.referrals import actions as referrals
from arrears.referrals.views import referrals as referral_views
from arrears.safety_nets.actions import drawings
from arrears.safety_nets.views import drawings as drawing_views
from arrears.sanctions.actions import listings, publications
from arrears.sanctions.views.listings import page as listing_page
from arrears.sanctions.views.publications import page as publication_page
from arrears.serious.actions import oversights
from arrears.serious.views.oversights import page as oversight_page
from reporting.forms.editions import actions
from reporting.forms.views import edition_page
from reporting.returns import actions as life
from reporting.returns import waivers
from reporting.returns.models import Return
from reporting.returns.views import waivers as waiver_views
from tests import form_uploads, letters, nets, prevented, rulebook_uploads, sanctioned
from tests.arrears.inspections.test_reviews import a_finding, answered
from tests.arrears.merging.test_duplicates import asked as merger_asked
from tests.arrears.merging.test_duplicates import pair
from tests.cast import AT, FOUNDED, World, a_case, moment
from tests.departments import a_district_case, beside
from tests.readers import as_user, settled, undone
from tests.serious import an_oversight, in_force
from unions import duties
from unions.approval_page import ApprovalPage
from unions.approvals import Approval, every_approval
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Appointment, Event, User
from unions.people.appointments import sync_rights
from unions.people.holders import holders
from unions.people.rights import RoleName, roles_with
from unions.tree import actions as tree

DISTRICT, ENTERPRISE, PROVINCE = "370202", "370202E0001", "370000"
TOOK_OVER = {DISTRICT: "370203", ENTERPRISE: DISTRICT}


@dataclass(frozen=True)
class Table:
    """One kind: how it is asked for, by whom, who approves where; what makes the approver one of those who wrote it."""

    approval: Approval[Any]
    ask: Callable[[World], Any]
    asker: str
    approver: str
    unit: str
    edit: Callable[[Any, User], object] | None
    at: datetime = AT
    words: tuple[str, ...] = ()  # what others wrote: none of it stands in the event of the approver


def edits_case(row: Any, user: User) -> None:
    case = row if isinstance(row, Case) else row.case
    Case.objects.filter(pk=case.pk).update(last_edited_by=user)


def edits_duplicate(row: Any, user: User) -> None:
    Case.objects.filter(pk=row.into_id).update(last_edited_by=user)


def edits_list(row: Any, user: User) -> None:
    type(row).objects.filter(pk=row.pk).update(editors=[*row.editors, user.pk])


def writes_return(row: Any, user: User) -> None:
    audit.record(row.stream, "write", user, AT, union=row.union)


def writes_letter(row: Any, user: User) -> None:
    audit.record(row.case.stream, "letter.edit", user, AT, union=row.issuer, letter=row.pk)


# ---- asking, kind by kind ---------------------------------------------------------------------------------------------


def a_lifting(world: World) -> Any:
    return oversights.report(in_force(world, a_case(world)), "已经全部付清", world.user("he"), AT)


def an_escalation(world: World) -> Any:
    case = a_case(world, mass=True)
    return escalations.request(
        case, world.unions[ENTERPRISE], "mass", "工人聚集", world.user("li"), AT, seen=case.version
    )


def a_referral(world: World) -> Any:
    return beside(world).put(a_district_case(world))


def a_parting(world: World) -> Any:
    row = merger_asked(world, *pair(world))
    row = merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    return merging.request_undo(row, "并非同一批人", world.user("he"), AT)


def a_drawing(world: World) -> Any:
    case = a_case(world)
    return nets.asked(world, case, nets.a_fund(world, ENTERPRISE), 1000)


def a_removal(world: World) -> Any:
    row = sanctioned.listed(world, a_case(world, mass=True), at=moment("2026-01-05 09:00"))
    he, at = world.user("he"), moment("2026-09-01 09:00")
    row = listings.record_correction(row, he, moment("2026-02-03 09:00"), on=date(2026, 2, 2))
    promise = Evidence.objects.create(
        case=row.case, name="承诺.png", content_type="image/png", size=3, sha256="1" * 64, by=he, at=at, file="none"
    )
    return listings.ask_removal(row, date(2026, 9, 1), "移1号", "全部付清", promise, he, at)


def a_publication(world: World) -> Any:
    sanctioned.in_q3(world)
    return publications.submit(sanctioned.drafted_list(world), world.user("qian"), AT)


def a_risk_change(world: World) -> Any:
    case = prevented.mediated(world)
    prevented.classed()
    row = prevented.risk_of(case.employer)
    return risk.request_change(row, "高风险", "有群众反映", date(2026, 12, 31), world.user("sun"), prevented.NOON)


def a_subsidy(world: World) -> Any:
    prevented.mediated(world)
    return subsidy.draft_list(world.unions[DISTRICT], "2026Q3", world.user("sun"), prevented.NOON)


def a_return(world: World) -> Any:
    district = world.unions[DISTRICT]
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
    return life.move(report, "sign", world.user("qian"), AT, seen=0, reason="属实。")


def a_waiver(world: World) -> Any:
    report = a_return(world)
    return waivers.request(report, report.last, "停产整顿", world.user("qian"), AT)


def an_extension(world: World) -> Any:
    case = a_case(world, mass=True, negotiation_failed_on=date(2026, 11, 12))
    term = Obligation.objects.get(case=case, rule="report-failed-negotiation")
    facts = {"rulebook": term.rulebook, "rule": term.rule, "kind": "extend", "reason": "情况特殊"}
    return Extension.objects.create(case=case, requested_by=world.user("he"), requested_at=AT, **facts)


def a_beginning(world: World) -> Any:
    union, since = world.unions[DISTRICT], date(2023, 6, 1)
    return attachments.propose(union, "qingpu-2023-1", since, "参照试点", world.user("qian"), AT)


def an_ending(world: World) -> Any:
    row = a_beginning(world)
    seal = attachments.beginning.seal(row, AT)
    row = attachments.beginning.approve(row, by=world.user("zhou"), at=AT, seal=seal)
    return attachments.propose_end(row, AT.date(), "试点结束", world.user("qian"), AT)


def a_withdrawal(world: World) -> Any:
    row = form_uploads.in_force(world, timezone.localdate())
    return actions.ask_withdrawal(row, "格式有误", world.user("shen"), AT)


ACTIVATION = actions.FormActivation(timezone.localdate())
KINDS = {
    "oversight": Table(
        oversights.SETTING,
        lambda world: an_oversight(world, a_case(world)),
        "sun",
        "zhou",
        DISTRICT,
        edits_case,
        words=("年底前全部清偿", "周主席"),
    ),
    "lifting": Table(
        oversights.LIFTING, a_lifting, "he", "zhou", DISTRICT, edits_case, words=("已经全部付清", "年底前全部清偿")
    ),
    "escalation": Table(escalations.approval, an_escalation, "li", "wang", ENTERPRISE, edits_case, words=("工人聚集",)),
    "referral": Table(referrals.approval, a_referral, "sun", "zhou", DISTRICT, edits_case, words=("请依法查处。",)),
    "merging": Table(
        merging.merging,
        lambda world: merger_asked(world, *pair(world)),
        "he",
        "wang",
        ENTERPRISE,
        edits_duplicate,
        words=("同一批职工",),
    ),
    "parting": Table(
        merging.parting, a_parting, "he", "wang", ENTERPRISE, edits_duplicate, words=("并非同一批人", "同一批职工")
    ),
    "drawing": Table(
        drawings.APPROVAL, a_drawing, "li", "wang", ENTERPRISE, edits_case, words=("区治欠办会议纪要〔2026〕8号",)
    ),
    "listing": Table(
        listings.PROPOSAL,
        lambda world: sanctioned.asked(world, a_case(world, mass=True)),
        "he",
        "wang",
        ENTERPRISE,
        edits_case,
        words=("责令支付后逾期未支付",),
    ),
    "removal": Table(
        listings.REMOVAL,
        a_removal,
        "he",
        "wang",
        ENTERPRISE,
        edits_case,
        at=moment("2026-09-01 09:00"),
        words=("全部付清", "责令支付后逾期未支付"),
    ),
    "publication": Table(publications.APPROVAL, a_publication, "qian", "zhou", DISTRICT, edits_list),
    "risk change": Table(
        risk.approval, a_risk_change, "sun", "zhou", DISTRICT, None, at=prevented.NOON, words=("有群众反映",)
    ),
    "subsidy": Table(subsidy.approval, a_subsidy, "sun", "zhou", DISTRICT, None, at=prevented.NOON),
    "letter": Table(
        issuing.APPROVAL,
        lambda world: letters.submitted(world, a_case(world), LetterKind.OPINION),
        "li",
        "wang",
        ENTERPRISE,
        writes_letter,
    ),
    "closing": Table(
        workflow.closing, lambda world: settled(world), "he", "wang", ENTERPRISE, edits_case, at=timezone.now()
    ),
    "return": Table(life.approval, a_return, "qian", "zhou", DISTRICT, writes_return),
    "waiver": Table(waivers.approval, a_waiver, "qian", "shi", "370200", None, words=("停产整顿",)),
    "extension": Table(extensions.approval, an_extension, "he", "wang", ENTERPRISE, edits_case, words=("情况特殊",)),
    "attachment": Table(attachments.beginning, a_beginning, "qian", "zhou", DISTRICT, None, words=("参照试点",)),
    "attachment's end": Table(
        attachments.ending, an_ending, "qian", "zhou", DISTRICT, None, words=("试点结束", "参照试点")
    ),
    "finding": Table(
        reviews.APPROVAL,
        lambda world: answered(world, a_finding(world)),
        "sun",
        "chen",
        "370203",
        None,
        words=("两件均已销号",),
    ),
    "rulebook": Table(uploads.approval, rulebook_uploads.tried, "shen", "yang", PROVINCE, None),
    "form": Table(ACTIVATION, form_uploads.brought_in, "shen", "yang", PROVINCE, None),
    "form's withdrawal": Table(actions.withdrawal, a_withdrawal, "shen", "yang", PROVINCE, None, words=("格式有误",)),
}


# ---- persons and staleness --------------------------------------------------------------------------------------------


def appoint(user: User, unit: Any, role: RoleName, acting_for: User | None = None) -> None:
    Appointment.objects.create(user=user, union=unit, role=role, since=FOUNDED, acting_for=acting_for)
    sync_rights(user, timezone.localdate())


class Scene:
    """One row of the table with what it is about; each method tries an approval that must be refused."""

    def __init__(self, world: World, kind: Table) -> None:
        self.world, self.kind = world, kind
        self.row = kind.ask(world)
        self.fresh = type(self.row)._default_manager.get(pk=self.row.pk)

    def approve(self, name: str, seal: str | None = None) -> Any:
        kind = self.kind
        seal = kind.approval.seal(self.fresh, kind.at) if seal is None else seal
        return kind.approval.approve(self.fresh, by=self.world.user(name), at=kind.at, seal=seal)

    def stranger(self) -> None:
        self.approve("li" if self.kind.approver == "chen" else "chen")

    def requester(self) -> None:
        unit = self.world.unions[self.kind.unit]
        appoint(self.world.user(self.kind.asker), unit, RoleName.APPROVER)
        self.approve(self.kind.asker)

    def last_editor(self) -> None:
        assert self.kind.edit is not None
        self.kind.edit(self.row, self.world.user(self.kind.approver))
        self.fresh = type(self.row)._default_manager.get(pk=self.row.pk)
        self.approve(self.kind.approver)

    def delegate(self) -> None:
        asker = self.world.user(self.kind.asker)
        held = asker.appointments.get()
        Appointment.objects.filter(user__username=self.kind.approver, union=held.union, role=held.role).delete()
        appoint(self.world.user(self.kind.approver), held.union, RoleName(held.role), acting_for=asker)
        self.approve(self.kind.approver)

    def closed_unit(self) -> None:
        unit, successor = (self.world.unions[code] for code in (self.kind.unit, TOOK_OVER[self.kind.unit]))
        tree.close(unit, successor, self.kind.at.date() - timedelta(days=1), None, self.kind.at)
        seal = self.kind.approval.seal(self.fresh, self.kind.at)
        self.fresh = type(self.row)._default_manager.get(pk=self.row.pk)
        self.approve(self.kind.approver, seal)

    def stale_hash(self) -> None:
        self.approve(self.kind.approver, "0" * 64)

    def wrong_stage(self) -> None:
        seal = self.kind.approval.seal(self.fresh, self.kind.at)
        approver = self.world.user(self.kind.approver)
        self.kind.approval.decline(self.fresh, by=approver, at=self.kind.at, opinion="请补充材料")
        self.approve(self.kind.approver, seal)


REFUSALS: dict[str, tuple[type[Refused], str]] = {
    "stranger": (Forbidden, "审批人"),
    "requester": (Forbidden, "须由另一人"),
    "last_editor": (Forbidden, "须由另一人"),
    "delegate": (Forbidden, "代理关系"),
    "closed_unit": (Forbidden, "的审批人"),
    "stale_hash": (Stale, ""),
    "wrong_stage": (Stale, ""),
}


@pytest.mark.parametrize("name", KINDS)
def test_who_may_not_be_the_second_person(world: World, name: str) -> None:
    kind = KINDS[name]
    scene = Scene(world, kind)
    for who, (refusal, words) in REFUSALS.items():
        if (who == "last_editor" and kind.edit is None) or (who == "closed_unit" and kind.unit not in TOOK_OVER):
            continue
        fresh = scene.fresh
        with undone(), pytest.raises(refusal) as raised:
            getattr(scene, who)()
        assert type(raised.value) is refusal and words in raised.value.message, (name, who, raised.value.message)
        scene.fresh = fresh


@pytest.mark.parametrize("name", KINDS)
def test_the_log_says_of_a_silent_approver_nothing_another_wrote(world: World, name: str) -> None:
    kind = KINDS[name]
    scene = Scene(world, kind)
    before = Event.objects.latest("pk").pk
    scene.approve(kind.approver)
    told = list(Event.objects.filter(pk__gt=before, by__username=kind.approver))
    assert told, name
    for event in told:
        assert not event.data.get("reason"), (event.verb, event.data)
        said = json.dumps(event.data, ensure_ascii=False)
        assert not [words for words in kind.words if words in said], (event.verb, said)


@pytest.mark.parametrize("name", KINDS)
def test_the_log_says_of_the_approver_what_she_wrote(world: World, name: str) -> None:
    kind = KINDS[name]
    scene = Scene(world, kind)
    for act in ("approve", "decline"):
        before = Event.objects.latest("pk").pk
        given: dict[str, Any] = {"by": world.user(kind.approver), "at": kind.at, "opinion": "我看过了"}
        if act == "approve":
            given["seal"] = kind.approval.seal(scene.fresh, kind.at)
        with undone():
            getattr(kind.approval, act)(scene.fresh, **given)
            told = Event.objects.filter(pk__gt=before, by__username=kind.approver).values_list(
                "data__reason", flat=True
            )
            assert "我看过了" in list(told), (name, act)


PAGES: dict[str, ApprovalPage[Any]] = {
    "oversight": oversight_page,
    "lifting": oversight_page,
    "escalation": escalation_views.page,
    "referral": referral_views.page,
    "merging": duplicates.page,
    "parting": duplicates.page,
    "drawing": drawing_views.page,
    "listing": listing_page,
    "removal": listing_page,
    "publication": publication_page,
    "subsidy": subsidies.page,
    "letter": letter_views.page,
    "finding": review_findings.page,
    "waiver": waiver_views.page,
    "extension": obligation_views.extension_page,
    "rulebook": trials.page,
    "form": edition_page.page,
    "form's withdrawal": edition_page.page,
    "attachment": attachment_views.page,
    "attachment's end": attachment_views.page,
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_shows_what_is_sealed_and_takes_the_decision(world: World, name: str) -> None:
    kind, page = KINDS[name], PAGES[name]
    row = Scene(world, kind).fresh
    asker, approver = as_user(world, kind.asker), as_user(world, kind.approver)
    assert kind.approval.why_not_title in asker.get(row.get_absolute_url()).text
    shown = approver.get(row.get_absolute_url())
    assert shown.context["seal"] == kind.approval.seal(row, timezone.now())
    assert kind.approval.approved.button in shown.text and "经过" in shown.text
    if name != "form's withdrawal":  # to keep what is in force needs no reason
        assert (
            approver.post(
                page.address(row, kind.approval.declined.name), {"opinion": " ", "seal": shown.context["seal"]}
            ).status_code
            == 422
        )
    decide, said = (
        page.address(row, kind.approval.approved.name),
        {"seal": shown.context["seal"], "opinion": "我看过了", "since": f"{timezone.localdate()}"},
    )
    assert approver.post(decide, said | {"seal": "0" * 64}).status_code == 409
    assert asker.post(decide, said).status_code == 403
    assert approver.post(decide, said).status_code == 302
    assert approver.post(decide, said).status_code == 409
    assert approver.get(row.get_absolute_url()).status_code == 200, "what was decided can still be read"


@pytest.mark.parametrize("name", KINDS)
def test_it_waits_in_the_list_of_whoever_decides_it(world: World, name: str) -> None:
    """And is counted on the desk and at its sections; the list comes from the kind alone."""
    kind = KINDS[name]
    approver = world.user(kind.approver)
    before = waiting_numbers(approver)
    row = Scene(world, kind).row
    listed = kind.approval.list_of()
    assert kind.approval.awaiting(approver).filter(pk=row.pk).exists()
    assert not kind.approval.awaiting(world.user(kind.asker)).exists()
    client = as_user(world, kind.approver)
    (pile,) = (pile for pile in client.get("/approvals/").context["piles"] if pile.listed == listed)
    assert row.pk in [item.row.pk for item in pile.items] and pile.count == len(pile.items)
    rows = client.get("/approvals/").text.partition(f'id="pile-{listed.key}"')[2].partition("<li")[2]
    link = unescape(rows.partition('href="')[2].partition('"')[0])
    assert kind.approval.approved.button in client.get(link).text
    after = waiting_numbers(approver)
    assert {name for name in after if after[name] != before.get(name, 0)} >= {"desk", *listed.sections}
    (box,) = (box for box in client.get("/").context["boxes"] if box.kind == "approvals")
    assert row.pk in [item.row.pk for item in box.rows if item.listed == listed]


def nobody(kind: Table, row: Any) -> bool:
    """Whether the query finds that nobody at its unit may decide; the rule, asked of each holder there, says the same."""
    duty = next(one for one in duties.every_duty() if one.key == duties.key_of(kind.approval))
    found = duty.without_holder(kind.at).filter(pk=row.pk).exists()
    fresh, day = type(row)._default_manager.get(pk=row.pk), day_of(kind.at)
    people = User.objects.filter(appointments__in=holders(kind.approval.rights, day).filter(union__code=kind.unit))
    assert found is all(kind.approval.why_not_second_person(fresh, one, day) for one in people), people
    return found


@pytest.mark.parametrize("name", KINDS)
def test_who_may_decide_is_found_by_one_query_as_by_the_rule(world: World, name: str) -> None:
    kind = KINDS[name]
    scene = Scene(world, kind)
    unit, roles = world.unions[kind.unit], {role for right in kind.approval.rights for role in roles_with(right)}
    there = Appointment.objects.filter(union=unit, role__in=roles)
    assert not nobody(kind, scene.row)
    with undone():
        there.delete()
        assert nobody(kind, scene.row), "a vacancy"
        appoint(world.user(kind.asker), unit, RoleName.APPROVER)
        assert nobody(kind, scene.row), "whoever asked"
    there.exclude(user__username=kind.approver).delete()
    if kind.edit is not None:
        with undone():
            kind.edit(scene.row, world.user(kind.approver))
            assert nobody(kind, scene.row), "whoever wrote in it"
    with undone(), pytest.raises(Forbidden, match="代理关系"):
        scene.delegate()
    acting = world.user(kind.asker).appointments.get()
    appoint(world.user(kind.approver), acting.union, RoleName(acting.role), acting_for=acting.user)
    assert nobody(kind, scene.row), "her stand-in"


# No notice as delivered allows a longer term: tests/arrears/law/test_obligations_clock.py asks for one.
@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"extension"}))
def test_asking_looks_at_once_whether_anybody_may_decide(world: World, name: str, monkeypatch: Any) -> None:
    asked: list[tuple[type[Any], int]] = []
    kind = KINDS[name]
    monkeypatch.setattr(Approval, "tell_if_nobody", lambda self, row, at: asked.append((type(self), row.pk)))
    row = kind.ask(world)
    assert (type(kind.approval), row.pk) in asked


def kinds_declared(base: type[Approval[Any]] = Approval) -> Iterator[type[Approval[Any]]]:
    for one in base.__subclasses__():
        yield from kinds_declared(one)
        if hasattr(one, "approved"):
            yield one


def test_every_kind_stands_in_the_table() -> None:
    assert set(kinds_declared()) == {type(kind.approval) for kind in KINDS.values()}


def test_every_kind_is_declared_by_its_app() -> None:
    """So that 待我审批, the desk and the sidebar know of it."""
    assert sorted(map(name_of, kinds_declared())) == sorted(name_of(type(one)) for one in every_approval())


def name_of(kind: type[Approval[Any]]) -> str:
    return f"{kind.__module__}.{kind.__name__}"
