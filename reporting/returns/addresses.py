"""Parts of addresses that need a spelling of their own."""

from __future__ import annotations


class PeriodPart:
    """A period as a part of an address: 2022-W40, 2022Q4, final, and 2022-10-01/2023-01-21 as 2022-10-01--2023-01-21 (ISO 8601
    writes an interval so where no solidus may stand)."""

    regex = r"[0-9A-Za-z-]{1,24}"

    def to_python(self, text: str) -> str:
        return text.replace("--", "/")

    def to_url(self, period: str) -> str:
        return period.replace("/", "--")
