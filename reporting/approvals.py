"""What reporting adds to 待我审批: returns signed, exemptions and longer terms asked for, rulebooks and forms to be put in force."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from arrears.desk.approvals import WaitingKind
from arrears.law.models import Attachment, Extension, Obligation, RulebookUpload, Step, TrialStage
from reporting.forms.models import EditionStage, FormEdition
from reporting.returns.models import Return, Waiver
from reporting.returns.worklists import to_approve
from unions.models import User
from unions.models.union import acts_at
from unions.people.rights import Right

ROW = "reporting/approval_row.html"


def _waivers(user: User) -> QuerySet[Waiver]:
    """Asked of units where the reader approves; `return_id`: the newest return on whose page it is decided."""
    keys = {name: OuterRef(name) for name in ("union", "rulebook", "rule")}
    decided_on = Return.objects.filter(acts_at(user.paths(Right.APPROVE), "receiver"), compiles=False, **keys)
    rows = Waiver.objects.filter(approved=None)
    rows = rows.annotate(return_id=Subquery(decided_on.order_by("-due_at").values("pk")[:1]))
    return rows.filter(return_id__isnull=False)


def _extensions(user: User) -> QuerySet[Extension]:
    """Of terms held where the reader approves; `obligation_id`: the term itself."""
    keys = {name: OuterRef(name) for name in ("case", "rulebook", "rule")}
    terms = Obligation.objects.filter(acts_at(user.paths(Right.APPROVE), "holder"), **keys)
    rows = Extension.objects.filter(step=Step.REQUESTED)
    rows = rows.annotate(obligation_id=Subquery(terms.values("pk")[:1]), term_title=Subquery(terms.values("title")[:1]))
    return rows.filter(obligation_id__isnull=False)


def _attachments(user: User) -> QuerySet[Attachment]:
    asked = Q(approved_at=None) | Q(end_at__isnull=False, end_approved_at=None)
    return Attachment.objects.filter(asked, acts_at(user.paths(Right.APPROVE), "union"))


def _at_office(rows: Any, user: User) -> Any:
    return rows.filter(acts_at(user.paths(Right.APPROVE), "office"))


def _uploads(user: User) -> QuerySet[RulebookUpload]:
    return _at_office(RulebookUpload.objects.filter(stage=TrialStage.TRIED), user)


def _editions(user: User) -> QuerySet[FormEdition]:
    waits = (EditionStage.WAITING, EditionStage.WITHDRAWING)
    return _at_office(FormEdition.objects.filter(stage__in=waits), user)


KINDS = [
    WaitingKind("return", "报表", to_approve, F("changed_at"), ("union",), "returns", "list=approve", ROW),
    WaitingKind("waiver", "免报", _waivers, F("requested_at"), ("union", "requested_by"), template=ROW),
    WaitingKind(
        "extension", "延长期限", _extensions, F("requested_at"), ("case__employer", "requested_by"), template=ROW
    ),
    WaitingKind(
        "attachment", "规则适用单位", _attachments, Coalesce("end_at", "at"), ("union", "by", "end_by"), template=ROW
    ),
    WaitingKind("rulebook-upload", "上传的规则", _uploads, F("changed_at"), ("by",), "rulebooks", template=ROW),
    WaitingKind(
        "form-edition",
        "上传的报表格式",
        _editions,
        Coalesce("withdrawal_at", "uploaded_at"),
        ("by",),
        "form-editions",
        template=ROW,
    ),
]
