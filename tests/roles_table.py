"""Who gets what where: one row per address, method and thing. A new address needs a row here, or its test fails.

Readers, seen from the enterprise 370202E0001 (tests/cast.py): li clerk, he officer, wang approver (own); sun officer,
zhou approver, qian statistician, wu unit_admin (parent, 市南区); lv, han officers (city, province); zheng clerk (sibling:
the street beside it); feng officer (市北区), wei officer (industrial union): foreign; xitong, anquan, shenji (platform).
For the things of the district ("district-case") li, he and wang are the child.

`...` stands for everyone else who is signed in. Nobody signed in: 302 to the sign-in page, 403 from the API, unless the
address is PUBLIC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

OWN = "li he wang"
PARENT = "sun zhou qian"
UP = "lv han"
SEE = f"{OWN} {PARENT} {UP}"  # who may see the enterprise's filed cases
FILE = f"li he sun {UP}"  # who may file and inspect for it
FILERS = f"{FILE} zheng feng wei"  # who may file anywhere
ASKERS = f"he wang sun zhou {UP} feng wei"  # who handle, approve or receive anywhere
VIEWERS = f"{SEE} zheng feng wei"
REACH = f"{SEE} wu xitong anquan shenji"  # who stands at or above it in any role
EVERYONE = f"{VIEWERS} wu xitong anquan shenji"
PUBLIC = frozenset({"healthz", "manifest", "visits-worker", "offline", "sign-in", "calendar-feed"})
# The worker's window: nobody gets the same there as anybody who is signed in.
SAME_FOR_ALL = frozenset(
    {
        "window",
        "window-write",
        "window-enter",
        "window-mine",
        "window-mine-step",
        "window-published",
        "window-paid",
        "window-paid-link",
    }
)


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    expected: dict[int, str | EllipsisType]
    about: dict[str, str] = field(default_factory=dict)  # keyword → thing of tests/subjects.py, or "=as written"
    sent: dict[str, Any] = field(default_factory=dict)  # query or body; "$version" → the case's version


def get(name: str, expected: dict[int, Any], about: dict[str, str] | None = None, **query: Any) -> Row:
    return Row(name, "GET", expected, about or {}, query)


def post(name: str, expected: dict[int, Any], about: dict[str, str] | None = None, /, **body: Any) -> Row:
    return Row(name, "POST", expected, about or {}, body)


WORKER = {"pk": "case", "worker_pk": "worker"}
CASE, REPORT, SENT, VISIT = {"pk": "case"}, {"pk": "report"}, {"pk": "sent-report"}, {"pk": "inspection"}
PROCEEDING = CASE | {"proceeding_pk": "proceeding"}
UNIT, EXPORT, UPLOAD = {"code": "unit"}, {"pk": "export"}, {"pk": "upload"}
HERE = {"unit": "370202E0001"}
YEAR = {"since": "2026-01-01", "until": "2026-11-20"}
A_FORM = {"key": "=shandong-winter"}
NEW_FORM = {"pk": "form-edition"}  # brought in by the province's statistician: her office's business alone
ENTRY = {"seen": "$version", "kind": "paid", "on": "2026-11-18", "workers": 1, "amount": "1.00"}

UNIONS = [
    get("healthz", {200: EVERYONE}),
    get("manifest", {200: EVERYONE}),
    get("visits-worker", {200: EVERYONE}),
    get("offline", {200: EVERYONE}),
    get("sign-in", {302: EVERYONE}),
    post("sign-out", {302: EVERYONE}),
    get("password", {200: EVERYONE}),
    post("password", {200: EVERYONE}),
    get("help", {200: EVERYONE}),
    get("help-chapter", {200: EVERYONE}, {"key": "=pages"}),
    get("announcement-new", {200: "wu xitong", 403: ...}),
    post("announcement-new", {422: "wu xitong", 403: ...}),
    # Told by the province: to everybody below it; ended by who keeps the tree there.
    post("announcement-end", {302: "xitong", 403: ...}, {"pk": "announcement"}),
    post("announcement-dismiss", {302: EVERYONE}, {"pk": "announcement"}),
    post("first-steps-close", {302: EVERYONE}),
    get("unions", {200: EVERYONE}),
    get("unions-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("union", {200: REACH, 404: ...}, UNIT),
    get("union-children", {200: REACH, 404: ...}, UNIT),
    get("union-people", {200: REACH, 404: ...}, UNIT),
    get("union-appoint", {200: "wu anquan", 403: f"{SEE} xitong shenji", 404: ...}, UNIT),
    post("union-appoint", {200: "wu anquan", 403: f"{SEE} xitong shenji", 404: ...}, UNIT),
    get("union-dismiss", {200: "wu", 403: f"{SEE} xitong anquan shenji", 404: ...}, UNIT | {"pk": "appointment"}),
    post("union-dismiss", {200: "wu", 403: f"{SEE} xitong anquan shenji", 404: ...}, UNIT | {"pk": "appointment"}),
    get(
        "union-away",
        {200: "wu he", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...},
        UNIT | {"pk": "appointment"},
    ),
    post(
        "union-away",
        {200: "wu he", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...},
        UNIT | {"pk": "appointment"},
    ),
    post(
        "union-reset-password", {200: "wu anquan", 403: f"{SEE} xitong shenji", 404: ...}, UNIT | {"pk": "appointment"}
    ),
    get("union-edit", {200: "wu xitong", 403: f"{SEE} anquan shenji", 404: ...}, UNIT),
    post("union-edit", {200: "wu xitong", 403: f"{SEE} anquan shenji", 404: ...}, UNIT),
    get("union-found", {200: "xitong", 403: f"{SEE} wu anquan shenji", 404: ...}, UNIT),
    post("union-found", {200: "xitong", 403: f"{SEE} wu anquan shenji", 404: ...}, UNIT),
    get("union-change", {200: "xitong", 403: f"{SEE} wu anquan shenji", 404: ...}, UNIT | {"what": "=close"}),
    post("union-change", {200: "xitong", 403: f"{SEE} wu anquan shenji", 404: ...}, UNIT | {"what": "=close"}),
    get("union-import", {200: "xitong", 403: ...}),
    post("union-import", {200: "xitong", 403: ...}),
    post("union-import-confirm", {422: "xitong", 403: ...}),
    get("union-import-template", {200: "xitong", 403: ...}),
    get("accounts", {200: "anquan", 403: ...}),
    post("account-act", {302: "anquan", 403: ...}, {"pk": "account", "act": "=disable"}),
    post("list-view", {302: ...}, act="columns", page="cases", back="/cases/"),
    get("audit", {200: "shenji", 403: ...}),
    post("audit-verify", {302: "shenji", 403: ...}),
]

CASES = [
    get("desk", {200: EVERYONE}),
    get("search", {200: EVERYONE}),
    post("search", {200: EVERYONE}, None, q="海风"),
    get("approvals", {200: "wang zhou", 403: ...}),
    get("cases", {200: EVERYONE}),
    get("case-ledger", {200: VIEWERS, 403: ...}),
    get("case-ledger-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("case-new", {200: FILERS, 403: ...}),
    post("case-new", {422: FILERS, 403: ...}),
    # Own notes of what was typed: they reach nobody else.
    post("case-new-autosave", {200: EVERYONE}),
    post("case-autosave", {200: SEE, 404: ...}, CASE),
    post("stash", {200: SEE, 404: ...}, CASE | {"form": "=oversight"}),
    get("employer-lookup", {200: EVERYONE}),
    get("unit-lookup", {200: EVERYONE}),
    get("case", {200: SEE, 404: ...}, CASE),
    get("case", {200: OWN, 404: ...}, {"pk": "draft"}),
    get("case", {200: f"{PARENT} {UP}", 404: ...}, {"pk": "district-case"}),
    get("case-report", {200: SEE, 404: ...}, CASE),
    get("case-edit", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("case-fact", {302: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"name": "=remark"}),
    post("case-fact", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"name": "=accepted"}),
    post("case-edit", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-discard", {302: "li he", 403: "wang", 404: ...}, {"pk": "draft"}),
    get("case-move", {200: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"name": "=settle"}),
    post("case-move", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"name": "=settle"}),
    get("closing", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, CASE),
    post("closing", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, CASE),
    post("closing-step", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, CASE | {"step": "=send_back"}),
    post("case-entry", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE),
    get("entry-reverse", {200: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"entry_pk": "entry"}),
    post("entry-reverse", {200: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"entry_pk": "entry"}),
    post("case-act", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("case-proceeding-new", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-proceeding-new", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-proceeding-step", {422: FILE, 403: "wang zhou qian", 404: ...}, PROCEEDING | {"step": "=finish"}),
    get("case-plan-new", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=repayment"}),
    post("case-plan-new", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=employer"}),
    post("case-receivable-new", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-receivable-recover", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"row_pk": "receivable"}),
    post("case-plan-step", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"step_pk": "plan-step"}),
    get("bulk-jobs", {200: ASKERS, 403: ...}),
    get("bulk-new", {200: ASKERS, 403: ...}),
    post("bulk-new", {422: ASKERS, 403: ...}),
    get("bulk", {200: "he", 404: ...}, {"pk": "bulk"}),
    post("bulk-stop", {302: "he", 404: ...}, {"pk": "bulk"}),
    post("case-note", {422: OWN, 403: f"{PARENT} {UP}", 404: ...}, CASE),
    post("note-withdraw", {404: EVERYONE}, CASE | {"note_pk": "=1"}),
    post("case-evidence", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("evidence-file", {200: SEE, 404: ...}, CASE | {"evidence_pk": "evidence"}),
    get("evidence-page", {200: SEE, 404: ...}, CASE | {"evidence_pk": "evidence"}),
    get("evidence-inline", {200: SEE, 404: ...}, CASE | {"evidence_pk": "evidence"}),
    get("evidence-small", {200: SEE, 404: ...}, CASE | {"evidence_pk": "evidence"}),
    get("case-workers", {302: SEE, 404: ...}, CASE),
    post("case-worker-new", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-workers-adopt", {422: SEE, 404: ...}, CASE),
    get("case-workers-sheet", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-workers-sheet", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("case-workers-template", {200: SEE, 404: ...}, CASE),
    get("case-workers-pay", {200: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE),
    post("case-workers-pay", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE),
    post("case-workers-messages", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"kind": "=rights"}),
    post("case-workers-slips", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE),
    post("case-worker-answer", {404: ...}, CASE | {"answer_pk": "=1"}),
    get("case-worker", {200: FILE, 403: "wang zhou qian", 404: ...}, WORKER),
    post("case-worker", {422: FILE, 403: "wang zhou qian", 404: ...}, WORKER),
    post("case-worker-remove", {409: FILE, 403: "wang zhou qian", 404: ...}, WORKER),
    post(
        "case-worker-reveal",
        {200: FILE, 403: "wang zhou qian", 404: ...},
        WORKER | {"name": "=phone"},
        purpose="电话核实",
    ),
    get("case-duplicates", {200: EVERYONE}),
    post("case-set-apart", {409: SEE, 404: ...}, CASE | {"other_pk": "case"}),
    get("case-likenesses", {200: SEE, 404: ...}, CASE),
    post("case-link", {302: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"other_pk": "sent-case"}),
    post("case-unlink", {302: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"link_pk": "link"}),
    get("case-merge", {200: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, {"pk": "twin-case", "into_pk": "case"}),
    post("case-merge", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, {"pk": "twin-case", "into_pk": "case"}),
    get("merger", {200: SEE, 404: ...}, {"pk": "merger"}),
    post("merger-decide", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, {"pk": "merger", "step": "=approve"}),
    get("employer", {200: SEE, 404: ...}, {"pk": "employer"}),
    post("case-escalate", {409: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("escalations", {200: EVERYONE}),
    get("escalation", {200: SEE, 404: ...}, SENT),
    post("escalation-approve", {409: "wang", 403: "li he", 404: ...}, REPORT),
    post("escalation-decline", {422: "wang", 403: "li he", 404: ...}, REPORT),
    post("escalation-withdraw", {302: "li", 403: "he wang", 404: ...}, REPORT),
    post(
        "escalation-receive", {302: "sun", 403: f"{OWN} zhou qian {UP}", 404: ...}, SENT, handled_by="below", opinion=""
    ),
    post("escalation-take-over", {422: "sun", 403: f"{OWN} zhou qian {UP}", 404: ...}, SENT),
    post("escalation-return", {422: "sun", 403: f"{OWN} zhou qian {UP}", 404: ...}, SENT),
    post("acknowledge-several", {422: ASKERS, 403: ...}),
    post("acknowledge", {302: "sun zhou", 403: f"{OWN} qian {UP}", 404: ...}, {"pk": "acknowledgement"}),
]

AROUND = [
    get("inspections", {200: EVERYONE}),
    get("inspection-new", {200: FILERS, 403: ...}),
    post("inspection-new", {422: FILERS, 403: ...}),
    post("inspection-new-autosave", {200: FILERS, 403: ...}),
    get("inspection-units", {200: EVERYONE}),
    get("inspection", {200: SEE, 404: ...}, VISIT),
    get("inspection-edit", {200: FILE, 403: "wang zhou qian", 404: ...}, VISIT),
    post("inspection-edit", {422: FILE, 403: "wang zhou qian", 404: ...}, VISIT),
    post("inspection-autosave", {200: FILE, 403: "wang zhou qian", 404: ...}, VISIT),
    get("findings", {200: EVERYONE}),
    post("finding-close", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "finding"}),
    get("key-targets", {200: VIEWERS, 403: ...}),
    get("key-target-new", {200: FILERS, 403: ...}),
    post("key-target-new", {422: FILERS, 403: ...}),
    get("key-target", {200: SEE, 404: ...}, {"pk": "key-target"}),
    post("key-target-end", {302: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "key-target"}, reason="已整改"),
    get("case-import", {200: FILERS, 403: ...}),
    post("case-import", {200: FILERS, 403: ...}),
    get("case-import-template", {200: FILERS, 403: ...}),
    get("case-import-upload", {200: "li", 404: ...}, UPLOAD),
    post("case-import-confirm", {409: "li", 404: ...}, UPLOAD),
    post("case-import-retry", {409: "li", 404: ...}, UPLOAD),
    get("case-import-marked", {404: EVERYONE}, UPLOAD),
    get("overview", {200: VIEWERS, 403: ...}),
    get("overview", {200: SEE, 403: "wu xitong anquan shenji", 404: ...}, **HERE),
    get("overview-sheet", {200: f"he wang {PARENT} {UP}", 403: "li wu xitong anquan shenji", 404: ...}, **HERE),
    get("overview-chart", {200: SEE, 403: "wu xitong anquan shenji", 404: ...}, {"name": "=months"}, **HERE),
    get("overview-cases", {200: SEE, 403: "wu xitong anquan shenji", 404: ...}, what="closed", **HERE, **YEAR),
    get("forms", {200: VIEWERS, 403: ...}),
    get("form", {200: VIEWERS, 403: ...}, A_FORM),
    get("form-cell", {404: VIEWERS, 403: ...}, A_FORM, row="99", column="none"),
    get("form-countdown-cell", {404: VIEWERS, 403: ...}, {"key": "=shandong-winter"}, row="none", column="none"),
    get("form-editions", {200: VIEWERS, 403: ...}),
    get("form-measures", {200: VIEWERS, 403: ...}),
    get("form-sheet", {200: VIEWERS, 403: ...}, A_FORM),
    get("form-text", {200: VIEWERS, 403: ...}, A_FORM),
    get("form-edition-upload", {403: EVERYONE}),
    post("form-edition-upload", {403: EVERYONE}),
    get("form-edition", {404: EVERYONE}, NEW_FORM),
    post("form-edition-activate", {404: EVERYONE}, NEW_FORM),
    post("form-edition-discard", {404: EVERYONE}, NEW_FORM, opinion="x"),
    post("form-edition-ask-withdrawal", {404: EVERYONE}, NEW_FORM, reason="x"),
    post("form-edition-withdraw", {404: EVERYONE}, NEW_FORM),
    post("form-edition-keep", {404: EVERYONE}, NEW_FORM),
    get("exports", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    post("export-new", {404: EVERYONE}, form="no-such-form"),
    get("export", {200: "sun", 404: ...}, EXPORT),
    post("export-cancel", {302: "sun", 404: ...}, EXPORT),
    get("export-file", {422: "sun", 404: ...}, EXPORT),
]

WARNED = {"pk": "warning"}  # as the enterprise knows it
WARNINGS = [
    get("warnings", {200: VIEWERS, 403: ...}),
    get("warnings", {200: SEE, 403: "wu xitong anquan shenji", 404: ...}, **HERE),
    get("warning-new", {200: FILERS, 403: ...}),
    post("warning-new", {422: FILERS, 403: ...}),
    post("warning-sources", {422: FILERS, 403: ...}),
    post(
        "warning-source-step", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "source-rhythm", "name": "=receive"}
    ),
    post("warning-new-autosave", {200: FILERS, 403: ...}),
    get("warnings-sheet", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("warning", {200: SEE, 404: ...}, WARNED),
    get("warning-trend", {200: SEE, 404: ...}, WARNED),
    get("warning-check", {200: FILE, 403: "wang zhou qian", 404: ...}, WARNED),
    post("warning-check", {422: FILE, 403: "wang zhou qian", 404: ...}, WARNED),
    post("warning-step", {422: FILE, 403: "wang zhou qian", 404: ...}, WARNED),
    post("warning-step-answer", {422: "sun zhou", 403: f"{OWN} qian {UP}", 404: ...}, {"pk": "warning-step"}),
    post("warning-withdraw", {302: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "warning-signal"}, reason="录错"),
    get("site-paper", {200: SEE, 404: ...}, {"pk": "site-paper"}),
    get("warning-import", {200: FILERS, 403: ...}),
    post("warning-import", {422: FILERS, 403: ...}),
    post("warning-import-confirm", {404: FILERS, 403: ...}),
    get("warning-import-template", {200: FILERS, 403: ...}),
    get("list-comparison-new", {200: FILERS, 403: ...}),
    post("list-comparison-new", {422: FILERS, 403: ...}),
    get("list-comparison", {200: "li", 404: ...}, {"pk": "list-comparison"}),
    post("list-comparison-take", {422: "li", 404: ...}, {"pk": "list-comparison"}),
    get("api-warnings", {200: EVERYONE}),
    get("api-warnings", {200: REACH, 404: ...}, union="370202E0001"),
    post("api-warnings", {422: FILERS, 403: ...}),
]

NEW_BOOK = {"pk": "rulebook"}  # brought in by the province's statistician: her office's business alone
PLACE = {"pk": "attachment"}  # asked for at the district
NOTICES = [
    get("rulebooks", {200: EVERYONE}),
    get("rulebook", {200: EVERYONE}, {"key": "=qingdao-2021"}),
    get("rulebook-file", {200: EVERYONE}, {"key": "=qingdao-2021"}),
    get("rulebook-writing", {200: EVERYONE}),
    get("rulebook-upload", {403: EVERYONE}),
    post("rulebook-upload", {403: EVERYONE}),
    get("rulebook-trial", {404: EVERYONE}, NEW_BOOK),
    get("rulebook-preview", {404: EVERYONE}, NEW_BOOK),
    post("rulebook-activate", {404: EVERYONE}, NEW_BOOK),
    post("rulebook-discard", {404: EVERYONE}, NEW_BOOK, opinion="x"),
    get("rulebook-places", {200: EVERYONE}, {"key": "=qingdao-2021"}),
    post("rulebook-place-propose", {422: "qian", 403: ...}, {"key": "=qingdao-2021"}),
    get("attachment", {200: f"{PARENT} wu {UP} xitong anquan shenji", 404: ...}, PLACE),
    post("attachment-end", {403: f"sun zhou wu {UP} xitong anquan shenji", 422: "qian", 404: ...}, PLACE),
    post("attachment-approve", {409: "zhou", 403: f"sun qian wu {UP} xitong anquan shenji", 404: ...}, PLACE),
    post("attachment-decline", {409: "qian zhou", 403: f"sun wu {UP} xitong anquan shenji", 404: ...}, PLACE),
    get("work-calendar", {200: EVERYONE}),
    get("calendar-day", {302: EVERYONE}, on="2026-10-01"),
    get("calendar-count", {200: EVERYONE}),
    get("holidays", {200: EVERYONE}),
    post("holidays-enter", {403: EVERYONE}),
    post("holidays-withdraw", {403: EVERYONE}),
    post("calendar-feed-new", {302: EVERYONE}),
    get("calendar-feed", {200: EVERYONE}, {"token": "feed"}),
]

TERM = {"pk": "obligation"}  # QD-5 of the enterprise's case
CLOCK = [
    get("obligations", {200: VIEWERS, 403: ...}),
    get("obligation", {200: SEE, 404: ...}, TERM),
    post("obligation-meet", {422: FILE, 403: "wang zhou qian", 404: ...}, TERM, on="2026-11-20"),
    post("obligation-extend", {422: FILE, 403: "wang zhou qian", 404: ...}, TERM, reason="x"),
    get("extension", {200: SEE, 404: ...}, {"pk": "extension"}),
    post(
        "extension-step", {422: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, {"pk": "extension", "step": "=decline"}
    ),
    get("inbox", {200: EVERYONE}),
    post("inbox-read", {302: EVERYONE}),
    get("reminder-preferences", {200: EVERYONE}),
    post("reminder-preferences", {302: EVERYONE}),
    get("dev-mail", {200: EVERYONE}),
]

API = [
    get("api-schema", {200: EVERYONE}),
    get("api-cases", {200: EVERYONE}),
    get("api-cases", {200: REACH, 404: ...}, union="370202E0001"),
    post("api-cases", {422: FILERS, 403: ...}),
    get("api-case", {200: SEE, 404: ...}, CASE),
    get("api-case", {200: OWN, 404: ...}, {"pk": "draft"}),
    get("api-case", {200: f"{PARENT} {UP}", 404: ...}, {"pk": "district-case"}),
    post("api-move", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE | {"name": "=settle"}, seen="$version"),
    post("api-entries", {201: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, CASE, **ENTRY),
    post(
        "api-fallback",
        {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...},
        CASE,
        seen="$version",
        name="城投集团",
        person="刘经理",
    ),
    post(
        "api-entry-reverse",
        {201: "he", 403: f"li wang {PARENT} {UP}", 404: ...},
        CASE | {"entry_pk": "entry"},
        seen="$version",
        on="2026-11-19",
        source="记错了",
    ),
    get("api-unions", {200: EVERYONE}),
    get("api-union", {200: REACH, 404: ...}, UNIT),
]

KEEPERS = f"{SEE} wu zheng"  # who may ring the departments beside 市南区
DEPARTMENT, ASKED, GONE, TOLD = (
    {"pk": "agency"},
    {"pk": "referral"},
    {"pk": "sent-referral"},
    {"pk": "answered-referral"},
)
NOT_KEEPING = f"{OWN} zhou qian {UP} zheng"
REFERRALS = [
    get("agencies", {200: EVERYONE}),
    get("agency", {200: KEEPERS, 404: ...}, DEPARTMENT),
    post("supervision-committee", {422: "he wu", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...}, UNIT),
    post("supervisor-new", {422: "he wu", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...}, UNIT),
    post("supervisor-end", {404: ..., 403: f"li wang {PARENT} {UP} xitong anquan shenji"}, UNIT | {"pk": "=1"}),
    get("supervisors-export", {200: f"he wang {PARENT} {UP}", 403: "li wu xitong anquan shenji", 404: ...}, UNIT),
    get("agency-new", {200: "he wu", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...}, UNIT),
    post("agency-new", {422: "he wu", 403: f"li wang {PARENT} {UP} xitong anquan shenji", 404: ...}, UNIT),
    get("agency-edit", {200: "sun wu", 403: NOT_KEEPING, 404: ...}, DEPARTMENT),
    post("agency-edit", {422: "sun wu", 403: NOT_KEEPING, 404: ...}, DEPARTMENT),
    post("agency-end", {302: "sun wu", 403: NOT_KEEPING, 404: ...}, DEPARTMENT),
    post("agency-liaison", {422: "sun wu", 403: NOT_KEEPING, 404: ...}, DEPARTMENT),
    post("liaison-release", {302: "sun wu", 403: NOT_KEEPING, 404: ...}, DEPARTMENT | {"liaison_pk": "liaison"}),
    get("clues", {200: VIEWERS, 403: ...}),
    get("case-refer", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("case-refer", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    get("referrals", {200: VIEWERS, 403: ...}),
    get("referral", {200: OWN, 404: ...}, ASKED),
    get("referral", {200: SEE, 404: ...}, GONE),
    post("referral-approve", {409: "wang", 403: "li he", 404: ...}, ASKED),
    post("referral-decline", {422: "wang", 403: "li he", 404: ...}, ASKED),
    post("referral-withdraw", {302: "li", 403: "he wang", 404: ...}, ASKED),
    post("referral-accepted", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, GONE),
    post("referral-refused", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, GONE),
    post("referral-answered", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, TOLD),
    post("referral-read", {302: "sun zhou", 403: f"{OWN} qian {UP}", 404: ...}, TOLD),
    get("referral-paper", {200: SEE, 404: ...}, GONE | {"paper_pk": "referral-paper"}),
    # The window is for people of departments alone (tests/arrears/referrals/test_referral_pages.py).
    get("incoming", {404: EVERYONE}),
    get("incoming-matter", {404: EVERYONE}, GONE),
    post("incoming-accept", {404: EVERYONE}, GONE),
    post("incoming-refuse", {404: EVERYONE}, GONE),
    post("incoming-answer", {404: EVERYONE}, GONE),
    post("incoming-attach", {404: EVERYONE}, GONE),
    post("incoming-clue", {404: EVERYONE}),
    get("agency-clues-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("incoming-clue-paper", {404: EVERYONE}, {"pk": "=1", "paper_pk": "=1"}),
    post("agency-clue-take", {404: EVERYONE}, {"pk": "=1"}),
    post("agency-clue-decline", {404: EVERYONE}, {"pk": "=1"}),
    get("incoming-letter", {404: EVERYONE}, {"pk": "letter"}),
    get("incoming-enclosure", {404: EVERYONE}, {"pk": "letter", "evidence_pk": "evidence"}),
    get("incoming-paper", {404: EVERYONE}, GONE | {"paper_pk": "referral-paper"}),
]

LETTER, ASKED, WRITING = {"pk": "letter"}, {"pk": "letter-asked"}, {"pk": "letter-draft"}
LAYOUT = {"pk": "letter-layout"}  # of the district
LETTERS = [
    get("letters", {200: EVERYONE}),
    get("letters-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("letter", {200: SEE, 404: ...}, LETTER),
    get("letter", {200: OWN, 404: ...}, ASKED),
    get("letter-document", {200: SEE, 404: ...}, LETTER),
    get("letter-document", {200: OWN, 404: ...}, WRITING),
    get("letter-new", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=prompt"}),
    post("letter-new", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=prompt"}),
    get("letter-new", {409: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=suggestion"}),
    post("letter-new-autosave", {200: FILE, 403: "wang zhou qian", 404: ...}, CASE | {"kind": "=prompt"}),
    get("letter-edit", {200: "li he", 403: "wang", 404: ...}, WRITING),
    get("letter-edit", {409: FILE, 403: "wang zhou qian", 404: ...}, LETTER),
    post("letter-edit", {409: "li he", 403: "wang", 404: ...}, WRITING),
    post("letter-autosave", {200: "li he", 403: "wang", 404: ...}, WRITING),
    post("letter-step", {409: "li he", 403: "wang", 404: ...}, WRITING | {"step": "=submit"}),
    post("letter-step", {409: "wang", 403: "li he", 404: ...}, ASKED | {"step": "=approve"}),
    post("letter-step", {422: FILE, 403: "wang zhou qian", 404: ...}, LETTER | {"step": "=deliver"}),
    post("letter-step", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, LETTER | {"step": "=make_void"}),
    get("letter-layouts", {200: "qian", 403: ...}),
    post("letter-layouts", {422: "qian", 403: ...}),
    post("letter-layout-end", {302: "qian", 403: ...}, LAYOUT),
    get("letter-layout-file", {200: "qian", 403: ...}, LAYOUT),
    get("case-file", {200: SEE, 404: ...}, CASE),
    get("case-file-docx", {200: SEE, 404: ...}, CASE),
]

A_RETURN = {"pk": "return"}  # of the district, sent to the city
ABOVE_RETURN = f"{PARENT} {UP}"
RETURNS = [
    get("returns", {200: VIEWERS, 403: ...}),
    get("return", {200: ABOVE_RETURN, 404: ...}, A_RETURN),
    post("return-move", {409: "lv", 403: f"{PARENT} han", 404: ...}, A_RETURN | {"name": "=receive"}),
    post("return-move", {409: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN | {"name": "=sign"}),
    get("return-correct", {409: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN, row="0", column="0"),
    post("return-correct", {409: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN, row="0", column="0"),
    post("return-words", {409: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN),
    post("return-autosave", {200: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN),
    get("return-cell", {404: EVERYONE}, A_RETURN, version="1", row="99", column="none"),
    get("return-version", {200: ABOVE_RETURN, 404: ...}, A_RETURN | {"number": "=1"}),
    get("return-paper", {200: ABOVE_RETURN, 404: ...}, A_RETURN | {"number": "=1"}),
    get("return-file", {200: ABOVE_RETURN, 404: ...}, A_RETURN | {"number": "=1", "kind": "=docx"}),
    get("return-draft-file", {422: PARENT, 404: ...}, A_RETURN | {"kind": "=xlsx"}),
    post("return-waive", {422: "qian", 403: f"sun zhou {UP}", 404: ...}, A_RETURN),
    get("waiver", {200: ABOVE_RETURN, 404: ...}, {"pk": "waiver"}),
    post("waiver-step", {403: ABOVE_RETURN, 404: ...}, {"pk": "waiver", "step": "=approve"}),
]

# What the city collects: the same return.
COLLECTION = {"code": "=370200", "rulebook": "=yingkou-2018-2", "rule": "=monthly", "period": "=2026-10"}
COLLECTIONS = [
    get("collections", {200: VIEWERS, 403: ...}),
    get("collection", {200: UP, 404: ...}, COLLECTION),
    get("collection-cell", {404: EVERYONE}, COLLECTION, row="99", column="none"),
    post("collection-receive", {409: "lv", 403: "han", 404: ...}, COLLECTION),
    get("collection-send-back", {200: "lv", 403: "han", 404: ...}, COLLECTION | A_RETURN),
    post("collection-send-back", {422: "lv", 403: "han", 404: ...}, COLLECTION | A_RETURN),
    post("collection-urge", {409: "lv", 403: "han", 404: ...}, COLLECTION),
    get("collection-file", {200: UP, 404: ...}, COLLECTION),
    post("collection-bundle", {302: UP, 404: ...}, COLLECTION),
]

EVALUATION = [
    get("evaluation", {200: f"{PARENT} {UP} feng wei", 302: f"{OWN} zheng", 403: ...}),
    get("evaluation-sheet", {200: f"{PARENT} lv feng", 422: "he wang han wei", 403: ...}),
    get("evaluation-unit", {200: SEE, 404: "zheng feng wei", 403: ...}, UNIT),
    get("evaluation-rows", {200: SEE, 404: "zheng feng wei", 403: ...}, UNIT | {"name": "=timely"}),
]

FIGURES = {200: SEE, 403: "wu xitong anquan shenji", 404: ...}
TAKEN_OUT = {200: f"he wang {PARENT} {UP}", 403: "li wu xitong anquan shenji", 404: ...}
BOARDS = [
    get("board", {200: VIEWERS, 403: ...}),
    get("board", FIGURES, **HERE),
    get("board-rows", FIGURES, {"name": "=overdue"}, **HERE),
    get("board-sheet", TAKEN_OUT, **HERE),
    get("board-rows-sheet", TAKEN_OUT, {"name": "=overdue"}, **HERE),
    get("comparison", FIGURES, **HERE),
    get("comparison-rows", FIGURES, {"name": "=new"}, **HERE),
    get("comparison-sheet", {200: f"{PARENT} {UP} feng wei", 422: "he wang", 403: ...}),
    get("board-map", FIGURES, **HERE),
    get("board-desk", FIGURES, **HERE),
]

HEAVY_CASE, EMERGENCY, OVERSIGHT = {"pk": "heavy-case"}, {"pk": "emergency"}, {"pk": "oversight"}
OPINION, RECEPTION = {"pk": "opinion"}, {"pk": "reception"}
HEAVY = [
    get("oversights", {200: VIEWERS, 403: ...}),
    get("emergencies", {200: VIEWERS, 403: ...}),
    get("opinions", {200: VIEWERS, 403: ...}),
    get("receptions", {200: VIEWERS, 403: ...}),
    post("standing-plan-new", {422: FILERS, 403: ...}),
    post("standing-plan-drill", {422: FILERS, 403: ...}),
    get("standing-plans-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    post("case-emergency", {422: FILE, 403: "wang zhou qian", 404: ...}, HEAVY_CASE),
    post("case-oversight", {422: "sun lv han", 403: f"{OWN} zhou qian", 404: ...}, HEAVY_CASE),
    post("case-from-above", {422: "sun lv han", 403: f"{OWN} zhou qian", 404: ...}, HEAVY_CASE),
    post("case-fallback", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, HEAVY_CASE),
    get("emergency", {200: SEE, 404: ...}, EMERGENCY),
    get("emergency-log", {200: SEE, 404: ...}, EMERGENCY),
    post("emergency-arrive", {422: FILE, 403: "wang zhou qian", 404: ...}, EMERGENCY),
    post("emergency-note", {422: FILE, 403: "wang zhou qian", 404: ...}, EMERGENCY),
    post("emergency-end", {422: FILE, 403: "wang zhou qian", 404: ...}, EMERGENCY),
    get("oversight", {200: SEE, 404: ...}, OVERSIGHT),
    post(
        "oversight-step",
        {302: "he", 403: f"li wang {PARENT} {UP}", 404: ...},
        OVERSIGHT | {"step": "=report"},
        report="已清偿",
    ),
    post("oversight-step", {409: SEE, 404: ...}, OVERSIGHT | {"step": "=approve"}),
    post("opinion-watch", {403: EVERYONE}),  # where no notice in force speaks of it
    post("unit-call", {403: EVERYONE}),  # nor of this
    post("unit-call-answer", {422: "he sun", 403: "li wang zhou qian lv han", 404: ...}, {"pk": "unit-call"}),
    get("opinion-new", {200: FILERS, 403: ...}),
    post("opinion-new", {422: FILERS, 403: ...}),
    get("opinion", {200: SEE, 404: ...}, OPINION),
    post("opinion-step", {422: FILE, 403: "wang zhou qian", 404: ...}, OPINION | {"name": "=answer"}),
    get("reception-new", {200: FILERS, 403: ...}),
    post("reception-new", {422: FILERS, 403: ...}),
    get("reception", {200: SEE, 404: ...}, RECEPTION),
    post("reception-take", {422: FILE, 403: "wang zhou qian", 404: ...}, RECEPTION),
    post("reception-known", {422: FILE, 403: "wang zhou qian", 404: ...}, RECEPTION),
]

SANCTIONED, SANCTION, LISTING = {"pk": "sanctioned-case"}, {"pk": "sanction"}, {"pk": "listing"}
PUBLICATION, COPIED = {"pk": "publication"}, {"pk": "copied-list"}
PUBLISHED_ROW = PUBLICATION | {"row_pk": "publication-row"}
THE_DISTRICT = f"{PARENT} {UP}"  # who sees a list of the district
SANCTIONS = [
    get("window-published", {200: EVERYONE}),
    *(
        get(name, {200: VIEWERS, 403: ...})
        for name in ("sanctions", "listings", "unlisted", "shared-cases", "publications", "copied-lists")
    ),
    get("sanctions-sheet", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("shared-cases-sheet", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    post("case-sanction", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, SANCTIONED),
    post("case-propose", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, SANCTIONED),
    post("case-put-forward", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, SANCTIONED),
    post("put-forward-end", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, {"pk": "put-forward"}),
    get("sanction", {200: SEE, 404: ...}, SANCTION),
    post("sanction-step", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, SANCTION | {"name": "=outcome"}),
    get("listing", {200: SEE, 404: ...}, LISTING),
    post("listing-step", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, LISTING | {"step": "=notice"}),
    post("listing-step", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, LISTING | {"step": "=approve"}),
    post("publications", {422: "sun qian lv han feng", 403: ...}),
    get("publication", {200: THE_DISTRICT, 404: ...}, PUBLICATION),
    get("publication-sheet", {200: THE_DISTRICT, 404: ...}, PUBLICATION),
    post("publication-step", {302: "sun qian", 403: f"zhou {UP}", 404: ...}, PUBLICATION | {"step": "=submit"}),
    post("publication-step", {409: THE_DISTRICT, 404: ...}, PUBLICATION | {"step": "=approve"}),
    post("publication-step", {422: "sun qian", 403: f"zhou {UP}", 404: ...}, PUBLICATION | {"step": "=propose"}),
    get("publication-row", {200: "sun qian", 403: f"zhou {UP}", 404: ...}, PUBLISHED_ROW),
    post("publication-row", {422: "sun qian", 403: f"zhou {UP}", 404: ...}, PUBLISHED_ROW),
    post(
        "publication-row-step",
        {302: "sun qian", 403: f"zhou {UP}", 404: ...},
        PUBLISHED_ROW | {"name": "=out"},
        opinion="复议",
    ),
    get("copied-list-new", {200: "he sun lv han feng wei", 403: ...}),
    post("copied-list-new", {422: "he sun lv han feng wei", 403: ...}),
    get("copied-list", {200: f"{SEE} zheng", 404: "feng wei", 403: ...}, COPIED),
]

WORKER_LETTER = {"pk": "worker-letter"}  # to the district, where sun handles cases
ONLY_READ = f"zhou qian {UP}"
WINDOW = [
    get("window", {200: EVERYONE}),
    get("window-write", {200: EVERYONE}),
    post("window-write", {422: EVERYONE}),
    get("window-enter", {200: EVERYONE}),
    post("window-enter", {422: EVERYONE}),
    get("window-mine", {302: EVERYONE}),
    post("window-mine-step", {302: EVERYONE}, {"name": "=more"}),
    get("window-paid", {302: EVERYONE}),
    post("window-paid", {302: EVERYONE}),
    get("window-paid-link", {404: EVERYONE}, {"token": "=nobody"}),
    get("window-poster", {200: REACH, 404: ...}, UNIT),
    get("worker-letters", {200: VIEWERS, 403: ...}),
    get("worker-letter", {200: f"{PARENT} {UP}", 404: ...}, WORKER_LETTER),
    post("worker-letter-step", {422: "sun", 403: ONLY_READ, 404: ...}, WORKER_LETTER | {"name": "=say"}),
    get(
        "worker-letter-paper",
        {200: "sun", 403: ONLY_READ, 404: ...},
        WORKER_LETTER | {"paper_pk": "worker-letter-paper"},
    ),
    post(
        "worker-letter-reveal",
        {200: "sun", 403: ONLY_READ, 404: ...},
        WORKER_LETTER | {"name": "=phone"},
        purpose="核实",
    ),
]

# Kept by the enterprise; whoever files for it may ask for an advance, its approver decides.
DEPOSIT, FUND, DRAWING = {"pk": "deposit"}, {"pk": "fund"}, {"pk": "drawing"}
KEEPERS = f"he sun {UP} feng wei"  # who keep nets somewhere
NETS = [
    get("safety-nets", {200: VIEWERS, 403: ...}),
    get("funds", {200: VIEWERS, 403: ...}),
    get("nets-todo", {200: VIEWERS, 403: ...}),
    get("safety-nets-sheet", {200: f"{KEEPERS} wang zhou qian", 403: ...}),
    get("deposit-new", {200: KEEPERS, 403: ...}),
    post("deposit-new", {422: KEEPERS, 403: ...}),
    get("fund-new", {200: KEEPERS, 403: ...}),
    post("fund-new", {422: KEEPERS, 403: ...}),
    get("deposit", {200: SEE, 404: ...}, DEPOSIT),
    get("fund", {200: SEE, 404: ...}, FUND),
    post("net-step", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, DEPOSIT | {"name": "=put-in"}),
    post("net-step", {422: "he", 403: f"li wang {PARENT} {UP}", 404: ...}, FUND | {"name": "=outgo"}),
    get("drawing", {200: SEE, 404: ...}, DRAWING),
    post("drawing-step", {409: "wang", 403: f"li he {PARENT} {UP}", 404: ...}, DRAWING | {"step": "=approve"}),
    post(
        "drawing-step",
        {302: "he", 403: f"li wang {PARENT} {UP}", 404: ...},
        {"pk": "issued-drawing", "step": "=paid"},
        on="2026-11-18",
    ),
    post("case-advance", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "net-case"}),
]

FROM_THE_DISTRICT = "sun lv han"  # who inspect at the district
PLAN, LOOKED_AT = {"pk": "round"}, "sun zhou qian lv han feng"  # the city has feng look at the district
LOOKED = {"pk": "review"}
ROUNDS = [
    get("rounds", {200: EVERYONE}),
    get("round-new", {200: FILERS, 403: ...}),
    post("round-new", {422: FILERS, 403: ...}),
    get("secondments-export", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    post("secondment-new", {422: FILERS, 403: ...}),
    post("secondment-end", {404: EVERYONE}, {"pk": "=1"}),
    get("rounds-month", {200: VIEWERS, 403: ...}),
    post("rounds-month", {302: FILE, 422: "zheng feng wei", 403: ...}),
    get("round", {200: SEE, 404: ...}, PLAN),
    get("round-sheet", {200: f"{PARENT} {UP}", 403: OWN, 404: ...}, PLAN),
    post("round-report", {422: FROM_THE_DISTRICT, 403: f"{OWN} zhou qian", 404: ...}, PLAN),
    post("round-add", {422: FROM_THE_DISTRICT, 403: f"{OWN} zhou qian", 404: ...}, PLAN),
    post(
        "round-drop", {422: FROM_THE_DISTRICT, 403: f"{OWN} zhou qian", 404: ...}, PLAN | {"target_pk": "round-target"}
    ),
    post("round-off", {422: FROM_THE_DISTRICT, 403: f"{OWN} zhou qian", 404: ...}, PLAN),
    get("reviews", {200: EVERYONE}),
    get("review-new", {200: "sun lv han feng wei", 403: ...}),
    post("review-new", {422: "sun lv han feng wei", 403: ...}),
    get("review", {200: LOOKED_AT, 404: ...}, LOOKED),
    post("review-visit", {422: "lv feng", 403: "sun zhou qian han", 404: ...}, LOOKED),
    post("review-find", {422: "lv feng", 403: "sun zhou qian han", 404: ...}, LOOKED),
    post("review-off", {422: "lv", 403: "sun zhou qian han feng", 404: ...}, LOOKED),
    get("review-finding", {200: LOOKED_AT, 404: ...}, {"pk": "review-finding"}),
    get("review-paper", {200: LOOKED_AT, 404: ...}, LOOKED),
    post(
        "review-step", {409: "sun", 403: "zhou qian lv han feng", 404: ...}, {"pk": "review-finding", "step": "=answer"}
    ),
    get("projects", {200: EVERYONE}),
    get("project-new", {200: FILERS, 403: ...}),
    post("project-new", {422: FILERS, 403: ...}),
    get("project", {200: SEE, 404: ...}, {"pk": "project"}),
    get("resolutions-sheet", {200: f"he wang {PARENT} {UP} feng wei", 403: ...}),
    get("case-resolutions", {200: SEE, 404: ...}, CASE),
    post("case-resolve", {422: FILE, 403: "wang zhou qian", 404: ...}, CASE),
    post("key-target-resolve", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "key-target"}),
    post("resolution-step", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "resolution", "name": "=follow"}),
    post("project-chain", {302: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "project"}),
    post("project-look", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "project"}),
    post("project-mended", {422: FILE, 403: "wang zhou qian", 404: ...}, {"pk": "platform-check"}),
    get("platform-import", {200: FILERS, 403: ...}),
    post("platform-import", {422: FILERS, 403: ...}),
    post("platform-import-confirm", {404: FILERS, 403: ...}),
    get("platform-import-template", {200: FILERS, 403: ...}),
]

WORK, RISK, SUBSIDY = {"pk": "prevention-work"}, {"pk": "risk"}, {"pk": "subsidy"}
SEATED = f"{PARENT} {UP}"  # whoever stands at the district or above it
EXPORTERS = f"he wang {SEATED} feng wei"
PREVENTION = [
    get("prevention", {200: VIEWERS, 403: ...}),
    get("prevention-new", {200: FILERS, 403: ...}),
    post("prevention-new", {422: FILERS, 403: ...}),
    post("prevention-new-autosave", {200: FILERS, 403: ...}),
    get("prevention-work", {200: SEE, 404: ...}, WORK),
    get("prevention-edit", {200: FILE, 403: "wang zhou qian", 404: ...}, WORK),
    post("prevention-edit", {422: FILE, 403: "wang zhou qian", 404: ...}, WORK),
    post("prevention-withdraw", {422: FILE, 403: "wang zhou qian", 404: ...}, WORK),
    post("prevention-task", {422: FILE, 403: "wang zhou qian", 404: ...}, WORK),
    post("prevention-task-done", {422: FILE, 403: "wang zhou qian", 404: ...}, WORK | {"task_pk": "prevention-task"}),
    get("prevention-paper", {404: EVERYONE}, WORK | {"paper_pk": "prevention-paper"}),  # its file is not in the store
    get("prevention-figures", {200: VIEWERS, 403: ...}),
    get("prevention-figures", {200: SEE, 403: "wu xitong anquan shenji", 404: ...}, **HERE),
    get("prevention-export", {200: EXPORTERS, 403: ...}),
    get("prevention-figures-export", {200: EXPORTERS, 403: ...}),
    get("risk-classes", {200: VIEWERS, 403: ...}),
    get("risk-class", {200: SEATED, 404: ...}, RISK),
    post("risk-change", {422: "sun", 403: "zhou qian lv han", 404: ...}, RISK),
    post("risk-change-step", {409: "zhou", 403: "sun qian lv han", 404: ...}, RISK | {"step": "=approve"}),
    get("risk-export", {200: EXPORTERS, 403: ...}),
    get("subsidies", {200: VIEWERS, 403: ...}),
    post("subsidy-draft", {404: VIEWERS, 403: ...}),
    get("subsidy", {200: SEATED, 404: ...}, SUBSIDY),
    post("subsidy-step", {409: "zhou", 403: "sun qian lv han", 404: ...}, SUBSIDY | {"step": "=confirm"}),
    get("subsidy-export", {200: EXPORTERS, 403: ...}),
    get("subsidy-list-export", {200: SEATED, 404: ...}, SUBSIDY),
    get("agency-gaps", {200: EVERYONE}),
    get("agency-gaps-export", {200: EXPORTERS, 403: ...}),
]

GROUPS = {
    "nets": NETS,
    "window": WINDOW,
    "heavy": HEAVY,
    "sanctions": SANCTIONS,
    "evaluation": EVALUATION,
    "boards": BOARDS,
    "returns": RETURNS,
    "collections": COLLECTIONS,
    "unions": UNIONS,
    "cases": CASES,
    "referrals": REFERRALS,
    "around": AROUND,
    "rounds": ROUNDS,
    "prevention": PREVENTION,
    "warnings": WARNINGS,
    "notices": NOTICES,
    "clock": CLOCK,
    "letters": LETTERS,
    "api": API,
}
TABLE = [row for rows in GROUPS.values() for row in rows]
