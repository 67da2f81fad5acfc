"""Finding what an address of returns names, under the reader's rights."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reporting.forms.files import Form, Stub
from reporting.forms.table_rows import link_key
from reporting.returns.collection import ReturnCollection, collection_of
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.status import insider
from reporting.returns.versions import versions_of
from unions.http import Request
from unions.models import Union, under
from unions.people.rights import Right

PARTS = ("union__parent", "receiver", "current__signed_by", "current__approved_by", "waiver")


def the_return(request: Request, pk: int) -> Return:
    """The return of a unit in the reader's subtree. 404 for strangers and siblings."""
    rows = Return.objects.visible_to(request.user).select_related(*PARTS)
    return get_object_or_404(rows, pk=pk)


def the_own_return(request: Request, pk: int) -> Return:
    """A return whose draft the reader may see: 404 for everybody outside the unit."""
    row = the_return(request, pk)
    if not insider(row, request.user):
        raise Http404
    return row


def the_version(request: Request, pk: int, number: int) -> tuple[Return, ReturnVersion]:
    """404 for strangers; for readers from above also while it is not approved."""
    row = the_return(request, pk)
    version = get_object_or_404(versions_of(row, insider(row, request.user)), number=number)
    version.report = row
    return row, version


def the_collection(request: Request, code: str, rulebook: str, rule: str, period: str) -> ReturnCollection:
    """What a unit in the reader's subtree collects. 404 for strangers and units below."""
    units = Union.objects.filter(under(request.user.paths(Right.VIEW)))
    found = collection_of(get_object_or_404(units, code=code), rulebook, rule, period, timezone.now())
    if found is None:
        raise Http404
    return found


def the_cell(request: Request, form: Form, stubs: Sequence[Stub] = ()) -> tuple[int, int]:
    """Row and column of the figure asked for, both from 0. 404 where there is none. `stubs`: the rows, else the form's own."""
    measure = request.GET.get("column", "")
    rows = {link_key(number, stub): number for number, stub in enumerate(stubs or form.rows)}
    columns = {column.measure: number for number, column in enumerate(form.figure_columns)}
    row = rows.get(request.GET.get("row", ""))
    if form.is_list or row is None or measure not in columns:
        raise Http404
    return row, columns[measure]
