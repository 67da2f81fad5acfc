"""What still hangs on a case beside its books: what keeps it from closing or merging, and what is only waited for.

Nothing outstanding (design.md §4) means more than money: a worker who asked to withdraw was called back, an emergency has its
outcome, a union above lifted what it had set (SD-2.4b). What others still owe an answer for does not keep paid wages from
being written off; whoever signs is shown it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Exists

from arrears.cases.models import Case, Channel
from arrears.cases.route import next_level
from arrears.escalations.models import UNDER_WAY, Stage
from arrears.letters.models import LetterState
from arrears.merging.models import MergerStage
from arrears.referrals.models import UNSETTLED, ReferralStage
from arrears.safety_nets.models import PENDING
from arrears.serious.models import OVERSEEN


class Lack(str):
    """A sentence saying what is missing. `url`: where it is mended."""

    url: str

    def __new__(cls, text: str, url: str = "") -> Lack:
        made = super().__new__(cls, text)
        made.url = url
        return made


def tab(case: Case, name: str) -> str:
    return f"{case.get_absolute_url()}?tab={name}"


def under_way(case: Case) -> list[Lack]:
    """Asked for and not answered: a report upward, a matter put to a department, an advance. One query."""
    reported, referred, drawn = (
        Case.objects.filter(pk=case.pk)
        .values_list(
            Exists(case.escalations.filter(stage__in=UNDER_WAY)),
            Exists(case.referrals.filter(stage__in=UNSETTLED)),
            Exists(case.drawings.filter(stage__in=PENDING)),
        )
        .get()
    )
    found = []
    if reported:
        found.append(Lack("有上报正在审批或等待接收，请先了结。", tab(case, "escalations")))
    if referred:
        sentence = "有转送部门的事项正在审批或等待对方接收，请先了结（对方接收前可以撤回）。"
        found.append(Lack(sentence, tab(case, "route")))
    if drawn:
        found.append(Lack("有垫付正在审批或等待银行支付，请先了结（SD-2.4c）。", tab(case, "ledger")))
    return found


# What is looked for → how it is said and where it is mended.
Finding = Callable[[Case], list[Lack]]


def _withdrawals(case: Case) -> list[Lack]:
    rows = case.window_letters.filter(withdrawal_asked_at__isnull=False)
    return [
        Lack(f"职工通过窗口要求撤回（{row}），尚未电话回访本人，请先回访并登记结果。", row.get_absolute_url())
        for row in rows
    ]


def _overseen(case: Case) -> list[Lack]:
    rows = case.oversights.filter(stage__in=OVERSEEN).select_related("setter")
    return [
        Lack(
            f"「{row.setter}」的{row.get_kind_display()}尚未解除，请先提交解除报告，由督办单位批准解除（SD-2.4b）。",
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _emergencies(case: Case) -> list[Lack]:
    rows = case.emergencies.filter(ended_at=None)
    return [
        Lack(f"{row.place}的应急处置尚未了结，请先写明处置结果（QD-6.5）。", row.get_absolute_url()) for row in rows
    ]


def _unreported(case: Case) -> list[Lack]:
    """QD-4.1d: 极端、群体性 goes up at once. Old books say nothing of what was reported then."""
    if not case.is_immediate or case.channel == Channel.LEGACY or next_level(case, case.union) is None:
        return []
    if case.escalations.filter(immediate=True, stage__in=[*UNDER_WAY, Stage.RECEIVED]).exists():
        return []
    return [Lack("本案是极端讨薪或群体性事件，还没有向上级报告，请先上报（QD-4.1d）。", tab(case, "escalations"))]


def _mergers(case: Case) -> list[Lack]:
    asked = case.mergers.filter(stage=MergerStage.REQUESTED).first()
    found = [Lack("本案已提出并入另一案件，请先审批或撤回。", asked.get_absolute_url())] if asked else []
    if case.absorbed.filter(stage=MergerStage.REQUESTED).exists():
        found.append(Lack("有案件正申请并入本案，请等对方审批或撤回。", case.get_absolute_url()))
    return found


def _proceedings(case: Case) -> list[Lack]:
    rows = case.proceedings.running()
    return [
        Lack(f"{row.get_kind_display()}（{row.body}）正在进行，请先登记结果，或把另一件并入本案。", tab(case, "legal"))
        for row in rows
    ]


def keeping_open(case: Case) -> list[Lack]:
    """Why the case cannot be closed beside its books. One query where nothing hangs on it."""
    there = (
        Case.objects.filter(pk=case.pk)
        .values_list(
            Exists(case.window_letters.filter(withdrawal_asked_at__isnull=False)),
            Exists(case.oversights.filter(stage__in=OVERSEEN)),
            Exists(case.emergencies.filter(ended_at=None)),
            Exists(case.mergers.filter(stage=MergerStage.REQUESTED)),
            Exists(case.absorbed.filter(stage=MergerStage.REQUESTED)),
        )
        .get()
    )
    withdrawn, overseen, alarm, leaving, coming = there
    findings: Sequence[tuple[bool, Finding]] = (
        (withdrawn, _withdrawals),
        (overseen, _overseen),
        (alarm, _emergencies),
        (leaving or coming, _mergers),
    )
    found = [lack for is_there, finding in findings if is_there for lack in finding(case)]
    return found + _unreported(case)


def keeping_apart(case: Case) -> list[Lack]:
    """Why the case cannot go into another: what its own number or officer has still to finish. Letters of workers and plans go
    along (merging.py); letters sent out and referrals taken by a department stay under their number and are shown there.
    """
    return [*under_way(case), *_overseen(case), *_emergencies(case), *_proceedings(case)]


def waited_for(case: Case) -> list[str]:
    """Answers others still owe, in words: no reason to keep a case open, but whoever signs is shown it."""
    referred = case.referrals.filter(stage=ReferralStage.ACCEPTED).select_related("agency")
    sent = case.letters.filter(state__in=[LetterState.APPROVED, LetterState.DELIVERED])
    unread = case.window_letters.filter(unread=True)
    return [
        *(f"{row.agency}尚未答复（{row.get_kind_display()}）" for row in referred),
        *(f"{row.number}{row.get_state_display()}" for row in sent),
        *(f"{row}有未答复的留言" for row in unread),
    ]
