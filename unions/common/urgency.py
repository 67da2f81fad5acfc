"""How urgent a waiting thing is: what every queue is ordered by before anything else."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When


class Urgency:
    """Ranks, the most urgent first. NOW: 极端讨薪、群体性事件, 第一时间. AT_ONCE: 及时, 立即 without hours. ROUTINE: all that has a day."""

    NOW, AT_ONCE, ROUTINE = 0, 1, 2


URGENT_FIRST = ("urgency", "-pk")  # order of a list of what waits, whose rows are annotated with their rank


def urgency_where(now: Q) -> Case:
    """The rank of rows, as an expression: NOW for those of `now`."""
    return Case(When(now, then=Value(Urgency.NOW)), default=Value(Urgency.ROUTINE), output_field=IntegerField())
