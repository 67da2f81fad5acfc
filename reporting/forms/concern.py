"""Which forms concern a unit: one is offered, shown and exported only where its notice holds, held, or is to hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arrears.law.obligations.applicable import RulebooksByUnit, same_line
from reporting.forms.editions.form_editions import NoSuchForm
from reporting.forms.files import Form
from reporting.forms.models import FormEdition
from unions.models import Union, User
from unions.people.rights import Right


class FormSeats:
    """Paths of the unions each of these forms belongs to: the one its file names (else the office that brought it in), and those
    where a rulebook is attached that asks for it, or in whose clause it stands. Four queries, five where a file names nobody.
    """

    def __init__(self, forms: Iterable[Form]) -> None:
        forms = list(forms)
        self._paths: dict[str, set[str]] = {form.key: set() for form in forms}
        for key, path in (*_asked(forms), *_named(forms)):
            if key in self._paths:
                self._paths[key].add(path)

    def concern(self, form: Form, unit: Union) -> bool:
        """Whether it is used by this unit, by one above it, or by one below it."""
        return any(same_line(path, unit) for path in self._paths[form.key])

    def check(self, form: Form, unit: Union) -> None:
        """Raises NoSuchForm (404) where it does not concern the unit."""
        if not self.concern(form, unit):
            raise NoSuchForm(f"《{form.title}》不适用于“{unit}”，请从“报表”中选择本单位的报表。")


def of_reader(forms: Iterable[Form], user: User) -> set[str]:
    """Keys of those that concern a unit whose cases the reader sees."""
    forms, units = list(forms), list(Union.objects.filter(path__in=user.paths(Right.VIEW)))
    seats = FormSeats(forms)
    return {form.key for form in forms if any(seats.concern(form, unit) for unit in units)}


def _asked(forms: list[Form]) -> Iterator[tuple[str, str]]:
    """Key of a form, and the path of a union whose rulebook asks for it, or has it from the place the notice comes from."""
    for path, book in RulebooksByUnit().paths():
        yield from ((rule.form, path) for rule in (*book.returns, *book.routines))
        clauses = {clause.id for clause in book.clauses}
        yield from (
            (form.key, path) for form in forms if form.attached_to == book.attached_to and form.clause in clauses
        )


def _named(forms: list[Form]) -> Iterator[tuple[str, str]]:
    """Key of a form, and the path of the union its file names; of a file that names none, the office that brought it in."""
    codes = {form.attached_to for form in forms if form.attached_to}
    paths = dict(Union.objects.filter(code__in=codes).values_list("code", "path"))
    yield from ((form.key, paths[form.attached_to]) for form in forms if form.attached_to in paths)
    if bare := [form.digest for form in forms if not form.attached_to]:
        yield from FormEdition.objects.filter(digest__in=bare).values_list("key", "office__path")
