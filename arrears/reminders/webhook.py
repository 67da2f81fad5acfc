"""Short messages by HTTP: one signed POST per message to the gateway this installation names.

Body (JSON): {"id", "to", "text"}. Headers: `Idempotency-Key` (= id), `X-Xinbao-Timestamp` (seconds), and `X-Xinbao-Signature`:
"sha256=" + HMAC-SHA256 in hex over timestamp + "." + body. Any 2xx means taken; 408, 429 and 5xx ask for another try.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

TRY_AGAIN = frozenset({408, 429})


class NotSent(Exception):
    """Surely not sent. `final`: trying again is of no use. `down`: nobody can be reached this way now."""

    def __init__(self, message: str, *, final: bool = False, down: bool = False) -> None:
        super().__init__(message)
        self.final, self.down = final, down


class _StayHere(HTTPRedirectHandler):
    """A signed message goes to the named gateway and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = build_opener(_StayHere, ProxyHandler({}))


def signature(secret: str, timestamp: int, body: bytes) -> str:
    signed = f"{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Webhook:
    """`timeout` in seconds."""

    url: str
    secret: str
    timeout: float

    def send(self, to: str, text: str, key: str, timestamp: int) -> None:
        body = json.dumps({"id": key, "to": to, "text": text}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Xinbao-Timestamp": str(timestamp),
            "X-Xinbao-Signature": signature(self.secret, timestamp, body),
        }
        request = Request(self.url, data=body, headers=headers, method="POST")
        try:
            with _OPENER.open(request, timeout=self.timeout):
                return
        except HTTPError as error:
            error.close()
            again = error.code in TRY_AGAIN or error.code >= 500
            raise NotSent(f"短信网关答复 {error.code}。", final=not again, down=again) from error
        except (OSError, HTTPException) as error:
            # Perhaps taken: the next try bears the same key.
            raise NotSent(f"短信网关连接不上：{error}", down=True) from error
