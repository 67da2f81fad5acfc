"""The signals of this house, announced inside the transaction of the act. Whoever derives something from cases listens here.

`case_changed`, by the door: sent with `case` (as it now is), `verb`, `by`, `at`.
`cases_imported`, for many at once: sent with `cases` (ids of those that are unfinished), `at`.
`warnings_changed`: sent with `signals` (ids of the warning signals touched), `employers` (their ids), `by`, `at`.
`findings_changed`: sent with `findings` (ids of findings of inspections), `by`, `at`.
`visits_changed`: sent with `employers` (ids of the employers inspected, before and after a correction), `by`, `at`.
`rounds_changed`: sent with `rounds` (ids of plans of inspections), `by`, `at`.
`platform_changed`: sent with `checks` (ids of looks into the wage-payment platform), `by`, `at`.
`review_changed`: sent with `review` (as it now is), `verb`, `by`, `at`.
`letter_changed`: sent with `letter` (as it now is), `verb`, `by`, `at`.
`oversight_changed`, `opinion_changed`: sent with `oversight` or `opinion` (as it now is), `verb`, `by`, `at`.
`referral_changed`: sent with `referral` (as it now is), `verb`, `by`, `at`.
`worker_wrote`, through the window: sent with `letter` (the WindowLetter as it now is), `at`.
`merger_changed`: sent with `merger` (as it now is), `verb`, `by`, `at`.
`proceeding_changed`: sent with `proceeding` (as it now is), `verb`, `by`, `at`.
`plan_changed`: sent with `plan` (as it now is), `by`, `at`.
`drawing_changed`: sent with `drawing` (as it now is), `verb`, `by`, `at`.
`net_changed`: sent with `net` (the safety net, held), `verb`, `by`, `at`.
`sanction_changed`, `listing_changed`: sent with `sanction` or `listing` (as it now is), `verb`, `by`, `at`.
`case_urged`: somebody asks after a case; sent with `case`, `reason`, `by`, `at`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.dispatch import Signal

case_changed = Signal()
cases_imported = Signal()
warnings_changed = Signal()
letter_changed = Signal()
referral_changed = Signal()
findings_changed = Signal()
visits_changed = Signal()
rounds_changed = Signal()
platform_changed = Signal()
review_changed = Signal()
worker_wrote = Signal()
oversight_changed = Signal()
opinion_changed = Signal()
merger_changed = Signal()
proceeding_changed = Signal()
plan_changed = Signal()
drawing_changed = Signal()
net_changed = Signal()
case_urged = Signal()
sanction_changed = Signal()
listing_changed = Signal()

Listener = Callable[..., None]
_idle: ContextVar[frozenset[Listener]] = ContextVar("idle", default=frozenset())


def connect(signal: Signal, receiver: Listener) -> None:
    """Connect a receiver that a job may let idle, after those connected before it. A second call changes nothing."""

    @wraps(receiver)
    def hear(sender: Any, **kwargs: Any) -> None:
        if receiver not in _idle.get():
            receiver(sender, **kwargs)

    signal.connect(hear, weak=False, dispatch_uid=f"{receiver.__module__}.{receiver.__qualname__}")


@contextmanager
def idle(*listeners: Listener) -> Iterator[None]:
    """Within, these hear nothing: the job does their work once at its end. They keep their place in the row. Who tells people reads what
    the listeners before it wrote; one that was disconnected and connected again would come last.
    """
    token = _idle.set(_idle.get() | set(listeners))
    try:
        yield
    finally:
        _idle.reset(token)
