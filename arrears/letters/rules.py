"""Who may issue which letter, when one may follow another, and what a letter must contain."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from arrears.cases.models import Case, State
from arrears.letters.models import ON_ITS_WAY, UNISSUED, Letter, LetterKind, LetterState, ReplyResult, SuggestionGround
from unions.models import Union, User
from unions.people.rights import Right

STATES_WITH_LETTERS = frozenset({State.CLUE, State.OPEN, State.TRANSFERRING, State.LEGAL})
NEXT_KIND = {LetterKind.PROMPT: LetterKind.OPINION, LetterKind.OPINION: LetterKind.SUGGESTION}
FEWEST_SUPERVISORS = 2
WITHOUT_INVESTIGATION = frozenset(
    {LetterKind.PROMPT, LetterKind.REVISIT}
)  # need no supervisors and no day of investigation
UNISSUED_OR_VOID = frozenset({*UNISSUED, LetterState.VOID})


def kinds_of(issuer: Union) -> list[LetterKind]:
    """An enterprise union, federation or township issues 提示函 and 意见书; 建议书 are for local general unions alone."""
    return [kind for kind in LetterKind if kind != LetterKind.SUGGESTION or issuer.is_general]


def drafting_units(case: Case, user: User) -> list[Union]:
    """Units above the case at which `user` may draft letters, the lowest first."""
    nodes = {*user.paths(Right.FILE), *user.paths(Right.HANDLE)}
    line = {*case.union.line_ids(), *case.handling_union.line_ids()}
    line |= set(case.involvements.values_list("union_id", flat=True))
    return list(Union.objects.filter(pk__in=line, path__in=nodes, valid_until=None).order_by("-depth"))


def issuing_units(case: Case, user: User) -> list[Union]:
    """Units that may issue letters on the case now; none where its state allows none."""
    return drafting_units(case, user) if case.state in STATES_WITH_LETTERS else []


def may_draft(letter: Letter, user: User) -> bool:
    unit = letter.issuer.in_charge()
    return user.may(Right.FILE, unit) or user.may(Right.HANDLE, unit)


def ground_for(letter: Letter, now: datetime) -> SuggestionGround | None:
    """The ground on which a letter may follow this one now, or None."""
    if letter.state == LetterState.REFUSED:
        return SuggestionGround.REFUSED
    if letter.is_overdue(now):
        return SuggestionGround.SILENT
    if letter.answer == ReplyResult.UNCORRECTED and letter.state in (LetterState.ANSWERED, LetterState.FINISHED):
        return SuggestionGround.UNCORRECTED
    return None


def next_kind(letter: Letter, now: datetime, followed: bool | None = None) -> LetterKind | None:
    """The kind of letter that may follow this one now, or None.

    `followed`: whether one follows already, where the caller knows.
    """
    kind = NEXT_KIND.get(LetterKind(letter.kind))
    if kind is None or ground_for(letter, now) is None:
        return None
    if followed is None:
        followed = followers_in_force(letter).exists()
    return None if followed else kind


def in_force(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.exclude(state__in=[LetterState.WITHDRAWN, LetterState.VOID])


def followers_in_force(letter: Letter) -> QuerySet[Letter]:
    return in_force(letter.followed_by.all())


def why_not_issue(case: Case, kind: LetterKind, issuer: Union, follows: Letter | None, now: datetime) -> str:
    """Why `issuer` may not issue this letter now, as a sentence; empty where it may."""
    if case.state not in STATES_WITH_LETTERS:
        return f"案件{State(case.state).label}，不能再制发文书。"
    if kind not in kinds_of(issuer):
        return "建议书只能由地方总工会（区市、市、省总工会）向同级部门制发；企业工会可制发提示函和意见书，必要时提请上级地方总工会制发建议书。"
    if follows is not None and follows.case_id != case.pk:
        return "所依据的前一份文书不属于本案。"
    if kind == LetterKind.SUGGESTION:
        if follows is None or follows.kind != LetterKind.OPINION:
            return "建议书须以本案已送达的意见书为前提，请从该意见书的页面提出。"
        if ground_for(follows, now) is None:
            return f"意见书（{follows}）尚未出现拒收、逾期未答复或无正当理由不改正的情形，不能制发建议书。"
    elif follows is not None and NEXT_KIND.get(LetterKind(follows.kind)) != kind:
        return f"{follows.get_kind_display()}之后不能制发{kind.label}。"
    return ""


def missing_parts(letter: Letter) -> dict[str, str]:
    """What is missing before the letter can be submitted: field → sentence."""
    faults = {
        name: f"请写明{label}。"
        for name, label in (("facts", "查明的事实"), ("breached", "违反的规定"), ("demand", "监督要求"))
        if not getattr(letter, name).strip()
    }
    if letter.kind not in WITHOUT_INVESTIGATION:
        if len(set(letter.supervisors)) < FEWEST_SUPERVISORS:
            faults["supervisors"] = "调查须由两名以上劳动法律监督员进行，请至少填写两人姓名。"
        if letter.investigated_on is None:
            faults["investigated_on"] = "请填写调查日期。"
    if letter.kind == LetterKind.SUGGESTION and not letter.department:
        faults["department"] = "请选择致送的部门。"
    return faults


def same_letter_under_way(case: Case, kind: LetterKind, issuer: Union, follows: Letter | None) -> Letter | None:
    """A letter of this kind already under way at `issuer`, or following the same letter."""
    same = case.letters.filter(kind=kind, issuer=issuer, state__in=ON_ITS_WAY).first()
    return same or (followers_in_force(follows).filter(kind=kind).first() if follows else None)
