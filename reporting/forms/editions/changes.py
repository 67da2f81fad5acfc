"""What a new edition of a form changes against the one it replaces, for the person who decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reporting.forms.editions.form_editions import NoSuchForm, by_digest
from reporting.forms.files import Form, FormCheck, FormColumn
from reporting.forms.models import FormEdition
from reporting.forms.periods import RHYTHM_NAMES
from unions.common.industries import TableRow

_PERIODS = {name: f"按{label}" for name, label in RHYTHM_NAMES.items()} | {"campaign": "累计"}


@dataclass(frozen=True)
class FormChange:
    """`what`: 增加, 删去 or 改动; `name`: the column, row or line; `how`: before and after where it was changed."""

    what: str
    name: str
    how: str = ""


def changes(edition: FormEdition, form: Form) -> list[FormChange] | None:
    """Against the edition that was in force when it came in; None where it is the first of its key."""
    if not edition.replaces:
        return None
    try:
        before = by_digest(edition.key, edition.replaces)
    except NoSuchForm:
        return None
    return list(_changes(_parts(before), _parts(form)))


def _changes(before: dict[str, str], after: dict[str, str]) -> Iterator[FormChange]:
    for name, content in after.items():
        if name not in before:
            yield FormChange("增加", name, content)
        elif before[name] != content:
            yield FormChange("改动", name, f"{before[name] or '（空）'} → {content or '（空）'}")
    for name, content in before.items():
        if name not in after:
            yield FormChange("删去", name, content)


def _parts(form: Form) -> dict[str, str]:
    """Name → content of everything a reader of the paper would notice."""
    until = form.until or "长期"
    found = {
        "名称": form.title,
        "文号": form.notice,
        "期间": f"{_PERIODS[form.period]}，{form.since} 至 {until}",
        "标注": form.label,
        "文字部分": "；".join(section.heading for section in form.sections),
        "审核关系": "；".join(check_in_words(form, check) for check in form.checks),
        "表头行": "；".join(form.head),
        "落款行": "；".join(form.foot),
        "表注": "；".join(form.notes),
    }
    found |= {f"栏目“{name}”": what for header in form.header for name, what in _columns(header, "")}
    return found | {
        f"行“{row.text}”": "、".join(TableRow(kind).label for kind in sorted(row.takes)) for row in form.rows
    }


def check_in_words(form: Form, check: FormCheck) -> str:
    """涉及农民工（人）不大于涉及职工（人）（强制）, as the columns are called."""
    names = {column.measure or column.value: column.text for column in form.columns}
    this, than = names.get(check.measure, check.measure), names.get(check.than, check.than)
    match check.kind:
        case "within":
            return f"{this}不大于{than}{'（强制）' if check.bars else ''}"
        case "per-head":
            return f"{this}按{than}人均不超过 {check.most:,} 元"
    return f"{this}与上期、去年同期相差不到 {check.most} 倍（均不足 {check.least:,} 的不比）"


def _columns(header: FormColumn, above: str) -> Iterator[tuple[str, str]]:
    name = f"{above}{header.text}"
    if header.leaf:
        yield name, header.leaf.measure or header.leaf.value or "类别"
    for child in header.columns:
        yield from _columns(child, f"{name} / ")
