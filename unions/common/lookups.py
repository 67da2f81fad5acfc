"""Lookups that compare as people read: `name__reads` (a part) and `name__reads_as` (the whole), by `search_key` on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Lookup

from unions.common.text import FORMAT, IGNORED, search_key

if TYPE_CHECKING:
    TextLookup = Lookup[str]
else:
    TextLookup = Lookup


class _Read(TextLookup):
    """What the column says, without width, case, blanks, dashes and punctuation, against a pattern of the same."""

    def pattern(self, key: str) -> str:
        raise NotImplementedError

    def get_prep_lookup(self) -> Any:
        return search_key(str(self.rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet  # nothing that could be read
        column, given = self.process_lhs(compiler, connection)
        wanted = self.pattern(connection.ops.prep_for_like_query(self.rhs))
        return f"translate(lower(normalize({column}, NFKC)), %s, '') LIKE %s", (*given, IGNORED + FORMAT, wanted)


class Reads(_Read):
    lookup_name = "reads"

    def pattern(self, key: str) -> str:
        return f"%{key}%"


class ReadsAs(_Read):
    lookup_name = "reads_as"

    def pattern(self, key: str) -> str:
        return key
