"""`case_changed`: announced inside the transaction of an act on a case, for whoever derives something from cases.

Sent with `case` (as it now is), `verb`, `by`, `at`. Who hears of it, in which order: config/receivers.py. What concerns one feature alone is
called by its verb in the next line.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.dispatch import Signal

case_changed = Signal()

# Moves after which the terms of a case begin, end or have another holder or officer.
TURNS = frozenset(
    {"close", "dismiss", "reopen", "merge", "unmerge", "unmerge_clue", "accept_transfer", "assign"}
    | {
        "escalate.receive",
        "escalate.take_over",
        "oversight.approve",
    }  # 提级办理: the union above handles it from now on
)

Listener = Callable[..., None]
_idle: ContextVar[frozenset[Listener]] = ContextVar("idle", default=frozenset())


def connect(signal: Signal, receiver: Listener, verbs: Collection[str] | None = None) -> None:
    """Connect a receiver after those connected before it. A second call changes nothing.

    `verbs`: the verbs it hears of, None for all. A job may let it idle.
    """

    @wraps(receiver)
    def hear(sender: Any, **kwargs: Any) -> None:
        if (verbs is None or kwargs["verb"] in verbs) and not is_idle(receiver):
            receiver(sender, **kwargs)

    signal.connect(hear, weak=False, dispatch_uid=f"{receiver.__module__}.{receiver.__qualname__}")


def is_idle(function: Listener) -> bool:
    """Whether a job lets this function idle: one that is called, not connected, asks it of itself."""
    return function in _idle.get()


@contextmanager
def idle(*listeners: Listener) -> Iterator[None]:
    """Let these do nothing within: the job does their work once at its end. They keep their place in the row. Who tells people reads
    what the listeners before it wrote; one that was disconnected and connected again would come last.
    """
    token = _idle.set(_idle.get() | set(listeners))
    try:
        yield
    finally:
        _idle.reset(token)
