"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """Where a request comes from; of an IPv6 address the network. Behind a proxy: what that proxy itself saw."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_HTTPS and (forwarded := request.headers.get("X-Forwarded-For")):
        text = forwarded.rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:  # an IPv4 caller at a socket that takes both: not one of a single network
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
