"""What goes with a draft that is thrown away."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from arrears.models import Case


def drop_evidence(case: Case) -> None:
    """Evidence of a draft goes with it; its files (each row has its own) once the transaction stands.

    Runs inside the transaction of the discarding, which refuses filed cases and undoes this.
    """
    for row in list(case.evidence.all()):
        row.delete()
        transaction.on_commit(partial(row.file.storage.delete, row.file.name or ""))
