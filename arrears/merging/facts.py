"""What obligations know of a case's merging into another."""

from __future__ import annotations

from arrears.cases.facts import Around
from arrears.merging.models import IN_FORCE, Merger


def add_mergers(around: Around) -> None:
    rows = Merger.objects.filter(duplicate__in=around.ids, stage__in=IN_FORCE)
    around.merged |= {case: at for case, at in rows.values_list("duplicate_id", "decided_at") if at}
