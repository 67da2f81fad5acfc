"""Which files of a return or a collection the reader may fetch: for buttons on pages of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from arrears.law.scope import Scope
from reporting.forms.files import Form
from reporting.returns import status, versions
from reporting.returns.collection import ReturnCollection
from reporting.returns.filling import form_of
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.reported import Reported, reported_beside
from unions.people.rights import Right

register = template.Library()
KINDS = {"xlsx": ("Excel", "file-spreadsheet"), "docx": ("Word", "file-text"), "pdf": ("PDF", "file-type-pdf")}


@dataclass(frozen=True)
class FileLink:
    label: str
    icon: str
    url: str


@register.simple_tag(takes_context=True)
def files_of(context: dict[str, Any], report: Return, version: ReturnVersion | None = None) -> list[FileLink]:
    """Of the version shown, else of the draft; none without the right to export."""
    user = context["request"].user
    if not user.may(Right.EXPORT, report.union):
        return []
    if version is not None:
        words = bool(versions.form_of_version(version).sections)
        return _links("", words, lambda kind: reverse("return-file", args=[report.pk, version.number, kind]))
    if not report.in_hand or not status.insider(report, user):
        return []
    words = bool(form_of(report).sections)
    return _links("草稿 ", words, lambda kind: reverse("return-draft-file", args=[report.pk, kind]))


def _links(before: str, words: bool, url: Any) -> list[FileLink]:
    kinds = ("docx", "xlsx", "pdf") if words else ("xlsx", "pdf")
    return [FileLink(f"{before}{KINDS[kind][0]}", KINDS[kind][1], url(kind)) for kind in kinds]


@register.simple_tag
def reported_of(form: Form, scope: Scope) -> Reported | None:
    """Who has reported of a live table, and where the compiled one is. One query."""
    return reported_beside(form, scope)


@register.simple_tag(takes_context=True)
def collection_files(context: dict[str, Any], found: ReturnCollection) -> dict[str, str] | None:
    """Addresses of the sum ("" where the rows are the units themselves) and of the zip; None without the right."""
    if not context["request"].user.may(Right.EXPORT, found.receiver):
        return None
    args = [found.receiver.code, found.rulebook, found.rule, found.period]
    by_unit = found.form.by_unit
    return {
        "sum": "" if by_unit else reverse("collection-file", args=args),
        "bundle": reverse("collection-bundle", args=args),
    }
