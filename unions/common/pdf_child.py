"""The process that unions/common/pdf.py starts: HTML on standard input, a PDF on standard output.

It knows nothing of this program: no settings, no database, no keys. It fetches nothing, neither from the network nor from a file.
"""

from __future__ import annotations

import resource
import sys

MOST_MEMORY = 2 * 2**30
MOST_SECONDS = 100  # of the processor
NO_LIBRARY = 3  # the exit code where WeasyPrint, or a library it stands on, is not there


def main() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = resource.getrlimit(limit)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(limit, (most, most))

    # Loaded within the limits just set.
    try:
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError):
        raise SystemExit(NO_LIBRARY) from None

    text = sys.stdin.buffer.read().decode()
    HTML(string=text, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(sys.stdout.buffer)


if __name__ == "__main__":
    main()
