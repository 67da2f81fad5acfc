"""The role table, asked through Django's own door: role × right × where."""

import pytest

from tests.cast import AT, FOUNDED, World
from unions.common.clock import day_of
from unions.models import Agency, AgencyKind, Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import ALSO_BY_SECURITY, PLATFORM, ROLES, SPREADS, Right, RoleName

# Where the person is appointed, and units seen from there.
OWN = "370202"
PLACES = {"own": "370202", "child": "370202E0001", "sibling": "370203", "parent": "370200", "foreign": "370000I0001"}


@pytest.fixture
def someone(world: World) -> User:
    return User.objects.create_user("someone", "a-good-long-password", name="某人")


@pytest.mark.parametrize("role", list(RoleName))
def test_role_by_right_by_place(world: World, someone: User, role: RoleName) -> None:
    agency = None
    if role == RoleName.AGENCY:  # nobody is of a department without saying of which
        agency = Agency.objects.create(union=world.unions[OWN], kind=AgencyKind.HR, name="市南区人社局")
    Appointment.objects.create(user=someone, union=world.unions[OWN], role=role, since=FOUNDED, agency=agency)
    sync_rights(someone, day_of(AT))
    for right in Right:
        given = right in ROLES[role].rights
        expected = {"own"} if given else set()
        if given and right in SPREADS:
            expected.add("child")
        user = world.user("someone")
        held = {place for place, code in PLACES.items() if user.may(right, world.unions[code])}
        assert held == expected, (role, right)


def test_platform_roles_share_nothing_and_see_no_case() -> None:
    for role in PLATFORM:
        others = [other for other in RoleName if other != role]
        assert not any(ROLES[role].rights & ROLES[other].rights for other in others)
        assert Right.VIEW not in ROLES[role].rights


def test_who_appoints_whom() -> None:
    """Unit administrators appoint the working roles; security administrators the platform, and unit administrators."""
    by_people = {name for name, role in ROLES.items() if role.appointed_by == Right.PEOPLE}
    assert by_people == set(RoleName) - PLATFORM
    assert {RoleName.UNIT_ADMIN} == ALSO_BY_SECURITY


def test_a_disabled_account_may_nothing(world: World) -> None:
    User.objects.filter(username="sun").update(is_active=False)
    assert not world.user("sun").may(Right.VIEW, world.unions[OWN])


def test_rights_without_a_unit_are_nobodys(world: World) -> None:
    assert not any(world.user("xitong").has_perm(f"unions.{right}") for right in Right.values)
