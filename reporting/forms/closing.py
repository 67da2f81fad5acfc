"""What a table leaves unsaid, in sentences beside it: why 涉及 is more than 解决 and 未办结 together, and what a list left out.

The official cells stay as they are; these are notes under the sheet (docs/decisions/044).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from arrears.cases.ledger import RESOLVED, signed
from arrears.cases.models import EntryKind
from arrears.law.scope import Scope
from reporting.forms.measures import MEASURES, Base, rows_of
from unions.common.formats import people, wan

if TYPE_CHECKING:
    from reporting.forms.files import Form
    from reporting.forms.tabulate import TableLine

# (owed, resolved, outstanding) for one number; counted in the period, or from the first day of the campaign.
TRIPLES = (
    ("workers_owed", "workers_resolved", "workers_outstanding"),
    ("amount_owed", "amount_resolved", "amount_outstanding"),
    ("workers_owed_to_date", "workers_resolved_to_date", "workers_outstanding"),
    ("amount_owed_to_date", "amount_resolved_to_date", "amount_outstanding"),
)
# What closes the sum, in the order it is said: sign, words.
PARTS = {
    "untrue": ("＋", "不属实"),
    "before": ("＋", "统计期间以前已解决"),
    "shut": ("＋", "已办结案件的余额"),
    "other": ("－", "未查实和不属欠薪案件的解决数"),
}
SUMMED = ("untrue", "before", "within", "resolved", "shut")
Parts = Mapping[str, Any]  # people, or yuan


def triples(form: Form) -> list[tuple[str, str, str]]:
    """The numbers of which a table shows what was owed, resolved and is outstanding."""
    here = {column.measure for column in form.columns if column.measure}
    return [triple for triple in TRIPLES if here.issuperset(triple)]


def parts_between(form: Form, scope: Scope) -> dict[str, Parts]:
    """By the owed measure: what stands between it and resolved and outstanding. One query, none where the form shows no such
    numbers."""
    found = triples(form)
    if not found:
        return {}
    here = scope.to_date() if found[0][0].endswith("_to_date") else scope
    # The cases of the owed measure, whatever the entry.
    known = Q(case__verified_on__lte=here.last, case__accepted_on__lte=here.last)
    known &= Q(shut__isnull=True) | Q(shut__on__gte=here.since)
    within = Q(counts_as__in=RESOLVED, on__gte=here.since)
    sums: dict[str, Any] = {}
    for owed, *_ in found:
        number = MEASURES[owed].adds
        each = {
            "untrue": Sum(number, filter=known & Q(counts_as=EntryKind.UNTRUE)),
            "before": Sum(number, filter=known & Q(counts_as__in=RESOLVED, on__lt=here.since)),
            "within": Sum(number, filter=known & within),
            "resolved": Sum(number, filter=within),
            "shut": Sum(signed(number), filter=known & Q(shut__isnull=False)),
        }
        sums |= {f"{owed}_{name}": Coalesce(one, Decimal(0) if number == "amount" else 0) for name, one in each.items()}
    row = rows_of(Base.ENTRIES, scope).aggregate(**sums)
    return {owed: _parts({name: row[f"{owed}_{name}"] for name in SUMMED}) for owed, *_ in found}


def _parts(row: dict[str, Any]) -> Parts:
    return row | {"other": row["resolved"] - row["within"]}


def closing_notes(form: Form, lines: Sequence[TableLine], parts: Mapping[str, Parts] | None) -> list[str]:
    """One sentence per number of the bottom line that does not close by itself. `parts`: None of a table that was signed, of
    which only the difference is known."""
    bottom = next((line for line in lines if line.stub.total), None)
    if bottom is None:
        return []
    raw = {figure.column.measure: figure.raw for figure in bottom.figures}
    notes = []
    for owed, resolved, left in triples(form):
        if raw[owed] != raw[resolved] + raw[left]:
            say, what = (wan, "万元") if MEASURES[owed].adds == "amount" else (people, "人")
            known = parts.get(owed) if parts else None
            notes.append(_sentence([raw[owed], raw[resolved], raw[left]], known, say, what))
    return notes


def _sentence(raws: list[Any], parts: Parts | None, say: Any, unit: str) -> str:
    subject = "涉及金额" if unit == "万元" else "涉及人数"
    owed, resolved, left = (f"{say(raw)} {unit}" for raw in raws)
    if parts is None:
        apart = f"{say(raws[0] - raws[1] - raws[2])} {unit}"
        return f"注：合计行{subject} {owed}，与解决 {resolved}、未办结 {left}之和相差 {apart}，为不属实、统计期间以前已解决等部分。"
    more = "".join(f"{sign}{words} {say(parts[name])} {unit}" for name, (sign, words) in PARTS.items() if parts[name])
    return f"注：合计行{subject} {owed}＝解决 {resolved}＋未办结 {left}{more}。"
