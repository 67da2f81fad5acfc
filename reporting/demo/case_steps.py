"""Steps of one demo case, made by the same actions that people use; time moves on with each."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from arrears.cases import acts, filing, ledger, snapshot, workflow
from arrears.cases.filing import EmployerFacts
from arrears.cases.models import Act, ActKind, Case, Channel, EntryKind, Outcome
from arrears.cases.models.case import FROM_WORKERS
from arrears.cases.requirements import required_of
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation
from arrears.inspections.actions import platform_checks
from arrears.inspections.actions.platform_checks import PlatformLook
from arrears.legal import actions as legal
from arrears.legal.models import ProceedingKind
from arrears.plans import actions as plans
from arrears.plans import receivables
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import Plan, PlanKind
from arrears.serious.actions import oversights
from reporting.demo.people import DemoStaff
from unions.approvals import seal_of
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.models import Union, User
from unions.people.rights import RoleName


class CaseSteps:
    """A case from its draft onward. `now` bounds the clock: nothing happens after it."""

    def __init__(self, staff: DemoStaff, union: Union, at: datetime, now: datetime, chance: Random) -> None:
        self.staff, self.union, self.at, self.now, self.chance = staff, union, at, now, chance
        self.case: Case

    # ---- time and people ----------------------------------------------------------------------------------------

    def wait(self, days: float) -> None:
        """Let working time pass: never a weekend, never a night, never the future."""
        later = self.at + timedelta(days=days)
        while later.weekday() >= 5:
            later += timedelta(days=1)
        if not 8 <= later.hour < 18:
            later = later.replace(hour=9 + self.chance.randrange(8))
        self.at = min(max(later, self.at), self.now)

    @property
    def today(self) -> date:
        return day_of(self.at)

    @property
    def filer(self) -> User:
        return self.staff.someone(self.union.pk, RoleName.CLERK, RoleName.OFFICER)

    def at_desk(self, role: RoleName) -> User:
        """The person with `role` at the handling union."""
        return self.staff.of(self.case.handling_union_id, role)

    # ---- steps --------------------------------------------------------------------------------------------------

    def draft(
        self, employer: EmployerFacts, project: tuple[str, str, dict[str, str]] | None, facts: dict[str, Any]
    ) -> None:
        firm = filing.employer_for(employer)
        if project:
            facts |= {"project": filing.project_for(firm, *project), "nature": project[1], "on_project": True}
        self.case = filing.open_draft(self.union, firm, facts, self.filer, self.at)

    def move(self, name: str, role: RoleName | None = None, **given: Any) -> None:
        by = self.at_desk(role) if role else self.filer
        shown = seal_of(snapshot.closing(self.case)) if name == "close" else ""
        self.case = workflow.move(self.case, name, by, self.at, seen=self.case.version, seal=shown, **given)
        if name in ("file", "report_clue"):
            self._look_at_platform(by)

    def _look_at_platform(self, by: User) -> None:
        """Where a notice wants it, whoever files looks whether the project stands in the platform (SD-2.3c)."""
        project = self.case.project
        if project is None or not required_of(self.case, "platform", on=self.today):
            return
        look = PlatformLook(self.today, by.name, True, self.today - timedelta(days=60))
        with suppress(Refused):  # looked up for another case of the same day
            platform_checks.record_look(self.union, project, look, by, self.at)

    def act(self, kind: ActKind, detail: str, outcome: Outcome = Outcome.DONE) -> Act:
        act = acts.perform(self.case, kind, self.today, detail, outcome, self.at_desk(RoleName.OFFICER), self.at)
        self.case = act.case
        return act

    def legal_aid(self) -> None:
        """Applied for, granted and assigned within days; with precedence where a notice wants it."""
        by = self.at_desk(RoleName.OFFICER)
        notice = required_of(self.case, "legal-aid-first", on=self.today)
        asked = "为职工代书仲裁申请并代理仲裁。"
        body = f"{self.union.name.removesuffix('总工会')[:20]}法律援助中心"
        row = legal.begin(
            self.case, ProceedingKind.LEGAL_AID, self.today, body, asked, by, self.at, priority=bool(notice)
        )
        row = legal.accept(row, self.today, "", by, self.at)
        self.wait(2)
        row = legal.review(row, self.today, "", by, self.at)
        row = legal.assign(row, self.today, "援助律师", by, self.at)
        self.case.refresh_from_db()

    def enforce(self) -> None:
        """The award is not paid: the court collects a part and closes, or the whole of it is still running."""
        by, court = self.at_desk(RoleName.OFFICER), f"{self.union.name.removesuffix('总工会')[:20]}人民法院"
        row = legal.begin(self.case, ProceedingKind.ENFORCEMENT, self.today, court, "申请执行生效裁决。", by, self.at)
        row = legal.accept(row, self.today, f"（{self.today.year}）执 {self.case.pk} 号", by, self.at)
        self.wait(12)
        left = ledger.balance(row.case).outstanding.amount
        row = legal.receive(row, self.today, 0, 0, (left / 3).quantize(Decimal(1)), by, self.at)
        row = legal.finish(row, self.today, "partly", "其余由单位自行支付。", by, self.at)
        self.case.refresh_from_db()

    def recover_debts(self) -> None:
        """Where a notice wants it: what is owed to the employer stands on its plan, and what comes in pays wages first."""
        by, left = self.at_desk(RoleName.OFFICER), ledger.balance(self.case).outstanding
        planned = Plan.objects.in_force().filter(case__employer=self.case.employer, kind=PlanKind.EMPLOYER)
        if receivables.wages_first(self.case, self.today) is None or planned.exists() or left.amount < 4:
            return
        steps = [Promise(self.today + timedelta(days=20), what="清收被欠账款，优先支付工资", owner="工会经办人")]
        self.case = plans.make(self.case, PlanKind.EMPLOYER, steps, PlanTerms(self.today), by, self.at).case
        since, owed = self.today - timedelta(days=200), left.amount * 2
        row = receivables.record(self.case, "某建设单位", owed, since, "工程款结算单", by, self.at)
        self.wait(6)
        part = (left.amount / 4).quantize(Decimal("0.01"))
        receivables.recover(row, self.today, part, 0, 0, by, self.at)
        self.case.refresh_from_db()

    def pay(self, share: float = 1.0, kind: EntryKind = EntryKind.PAID, source: str = "") -> None:
        """Post `share` of what is outstanding; 1.0 leaves nothing."""
        left = ledger.balance(self.case).outstanding
        workers = left.workers if share == 1.0 else int(left.workers * share)
        migrants = left.migrants if share == 1.0 else min(int(left.migrants * share), workers)
        amount = left.amount if share == 1.0 else (left.amount * Decimal(str(share))).quantize(Decimal(1))
        self._post(kind, workers, migrants, amount, source or "银行代发回单")

    def add(self, workers: int, amount: Decimal, source: str) -> None:
        """Recognise more than was known."""
        self._post(EntryKind.ADJUSTED, workers, 0, amount, source)

    def _post(self, kind: EntryKind, workers: int, migrants: int, amount: Decimal, source: str) -> None:
        entry = ledger.post(
            self.case,
            kind,
            self.today,
            self.at_desk(RoleName.OFFICER),
            self.at,
            workers=workers,
            migrants=migrants,
            amount=amount,
            source=source,
        )
        self.case = entry.case

    def answer_those_who_asked(self) -> None:
        if self.case.channel in FROM_WORKERS:
            self.act(ActKind.FEEDBACK_WORKER, "已电话告知办理结果。")
        if self.case.channel == Channel.HOTLINE:
            self.act(ActKind.FEEDBACK_HOTLINE, "已电话告知办理结果。")

    def name_fallback(self) -> None:
        """Before a project may be settled, where a notice in force asks for it."""
        if oversights.fallback_of(self.case) is None and oversights.fallback_wanted(self.case, self.today):
            party = "区财政局" if self.case.nature == "government" else "建设单位（国有企业）"
            oversights.name_fallback(
                self.case,
                party,
                "分管负责人",
                "",
                "《保障农民工工资支付条例》",
                self.at_desk(RoleName.OFFICER),
                self.at,
            )
            self.case.refresh_from_db()

    # ---- reports ------------------------------------------------------------------------------------------------

    def ask(self, ground: str, reason: str, sender: Union | None = None) -> Escalation:
        sender = sender or self.union
        by = self.staff.someone(sender.pk, RoleName.CLERK, RoleName.OFFICER)
        row = escalations.request(self.case, sender, ground, reason, by, self.at, seen=self.case.version)
        self.case.refresh_from_db()
        return row

    def approve(self, row: Escalation) -> Escalation:
        by = self.staff.of(row.sender_id, RoleName.APPROVER)
        shown = seal_of(snapshot.report(self.case))
        row = escalations.approve(row, by=by, at=self.at, seal=shown, opinion="情况属实，同意上报。")
        self.case.refresh_from_db()
        return row

    def decline(self, row: Escalation) -> None:
        by = self.staff.of(row.sender_id, RoleName.APPROVER)
        escalations.decline(row, by=by, at=self.at, opinion="请补充工资拖欠的起止日期和偿还计划。")
        self.case.refresh_from_db()

    def receive(self, row: Escalation, *, take_over: bool) -> Escalation:
        by = self.staff.of(row.receiver_id, RoleName.OFFICER)
        answer = "由本级直接办理。" if take_over else "已收悉，请继续办理并每周报告进展。"
        row = escalations.receive(row, by=by, at=self.at, take_over=take_over, opinion=answer)
        self.case.refresh_from_db()
        return row

    def send_back(self, row: Escalation) -> None:
        by = self.staff.of(row.receiver_id, RoleName.OFFICER)
        escalations.send_back(row, by=by, at=self.at, opinion="缺工资明细表和考勤记录，请补齐后重新上报。")
        self.case.refresh_from_db()

    def acknowledge(self, levels: int) -> None:
        """The nearest `levels` levels above say that they know, each a little later than the one below."""
        rows = self.case.acknowledgements.filter(at=None).select_related("union", "case")
        for row in rows.order_by("-union__depth")[:levels]:
            self.at = min(self.at + timedelta(minutes=self.chance.randint(12, 130)), self.now)
            escalations.acknowledge(row, self.staff.of(row.union_id, RoleName.OFFICER), self.at)
        self.case.refresh_from_db()
