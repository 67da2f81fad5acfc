"""Finding what an address names, under the reader's rights."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from reporting.models import Return
from unions.views.reader import reader

PARTS = ("union__parent", "receiver", "current__signed_by", "current__approved_by", "waiver")


def the_return(request: HttpRequest, pk: int) -> Return:
    """404 for strangers and siblings: the return of a unit in the reader's subtree."""
    rows = Return.objects.visible_to(reader(request)).select_related(*PARTS)
    return get_object_or_404(rows, pk=pk)
