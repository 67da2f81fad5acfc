"""Letters (一函两书) on the newest open cases of enterprise unions, one of each course in every place."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from arrears.cases.evidence import keep_evidence
from arrears.cases.models import Case, Evidence, EvidenceKind, State
from arrears.letters import rules, wording
from arrears.letters.actions import follow_up, issuing
from arrears.letters.models import Letter, LetterKind
from reporting.demo.people import DemoStaff
from reporting.demo.places import OF_PLACE, region_of
from unions.common.clock import day_of
from unions.common.text import split_names
from unions.models import Union, UnionKind, User
from unions.people.rights import RoleName

NAMES = "周明、吴倩"
PHOTO = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class LetterSteps:
    """Letters on one case, each step some days after the one before and none after `now`."""

    def __init__(self, case: Case, staff: DemoStaff, at: datetime, now: datetime) -> None:
        self.case, self.staff, self.at, self.now = case, staff, at, now

    def wait(self, days: int) -> None:
        self.at = min(self.at + timedelta(days=days), self.now)

    @property
    def today(self) -> date:
        return day_of(self.at)

    def issue(self, kind: LetterKind, issuer: Union, follows: Letter | None = None, *, approve: bool = True) -> Letter:
        """Drafted and submitted by the unit's clerk or officer, approved by its approver."""
        by = self._writer(issuer)
        ground = rules.ground_for(follows, self.at) if follows else None
        given = wording.first_draft(self.case, kind, follows, ground, self.at)
        given |= {
            "supervisors": split_names(NAMES),
            "investigated_on": self.today,
            "contact": f"{by.name} {issuer.duty_phone}",
        }
        if kind == LetterKind.SUGGESTION:
            given["enclosures"] = [self._sheet().pk]
        letter = issuing.draft(self.case, kind, issuer, given, by, self.at, follows=follows)
        letter = issuing.submit(letter, by, self.at, seen=letter.version)
        if not approve:
            return letter
        self.wait(1)
        shown = wording.seal(wording.paper_values(letter, self.today))
        approver = self.staff.of(issuer.pk, RoleName.APPROVER)
        return issuing.approve(letter, by=approver, at=self.at, seal=shown, opinion="同意。")

    def _sheet(self) -> Evidence:
        """The list of wages, a photo of one line, as evidence of the case."""
        unit = self.case.handling_union
        photo = SimpleUploadedFile("工资表.png", PHOTO, content_type="image/png")
        return keep_evidence(
            self.case, photo, "用人单位工资表（照片）", self._writer(unit), self.at, EvidenceKind.PAYROLL
        )

    def deliver(self, letter: Letter) -> Letter:
        self.wait(1)
        by = self._writer(letter.issuer)
        return follow_up.record_delivery(
            letter, by, self.at, seen=letter.version, on=self.today, delivery="by_hand", received_by="办公室 郑某"
        )

    def refuse(self, letter: Letter) -> Letter:
        self.wait(1)
        by = self._writer(letter.issuer)
        return follow_up.record_refusal(
            letter, by, self.at, seen=letter.version, on=self.today, witnesses="社区居委会 孟某"
        )

    def answer(self, letter: Letter, result: str, note: str) -> Letter:
        by = self._writer(letter.issuer)
        return follow_up.record_reply(letter, by, self.at, seen=letter.version, on=self.today, answer=result, note=note)

    def _writer(self, unit: Union) -> User:
        return self.staff.someone(unit.pk, RoleName.CLERK, RoleName.OFFICER)


def answered(steps: LetterSteps) -> None:
    letter = steps.deliver(steps.issue(LetterKind.PROMPT, steps.case.union))
    steps.wait(5)
    steps.answer(letter, "corrected", "已商定分两期付清，首期本月底前支付。")


def silent(steps: LetterSteps) -> None:
    steps.deliver(steps.issue(LetterKind.OPINION, steps.case.union))


def refused_and_gone_up(steps: LetterSteps) -> None:
    opinion = steps.refuse(steps.issue(LetterKind.OPINION, steps.case.union))
    district = next((unit for unit in reversed(_line(steps.case)) if unit.is_general), None)
    if district is not None:
        steps.wait(2)
        steps.deliver(steps.issue(LetterKind.SUGGESTION, district, opinion))


def waiting(steps: LetterSteps) -> None:
    steps.issue(LetterKind.OPINION, steps.case.union, approve=False)


FATES = ((answered, 20), (silent, 40), (refused_and_gone_up, 12), (waiting, 1))  # with the days ago it begins


def write_letters(staff: DemoStaff, now: datetime) -> int:
    """In each place one of each course, as far as it has cases of enterprise unions; how many cases got letters."""
    cases = (
        Case.objects.filter(state=State.OPEN, union__kind=UnionKind.ENTERPRISE, union__valid_until=None)
        .select_related("union", "handling_union", "employer")
        .order_by("-id")
    )
    written = 0
    for codes in OF_PLACE.values():
        here = cases.filter(union__code__startswith=region_of(codes))
        chosen = [case for case in here[:40] if _staffed(case, staff)][: len(FATES)]
        for case, (fate, days) in zip(chosen, FATES, strict=False):
            fate(LetterSteps(case, staff, max(case.changed_at, now - timedelta(days=days)), now))
        written += len(chosen)
    return written


def _staffed(case: Case, staff: DemoStaff) -> bool:
    """Somebody else than those of the case can approve, here and at the district."""
    held = {unit for unit, role in staff.rows if role == RoleName.APPROVER}
    return {unit.pk for unit in _line(case) if unit.is_general or unit == case.union} <= held


def _line(case: Case) -> list[Union]:
    return list(Union.objects.line(case.union))
