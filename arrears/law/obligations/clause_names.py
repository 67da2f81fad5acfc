"""What a clause is called before people: by its notice and article, never by the id that files and tests carry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from arrears.law.editions.rulebook_editions import every_edition
from arrears.law.obligations.requirements import cited
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.rulebook import Rulebook
from unions.common.clauses import ClauseName
from unions.common.once_a_request import once_a_request

Names = dict[tuple[str, str], ClauseName]


def clause_named(clause: str, rulebook: str) -> ClauseName | None:
    """The clause of that rulebook (its key), else of whichever has it. None where no rulebook knows it.

    A clause keeps its place through the editions of its notice, so those delivered are named without a query.
    """
    for key in dict.fromkeys(((rulebook, clause), ("", clause))):
        for names in (_delivered, _entered):
            if name := names().get(key):
                return name
    return None


@cache
def _delivered() -> Names:
    return _names(delivered_rulebooks().values())


@once_a_request
def _entered() -> Names:
    delivered = {book.digest for book in delivered_rulebooks().values()}
    return _names(book for book in every_edition() if book.digest not in delivered)


def _names(books: Iterable[Rulebook]) -> Names:
    """(Key of the rulebook, or "", and clause) → its name; of several editions the newest."""
    found: Names = {}
    for book in books:
        for clause in book.clauses:
            law = book.kind == "law"
            words = clause.heading if law else cited(book, clause.id)
            quoted = f"{words}：{clause.quotation}" if clause.quotation else words
            found[book.key, clause.id] = ClauseName("法律法规" if law else book.named(clause), quoted)
    for (_, clause_id), name in list(found.items()):
        found.setdefault(("", clause_id), name)
    return found
