"""Finding what an address names, under the reader's rights."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from reporting.returns.collection import ReturnCollection, collection_of
from reporting.returns.models import Return
from unions.http import Request
from unions.models import Union
from unions.models.union import under
from unions.people.rights import Right

PARTS = ("union__parent", "receiver", "current__signed_by", "current__approved_by", "waiver")


def the_return(request: Request, pk: int) -> Return:
    """404 for strangers and siblings: the return of a unit in the reader's subtree."""
    rows = Return.objects.visible_to(request.user).select_related(*PARTS)
    return get_object_or_404(rows, pk=pk)


def the_collection(request: Request, code: str, rulebook: str, rule: str, period: str) -> ReturnCollection:
    """404 for strangers and units below: what a unit in the reader's subtree collects."""
    units = Union.objects.filter(under(request.user.paths(Right.VIEW)))
    found = collection_of(get_object_or_404(units, code=code), rulebook, rule, period, timezone.now())
    if found is None:
        raise Http404
    return found
