"""Cases that may be the same matter: the same employer, the same workers, an overlapping time.

Cases the reader may see are shown with reasons; of others only the unit and whom to ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from arrears.cases.models import UNFINISHED, Case, Employer, State
from arrears.cases.names import name_key
from arrears.law.obligations.local import local
from arrears.merging.models import CaseLink
from unions.common import encryption
from unions.common.features import provided
from unions.common.identity import IDENTITY, PHONE, identity_key, phone_key
from unions.models import Union, User

MOST = 8  # shown of each sort
LOOKED_AT = 200  # newest candidates
OVER = frozenset({State.MERGED, State.DISMISSED})


@dataclass(frozen=True)
class Probe:
    """What is known of a case that duplicates are looked for. `phones`, `identities`: prints of numbers."""

    name: str = ""
    uscc: str = ""
    region_code: str = ""
    owed_from: date | None = None
    owed_until: date | None = None
    phones: frozenset[str] = frozenset()
    identities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """A case the reader may see, and why it may be the same."""

    case: Case
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Elsewhere:
    """A unit that has such a case, and the unit whose published phone to ring (itself or the nearest above)."""

    union: Union
    contact: Union


@dataclass(frozen=True)
class Likenesses:
    """`letters`: letters of workers the reader may see that left the same phone and belong to no case yet."""

    visible: list[Likeness] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.visible or self.elsewhere or self.letters)


# ---- what to look for -----------------------------------------------------------------------------------------------


def probe_of(case: Case) -> Probe:
    """Return what is known of a stored case, its workers' numbers included. Two queries.

    Apps declare "numbers of a case": functions of the case that return phone and identity numbers.
    """
    phones: list[str] = []
    identities: list[str] = []
    for numbers_of in provided("numbers of a case"):
        more_phones, more_identities = numbers_of(case)
        phones += more_phones
        identities += more_identities
    return Probe(
        case.employer.name,
        case.employer.uscc or "",
        case.employer.region_code,
        case.owed_from,
        case.owed_until,
        _prints(PHONE, map(phone_key, phones)),
        _prints(IDENTITY, map(identity_key, identities)),
    )


def _prints(kind: str, keys: Iterable[str]) -> frozenset[str]:
    return frozenset(print_ for key in keys for print_ in encryption.prints_of(kind, key))


# ---- looking for it --------------------------------------------------------------------------------------------------------


def find_likenesses(
    probe: Probe, user: User, today: date, but: int | None = None, but_letter: int | None = None
) -> Likenesses:
    """Find cases that may be the one of `probe`, and letters that no case has yet; `but` is left out.

    At most nine queries and two per foreign unit.
    """
    employers = _employers(probe)
    shared = _sharing(probe, but)
    wrote = _writing(probe, but, but_letter)
    asked = Q(employer__in=employers) | Q(pk__in={*shared, *(row.case_id for row in wrote if row.case_id)})
    candidates = Case.objects.filter(asked).exclude(state__in=OVER)
    if but is not None:
        candidates = candidates.exclude(pk=but)
    near = candidates.select_related("employer", "handling_union").order_by("-pk")[:LOOKED_AT]
    written = {row.case_id for row in wrote if row.case_id}
    reasons = {case: tuple(_reasons(case, probe, employers, shared, written)) for case in near}
    matter = [case for case in reasons if case.pk in written or _may_be_one_matter(case, probe, shared, today)]
    seen = set(
        Case.objects.visible_to(user)
        .filter(pk__in=[case.pk for case in matter])
        .order_by()
        .values_list("pk", flat=True)
    )
    visible = [Likeness(case, reasons[case]) for case in matter if case.pk in seen]
    foreign = [case for case in matter if case.pk not in seen and case.state != State.DRAFT]
    loose = [row for row in wrote if row.case_id is None]
    own = _seen_letters(loose, user)
    others = [row.union for row in loose if row.pk not in own]
    units = [*(case.handling_union for case in foreign), *others]
    return Likenesses(visible[:MOST], _elsewhere(units), [row for row in loose if row.pk in own][:MOST])


def _employers(probe: Probe) -> dict[int, str]:
    """Return employer id → why it is taken for the same (Chinese)."""
    found: dict[int, str] = {}
    if key := name_key(probe.name):
        county = probe.region_code[:6]
        named = Employer.objects.named(probe.name).filter(name_key=key).values_list("pk", "region_code", "uscc")
        for pk, region, uscc in named:
            if uscc and probe.uscc and uscc != probe.uscc:
                continue  # one name, two licences
            near = bool(county) and region[:6] == county
            found[pk] = "单位名称相同，同在一个区县" if near else "单位名称相同"
    if probe.uscc:
        found |= dict.fromkeys(
            Employer.objects.filter(uscc=probe.uscc).values_list("pk", flat=True), "统一社会信用代码相同"
        )
    return found


def _sharing(probe: Probe, but: int | None) -> Counter[int]:
    """Count by case id how many listed workers have a phone or identity number of the probe ("cases sharing numbers")."""
    if not (probe.phones or probe.identities):
        return Counter()
    found: Counter[int] = Counter()
    for sharing in provided("cases sharing numbers"):
        found += sharing(set(probe.phones), set(probe.identities), but)
    return found


def _writing(probe: Probe, but: int | None, but_letter: int | None) -> list[Any]:
    """List letters that left a phone of the probe, the newest first; nothing is decrypted."""
    if not probe.phones:
        return []
    return [
        row for letters in provided("letters by phone") for row in letters(probe.phones, but, but_letter, LOOKED_AT)
    ]


def _seen_letters(letters: Sequence[Any], user: User) -> set[int]:
    return {pk for seen in provided("letters seen") for pk in seen(letters, user)} if letters else set()


def _reasons(
    case: Case, probe: Probe, employers: dict[int, str], shared: Counter[int], written: set[int]
) -> Iterable[str]:
    if case.employer_id in employers:
        yield employers[case.employer_id]
    if shared[case.pk]:
        yield f"有 {shared[case.pk]} 名职工的手机号或身份证号相同"
    if case.pk in written:
        yield "职工来信留的电话相同"
    if _overlap(case, probe):
        yield f"欠薪期间重叠（该案 {case.owed_from} 至 {case.owed_until or '今'}）"


def _overlap(case: Case, probe: Probe) -> bool:
    if not (case.owed_from and probe.owed_from):
        return False
    return case.owed_from <= (probe.owed_until or date.max) and probe.owed_from <= (case.owed_until or date.max)


def _may_be_one_matter(case: Case, probe: Probe, shared: Counter[int], today: date) -> bool:
    """Whether a case is still open, recent, or of the same workers or months; older ones are history."""
    recent = case.accepted_on is not None and case.accepted_on > today - local().apart
    unfinished = case.state in UNFINISHED or case.state == State.DRAFT
    return unfinished or recent or bool(shared[case.pk]) or _overlap(case, probe)


def _elsewhere(units: Sequence[Union]) -> list[Elsewhere]:
    in_charge = {unit.pk: unit.in_charge() for unit in {unit.pk: unit for unit in units}.values()}
    distinct = {unit.pk: unit for unit in in_charge.values()}
    return [Elsewhere(unit, unit.phone_contact()) for unit in list(distinct.values())[:MOST]]


def of_numbers(phones: Iterable[str], identities: Iterable[str], user: User, case: Case) -> Likenesses:
    """Find other cases that list somebody with one of these numbers."""
    probe = Probe(phones=_prints(PHONE, phones), identities=_prints(IDENTITY, identities))
    if not (probe.phones or probe.identities):
        return Likenesses()
    return find_likenesses(probe, user, case.accepted_on or date.max, but=case.pk)


def of_letter(employer_name: str, region_code: str, phone: str, user: User, today: date, letter: int) -> Likenesses:
    """Find cases and letters that may be the matter of a worker's letter, itself left out."""
    probe = Probe(employer_name, region_code=region_code, phones=_prints(PHONE, [phone_key(phone)]))
    return find_likenesses(probe, user, today, but_letter=letter)


def linked(case: Case, user: User) -> list[tuple[CaseLink, Case]]:
    """List standing links (同一事项) with the case at the other end, where the reader may see it."""
    links = CaseLink.objects.filter(Q(case=case) | Q(other=case), ended_at=None)
    pairs = {link.case_id if link.other_id == case.pk else link.other_id: link for link in links}
    others = Case.objects.visible_to(user).filter(pk__in=pairs).select_related("employer", "handling_union")
    return [(pairs[other.pk], other) for other in others]
