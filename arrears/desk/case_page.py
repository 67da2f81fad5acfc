"""What the page of one case shows: its head, the next steps, and one tab at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases import acts, conclusions, filing, ledger, meeting, workflow
from arrears.cases.evidence import KINDS_FOR_PEOPLE
from arrears.cases.forms.steps import ENTRY_HELP, ActForm, EntryForm, EvidenceForm
from arrears.cases.models import Case, EntryKind, LedgerEntry
from arrears.desk.timeline import happenings, unapproved
from arrears.escalations.tab import escalations_tab
from arrears.legal.tab import legal_tab, next_offers
from arrears.letters.tab import letters_tab
from arrears.plans import actions as plans
from arrears.plans.tab import plans_tab
from arrears.prevention.actions.log import asked_for
from arrears.prevention.models import PreventionKind, PreventionWork
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral
from arrears.safety_nets.tab import advances_box
from arrears.sanctions.tab import sanctions_tab
from arrears.serious.actions.oversights import fallback_wanted
from arrears.serious.models import overseen_labels
from arrears.serious.tab import serious_tab
from arrears.workers import actions as workers
from unions.http import Request
from unions.models import User
from unions.people.rights import Right

TABS = {
    "facts": "基本情况",
    "ledger": "台账",
    "workers": "职工名单",
    "acts": "办理记录",
    "legal": "法律程序",
    "plans": "偿还计划",
    "letters": "一函两书",
    "evidence": "证据",
    "escalations": "上报",
    "route": "转办转送",
    "heavy": "重大事项",
    "sanctions": "惩戒公布",
}
Context = dict[str, Any]


def case_page(
    request: Request, case: Case, tab: str, *, status: int = 200, stale: str = "", **given: Any
) -> HttpResponse:
    """`given`: a bound form of the tab to show instead of an empty one. `stale`: why nothing was done."""
    user = request.user
    tab = tab if tab in TABS else "facts"
    balance = ledger.balance(case)
    offers = workflow.offers(case, user, timezone.localdate())
    context: Context = {
        "case": case,
        "tab": tab,
        "balance": balance,
        "stale": stale,
        "tabs": [(key, label, f"?tab={key}") for key, label in TABS.items()],
        "stated": case.number is None,
        "offers": offers,
        "held_back": held_back(offers),
        "may_edit": filing.may_edit(case, user),
        "may_discard": case.number is None and filing.may_edit(case, user),
        "conclusion": conclusions.label(case.conclusion),
        "contact": case.handling_union.in_charge().phone_contact(),
        "in_charge": case.handling_union.in_charge(),
        "officer": officer(case),
        "overseen": overseen_labels(case),
        "broken": plans.broken_steps(case, timezone.localdate()),
    }
    context |= SHOWN[tab](case, user, balance, request) | given
    return render(request, "arrears/desk/case.html", context, status=status)


def officer(case: Case) -> User | None:
    """Who works on it; nobody yet, where the unit was closed and she does not serve at the one that took it over."""
    if case.officer is None or not case.handling_union.is_closed:
        return case.officer
    return case.officer if case.officer.may(Right.HANDLE, case.handling_union.in_charge()) else None


def held_back(offers: list[workflow.Offer]) -> list[tuple[str, list[str]]]:
    """(title, reasons) for moves that cannot be made yet or not by this reader; those with one reason together."""
    titles: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for offer in offers:
        if offer.why_not:
            titles.setdefault(("不能由您", (offer.why_not,)), []).append(offer.row.label)
        elif offer.missing:
            titles.setdefault(("暂不能", offer.missing), []).append(offer.row.label)
    return [
        (start + "".join(f"“{label}”" for label in labels), list(reasons))
        for (start, reasons), labels in titles.items()
    ]


def _facts(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    return {
        "closures": case.closures.select_related("approved_by"),
        "wants_fallback": fallback_wanted(case, timezone.localdate()),
    }


# ---- 台账 ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BookLine:
    entry: LedgerEntry
    left: ledger.Sums  # outstanding after this entry
    cancelled: bool
    reversible: bool


def book(entries: Iterable[LedgerEntry], may_post: bool) -> list[BookLine]:
    """The entries in order, each with what is outstanding after it."""
    workers, migrants, amount = 0, 0, Decimal(0)
    lines = []
    for entry in entries:
        sign = 1 if entry.counts_as in ledger.OWED else -1
        workers += sign * entry.workers
        migrants += sign * entry.migrants
        amount += sign * entry.amount
        cancelled = hasattr(entry, "cancelled_by")
        reversible = may_post and not cancelled and entry.kind != EntryKind.REVERSED
        lines.append(BookLine(entry, ledger.Sums(workers, migrants, amount), cancelled, reversible))
    return lines


def _ledger(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    allowed = ledger.may_post(case, user)
    entries = case.entries.select_related("by", "cancelled_by", "cancels", "net_entry__net")
    left = balance.outstanding
    initial: Context = {"on": timezone.localdate(), "kind": EntryKind.PAID}
    if request.GET.get("fill") == "all" and left:
        initial |= {"workers": left.workers, "migrants": left.migrants, "amount": left.amount}
    if request.GET.get("fill") == "list":
        initial |= _by_the_list(case, balance)
    return {
        "lines": book(entries, allowed),
        "may_post": allowed,
        "entry_form": EntryForm(initial=initial, today=timezone.localdate()),
        "entry_help": [(EntryKind(kind).label, text) for kind, text in ENTRY_HELP.items()],
        "closed_to_entries": case.state not in ledger.TAKES_ENTRIES,
        **advances_box(case, user),
    }


def _by_the_list(case: Case, balance: ledger.Balance) -> Context:
    """The 调整 that brings the books to what the worker list says."""
    listed = workers.totals(case.workers.listed().for_sums())
    for difference in workers.differences(case, listed, balance):
        if difference.what == workers.OWED:
            return vars(difference.gap) | {"kind": EntryKind.ADJUSTED, "source": "按职工名单核对"}
    return {}


def _workers(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    """Nothing: the list loads by itself, so the page costs the same whatever its length."""
    return {}


# ---- 办理记录、证据 -------------------------------------------------------------------------------------------------


def _acts(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    may = acts.may_act(case, user)
    told = list(case.acts.all()) if may else []
    return next_offers(case, may, balance, list(case.proceedings.all()) if may else [], told) | {
        "events": happenings(case, unapproved(case, user)),
        "may_act": may,
        "act_form": ActForm(
            initial={"on": timezone.localdate()},
            today=timezone.localdate(),
            elsewhere=meeting.recorded_elsewhere(case) if may else (),
        ),
    }


def _evidence(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    return {
        "files": case.evidence.select_related("by"),
        "may_keep": acts.may_act(case, user) or filing.may_edit(case, user),
        "evidence_form": EvidenceForm(today=timezone.localdate()),
        "kinds": KINDS_FOR_PEOPLE,
    }


# ---- 转办转送 -----------------------------------------------------------------------------------------------------


def _route(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    rows = Referral.objects.visible_to(user).filter(case=case)
    return {
        "transfers": case.transfers.select_related("sender", "receiver", "asked_by", "answered_by"),
        "referrals": [(row, KINDS[row.kind]) for row in rows.select_related("agency", "sender", "requested_by")],
        "may_refer": referrals.may_refer(case, user),
        "supervised": PreventionWork.objects.visible_to(user).standing().filter(cases=case).with_tasks(),
        "may_supervise": bool(user.paths(Right.INSPECT))
        and PreventionKind.JOINT in asked_for(case.handling_union.in_charge()),
    }


SHOWN: dict[str, Callable[[Case, User, ledger.Balance, Request], Context]] = {
    "facts": _facts,
    "ledger": _ledger,
    "workers": _workers,
    "acts": _acts,
    "legal": legal_tab,
    "plans": plans_tab,
    "letters": letters_tab,
    "evidence": _evidence,
    "escalations": escalations_tab,
    "route": _route,
    "heavy": serious_tab,
    "sanctions": sanctions_tab,
}
