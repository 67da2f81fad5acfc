"""The one signal of this house, announced by the door inside the transaction of the act.

Sent with `case` (as it now is), `verb`, `by`, `at`. Whoever derives something from cases listens here.
"""

from django.dispatch import Signal

case_changed = Signal()
