"""Proof of work in place of a picture to read: the browser searches a number, the server checks it in one step.

A challenge is signed and good for two hours and one use. Finding an answer takes 2^BITS tries on the average, under a
second or two on a phone; whoever has no JavaScript may write as well, only less often (limits.py).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core import signing

from arrears.portal import limits

BITS = 16
LIFETIME = timedelta(hours=2)  # shorter than tallies are kept: a spent challenge is remembered until it is stale
_SALT = "arrears.portal.proof"


def challenge() -> str:
    return signing.dumps(secrets.token_hex(12), salt=_SALT)


def solves(challenge: str, answer: str) -> bool:
    """Whether SHA-256 of "challenge.answer" begins with BITS zero bits."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= 12):
        return False
    found = hashlib.sha256(f"{challenge}.{answer}".encode()).digest()
    return int.from_bytes(found) >> (256 - BITS) == 0


def spend(challenge: str, answer: str, at: datetime) -> bool:
    """Whether the work was done for a challenge of ours that nobody has used yet; it is used now."""
    try:
        own = signing.loads(challenge, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return False
    if not solves(challenge, answer):
        return False
    # Counted by day and not by hour: a challenge outlives the hour.
    day = at.replace(hour=0)
    earlier = limits.seen("proof", own, day - timedelta(days=1))
    return not earlier and limits.count("proof", own, day) == 1
