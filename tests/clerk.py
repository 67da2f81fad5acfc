"""A careful clerk before a browser: what she presses and types is counted, and how long it takes her is modelled.

The keystroke-level model (Card, Moran and Newell, Communications of the ACM 23(7), 1980) adds up operators: a key, a press of the mouse
button, pointing, moving the hand between keyboard and mouse, and making up one's mind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KEY = 0.28  # seconds, an average typist who is no secretary
BUTTON = 0.1
POINT = 1.1
HAND = 0.4
MIND = 1.35
KEYS_OF_A_CHARACTER = 3  # with an input method, on average


def keys(text: str) -> int:
    return sum(1 if one.isascii() else KEYS_OF_A_CHARACTER for one in text)


@dataclass
class Clerk:
    page: Any
    clicks: int = 0
    fields: int = 0
    seconds: float = 0.0  # of the clerk herself
    typing: bool = False

    def click(self, target: Any) -> None:
        """Decide, take the mouse, point, press."""
        self.seconds += MIND + (HAND if self.typing else 0) + POINT + BUTTON
        self.clicks, self.typing = self.clicks + 1, False
        target.click()

    def write(self, target: Any, text: str) -> None:
        """Point at the field, unless the focus is there already, and type; the hand stays on the keyboard."""
        if not target.evaluate("field => field === document.activeElement"):
            self.seconds += (HAND if self.typing else 0) + POINT + BUTTON
            self.clicks, self.typing = self.clicks + 1, False
            target.click()
        self.seconds += MIND + (0 if self.typing else HAND) + keys(text) * KEY
        self.fields, self.typing = self.fields + 1, True
        target.fill(text)

    def enter(self, target: Any) -> None:
        """On to the next field."""
        self.seconds += KEY
        target.press("Enter")
