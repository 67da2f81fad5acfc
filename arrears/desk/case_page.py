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
from arrears.cases.models import NO_MORE, Case, EntryKind, LedgerEntry
from arrears.desk.extent import CaseExtent, extent_of
from arrears.desk.next_act import primary_act
from arrears.desk.stages import stages
from arrears.desk.timeline import happenings_read_by
from arrears.escalations.tab import escalations_tab
from arrears.legal.tab import legal_tab, next_offers
from arrears.letters.tab import letters_tab
from arrears.plans import actions as plans
from arrears.plans.tab import broken_after, plans_tab
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

Context = dict[str, Any]
SectionContext = Callable[[Case, User, ledger.Balance, Request], Context]


def case_page(
    request: Request, case: Case, tab: str, *, status: int = 200, stale: str = "", **given: Any
) -> HttpResponse:
    """`tab`: a tab, or a section, which opens the tab that holds it. `given`: a bound form of that section to show instead
    of an empty one. `stale`: why nothing was done.
    """
    user, today = request.user, timezone.localdate()
    asked = tab if tab in SECTIONS else ""
    tab = SECTIONS[asked].tab if asked else tab if tab in TABS else "facts"
    balance = ledger.balance(case)
    offers = workflow.offers(case, user, today)
    extent = extent_of(case, user)
    may_edit = filing.may_edit(case, user)
    main_act = primary_act(case, user, offers, balance, may_edit)
    context: Context = {
        "case": case,
        "tab": tab,
        "balance": balance,
        "stale": stale,
        "stages": stages(case, balance, extent),
        "tabs": [(key, label, f"?tab={key}", _count(key, extent)) for key, label in TABS.items()],
        "stated": case.number is None,
        "offers": offers,
        "main_act": main_act,
        "held_back": held_back(offers),
        "may_edit": may_edit,
        "may_discard": case.number is None and may_edit,
        "conclusion": conclusions.label(case.conclusion),
        "contact": case.handling_union.in_charge().phone_contact(),
        "in_charge": case.handling_union.in_charge(),
        "officer": officer(case),
        "overseen": overseen_labels(case),
        "broken": plans.broken_steps(case, today) if extent.rows["plans"] else [],
        "no_more": NO_MORE,
    }
    if tab == "handling":
        context |= next_offers(case, user, balance) | {"broken_after": broken_after(case, user)}
    context |= _sections(request, case, tab, asked, balance, extent, given)
    return render(request, "arrears/desk/case.html", context, status=status)


def _sections(
    request: Request, case: Case, tab: str, asked: str, balance: ledger.Balance, extent: CaseExtent, given: Context
) -> Context:
    """The sections of the tab that are used, always open or asked for, each with what it shows; the others by name."""
    shown, folded = [], []
    for key, section in SECTIONS.items():
        if section.tab != tab:
            continue
        if not (section.always or key == asked or extent.rows.get(key)):
            folded.append((section, f"?tab={key}#{key}"))
            continue
        context = section.context(case, request.user, balance, request)
        if key == (asked or tab):
            context |= given
        shown.append(ShownSection(key, section, context))
    return {"sections": shown, "folded": folded}


def _count(tab: str, extent: CaseExtent) -> int:
    """How many rows stand on a tab; 概况 shows none."""
    return sum(extent.rows.get(key, 0) for key, section in SECTIONS.items() if section.tab == tab)


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
        "events": happenings_read_by(case, user),
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
        "adds": [kind.value for kind in ledger.OWED],
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
    chosen = {name: request.GET[name][:20] for name in ("kind", "outcome") if name in request.GET}
    return {
        "acts": case.acts.select_related("by", "union").order_by("-on", "-id"),
        "may_act": may,
        "act_form": ActForm(
            initial={"on": timezone.localdate(), **chosen},
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


# ---- 流转、转送 ----------------------------------------------------------------------------------------------------


def _route(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    return {"transfers": case.transfers.select_related("sender", "receiver", "asked_by", "answered_by")}


def _referrals(case: Case, user: User, balance: ledger.Balance, request: Request) -> Context:
    rows = Referral.objects.visible_to(user).filter(case=case)
    return {
        "referrals": [(row, KINDS[row.kind]) for row in rows.select_related("agency", "sender", "requested_by")],
        "may_refer": referrals.may_refer(case, user),
        "supervised": PreventionWork.objects.visible_to(user).standing().filter(cases=case).with_tasks(),
        "may_supervise": bool(user.paths(Right.INSPECT))
        and PreventionKind.JOINT in asked_for(case.handling_union.in_charge()),
    }


# ---- what stands where ----------------------------------------------------------------------------------------------

TABS = {"facts": "概况", "ledger": "台账与职工", "handling": "办理", "evidence": "证据", "route": "上报与流转"}


@dataclass(frozen=True)
class Section:
    """A part of a tab. `always`: shown where nothing stands in it yet; the others wait, folded, until they are used or asked for."""

    tab: str
    title: str
    template: str
    context: SectionContext
    always: bool = False
    about: str = ""  # what it is for, said where it is folded
    titled: bool = True  # False: the only section of its tab, which names it


@dataclass(frozen=True)
class ShownSection:
    """A section with what its template needs. Its names stay its own: two sections may use the same."""

    key: str
    of: Section
    context: Context


# The key is what addresses name (`?tab=legal#legal`, Case.section_url), in the order of the page.
SECTIONS: dict[str, Section] = {
    "facts": Section("facts", "基本情况", "arrears/desk/overview.html", _facts, always=True, titled=False),
    "ledger": Section("ledger", "台账", "arrears/cases/tab_ledger.html", _ledger, always=True),
    "workers": Section("ledger", "职工名单", "arrears/workers/tab.html", _workers, always=True),
    "acts": Section("handling", "办理记录", "arrears/cases/tab_acts.html", _acts, always=True),
    "legal": Section(
        "handling", "法律程序", "arrears/legal/tab.html", legal_tab, about="调解、仲裁、诉讼、支付令、法律援助"
    ),
    "plans": Section("handling", "偿还计划", "arrears/plans/tab.html", plans_tab, about="分期支付、困难企业一企一策"),
    "letters": Section("handling", "一函两书", "arrears/letters/tab.html", letters_tab, about="提示函、意见书、建议书"),
    "referrals": Section(
        "handling",
        "转送部门",
        "arrears/desk/tab_referrals.html",
        _referrals,
        about="人社、公安、行业主管部门，联合督导",
    ),
    "heavy": Section(
        "handling",
        "重大事项",
        "arrears/serious/tab.html",
        serious_tab,
        about="督办、应急处置、约谈、化解举措、兜底责任",
    ),
    "sanctions": Section(
        "handling", "惩戒公布", "arrears/sanctions/tab.html", sanctions_tab, about="处理处罚、失信名单、提请公布"
    ),
    "evidence": Section("evidence", "证据", "arrears/cases/tab_evidence.html", _evidence, always=True, titled=False),
    "escalations": Section("route", "上报", "arrears/escalations/tab.html", escalations_tab, always=True),
    "route": Section("route", "流转", "arrears/desk/tab_route.html", _route, about="转办其他工会的经过"),
}
