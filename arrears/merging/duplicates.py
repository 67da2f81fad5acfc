"""Cases that may be the same matter, the likeliest first: the same employer, workers, time, project and figures (scoring.py).

Cases the reader may see are shown with reasons; of others only the unit and whom to ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from arrears.cases.models import UNFINISHED, Case, Employer, State
from arrears.cases.names import name_key
from arrears.law.obligations.local import local
from arrears.merging.models import CaseLink, SetApart
from arrears.merging.scoring import CODE, LIKELY, NAME, NAME_HERE, WORKER, WORKERS, WROTE, Matter, Point, compared
from unions.common import encryption
from unions.common.features import provided
from unions.common.identity import IDENTITY, PHONE, identity_key, phone_key
from unions.models import Union, User

LIKELIEST = 3  # cases shown
MOST = 8  # shown of each other sort
LOOKED_AT = 200  # newest candidates
SAME_CODE, SAME_NAME_HERE, SAME_NAME = "统一社会信用代码相同", "单位名称相同，同在一个区县", "单位名称相同"
EMPLOYER_POINTS = {SAME_CODE: CODE, SAME_NAME_HERE: NAME_HERE, SAME_NAME: NAME}
OVER = frozenset({State.MERGED, State.DISMISSED})


@dataclass(frozen=True)
class Probe:
    """What is known of a case that duplicates are looked for. `phones`, `identities`: prints of numbers."""

    name: str = ""
    uscc: str = ""
    region_code: str = ""
    owed_from: date | None = None
    owed_until: date | None = None
    workers: int = 0
    amount: Decimal = Decimal(0)
    project: str = ""
    phones: frozenset[str] = frozenset()
    identities: frozenset[str] = frozenset()

    @property
    def matter(self) -> Matter:
        return Matter(self.owed_from, self.owed_until, self.workers, self.amount, self.project)


@dataclass(frozen=True)
class Likeness:
    """A case, how many points speak for its being the same, why, and what it has in common (keys, of workers with their number)."""

    case: Case
    reasons: tuple[str, ...]
    score: int = 0
    common: tuple[str, ...] = ()


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
    apart: list[tuple[Likeness, SetApart]] = field(default_factory=list)  # 不是重复, said by somebody

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
        case.stated_workers,
        case.stated_amount,
        case.project.name if case.project else "",
        _prints(PHONE, map(phone_key, phones)),
        _prints(IDENTITY, map(identity_key, identities)),
    )


def _prints(kind: str, keys: Iterable[str]) -> frozenset[str]:
    return frozenset(print_ for key in keys for print_ in encryption.prints_of(kind, key))


# ---- looking for it --------------------------------------------------------------------------------------------------------


def find_likenesses(
    probe: Probe,
    user: User,
    today: date,
    but: int | None = None,
    but_letter: int | None = None,
    known: Collection[int] = (),
) -> Likenesses:
    """Find cases that may be the one of `probe`, and letters that no case has yet; `but`, and cases `known` to be, are left out.

    At most nine queries and two per foreign unit.
    """
    employers = _employers(probe)
    shared = _sharing(probe, but)
    wrote = _writing(probe, but, but_letter)
    asked = Q(employer__in=employers) | Q(pk__in={*shared, *(row.case_id for row in wrote if row.case_id)})
    candidates = Case.objects.filter(asked).exclude(state__in=OVER)
    if but is not None:
        candidates = candidates.exclude(pk=but)
    near = candidates.select_related("employer", "handling_union", "project").order_by("-pk")[:LOOKED_AT]
    written = {row.case_id for row in wrote if row.case_id}
    rows = [
        _likeness(case, probe, employers, shared, written)
        for case in near
        if _is_of_now(case, probe, shared, written, today)
    ]
    likely = (row for row in rows if row.score >= LIKELY and row.case.pk not in known)
    matter = sorted(likely, key=lambda row: -row.score)
    seen = set(
        Case.objects.visible_to(user)
        .filter(pk__in=[row.case.pk for row in matter])
        .order_by()
        .values_list("pk", flat=True)
    )
    apart = set_apart(but, matter) if but is not None else {}
    visible = [row for row in matter if row.case.pk in seen and row.case.pk not in apart]
    foreign = [row.case for row in matter if row.case.pk not in seen and row.case.state != State.DRAFT]
    loose = [row for row in wrote if row.case_id is None]
    own = _seen_letters(loose, user)
    others = [row.union for row in loose if row.pk not in own]
    units = [*(case.handling_union for case in foreign), *others]
    return Likenesses(
        visible[:LIKELIEST],
        _elsewhere(units),
        [row for row in loose if row.pk in own][:MOST],
        [(row, apart[row.case.pk]) for row in matter if row.case.pk in seen and row.case.pk in apart],
    )


def set_apart(case: int, rows: Sequence[Likeness]) -> dict[int, SetApart]:
    """By id of the other case: that somebody said 不是重复. Left out where the two have something in common by now that they had not then."""
    if not rows:
        return {}
    others = [row.case.pk for row in rows]
    said = SetApart.objects.filter(Q(case=case, other__in=others) | Q(other=case, case__in=others))
    latest = {
        one.case_id if one.other_id == case else one.other_id: one for one in said.select_related("by").order_by("pk")
    }
    return {
        row.case.pk: latest[row.case.pk]
        for row in rows
        if row.case.pk in latest and not _more_in_common(row.common, latest[row.case.pk].common)
    }


def _more_in_common(now: Iterable[str], then: Iterable[str]) -> bool:
    """Whether two cases share by now what they did not share then, or more workers than then."""
    known = dict(_key_and_count(one) for one in then)
    return any(key not in known or count > known[key] for key, count in map(_key_and_count, now))


def _key_and_count(common: str) -> tuple[str, int]:
    key, _, count = common.partition(":")
    return key, int(count or 0)


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
            found[pk] = SAME_NAME_HERE if near else SAME_NAME
    if probe.uscc:
        found |= dict.fromkeys(Employer.objects.filter(uscc=probe.uscc).values_list("pk", flat=True), SAME_CODE)
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


def _likeness(case: Case, probe: Probe, employers: dict[int, str], shared: Counter[int], written: set[int]) -> Likeness:
    other = Matter(
        case.owed_from,
        case.owed_until,
        case.stated_workers,
        case.stated_amount,
        case.project.name if case.project else "",
    )
    points = [*_of_people(case, employers, shared, written), *compared(probe.matter, other)]
    score = sum(point.points for point in points)
    for_it = [point for point in points if point.words]
    return Likeness(case, tuple(point.words for point in for_it), score, tuple(point.key for point in for_it))


def _of_people(case: Case, employers: dict[int, str], shared: Counter[int], written: set[int]) -> Iterable[Point]:
    """Who owes and who is owed, in common."""
    if words := employers.get(case.employer_id):
        yield Point("employer", EMPLOYER_POINTS[words], words)
    if count := shared[case.pk]:
        words = f"有 {count} 名职工的手机号或身份证号相同"
        yield Point(f"workers:{count}", WORKERS if count > 1 else WORKER, words)
    if case.pk in written:
        yield Point("writer", WROTE, "职工来信留的电话相同")


def _is_of_now(case: Case, probe: Probe, shared: Counter[int], written: set[int], today: date) -> bool:
    """Whether a case is still open, recent, or of the same workers or months; older ones are history."""
    recent = case.accepted_on is not None and case.accepted_on > today - local().apart
    unfinished = case.state in UNFINISHED or case.state == State.DRAFT
    return unfinished or recent or bool(shared[case.pk]) or case.pk in written or _overlap(case, probe)


def _overlap(case: Case, probe: Probe) -> bool:
    if not (case.owed_from and probe.owed_from):
        return False
    return case.owed_from <= (probe.owed_until or date.max) and probe.owed_from <= (case.owed_until or date.max)


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
