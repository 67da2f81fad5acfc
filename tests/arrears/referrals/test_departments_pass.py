"""A unit closes: the departments beside it, their people and what was put to them are its successor's; and the phone of a letter
finds the same worker elsewhere."""

from __future__ import annotations

from arrears.merging import duplicates
from arrears.portal import receipts
from arrears.portal.actions import worker as writing
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import WindowLetter
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral
from tests.arrears.cases.test_open_ends import written
from tests.cast import AT, World
from tests.departments import a_district_case, beside
from tests.readers import as_user
from unions.models import Agency, Appointment
from unions.people import agencies
from unions.tree import actions as tree

TODAY = AT.date()


def closed(world: World) -> None:
    """市南区 goes to 市北区."""
    tree.close(world.unions["370202"], world.unions["370203"], TODAY, None, AT)


def test_YK_3_departments_of_a_closed_unit_are_its_successors(world: World) -> None:
    here = beside(world)
    agencies.name_liaison(here.kept["hr"], "林联络", "科长", "0532-2", world.user("sun"), AT)
    own = agencies.enter(world.unions["370203"], {"kind": "police", "name": "市南公安分局"}, world.user("feng"), AT)
    case = a_district_case(world)
    row = referrals.accept(here.sent(case), world.user("ma"), AT)
    closed(world)
    hr = Agency.objects.get(pk=here.kept["hr"].pk)
    assert (hr.union.code, hr.name) == ("370203", "市南区人社局")
    feng = world.user("feng")
    shelf = next(one for one in agencies.directory(feng) if one.union.code == "370203")
    named = {agency.name: [one.name for one in liaisons] for agency, liaisons in shelf.rows}
    assert named["市南区人社局"] == ["林联络"]
    assert {"市南公安分局", "市南公安分局（原市南区总工会）"} <= named.keys()
    assert Agency.objects.at_hand(world.unions["370203"]).filter(kind="police").first() == own
    agencies.edit(hr, {"phone": "0532-3"}, feng, AT)
    # Her department's account goes on, and so does the matter.
    ma = world.user("ma")
    assert list(Agency.objects.of(ma, TODAY)) == [hr]
    assert Appointment.objects.get(user=ma, until=None).union.code == "370203"
    assert list(Referral.objects.addressed_to(ma, TODAY)) == [row]
    assert list(Referral.objects.visible_to(feng)) == [row] and referrals.may_note(row, feng)
    referrals.answer(row, next(iter(KINDS[row.kind].results)), TODAY, "已处理", ma, AT)


# ---- phones of letters ------------------------------------------------------------------------------------------------


def like(world: World, letter: WindowLetter, who: str) -> duplicates.Likenesses:
    given = (letter.employer_name, letter.region_code, letter.phone.text)
    return duplicates.of_letter(*given, world.user(who), TODAY, letter.pk)


def told(phone: str, region: str, name: str) -> WindowLetter:
    wrote = WrittenForm(region, name, words="欠薪", phone=phone)
    return writing.receive_letter(wrote, [], receipts.new_form(), None, AT).letter


def test_the_phone_of_a_letter_finds_the_same_worker(world: World) -> None:
    case = a_district_case(world, "毫不相干公司")
    first = told("13812345678", "370202", "甲公司")
    WindowLetter.objects.filter(pk=first.pk).update(case=case, standing="taken")
    again = told("+86 138-1234-5678", "370202", "乙公司")
    (found,) = like(world, again, "sun").visible
    assert found.case == case and found.reasons == ("职工来信留的电话相同",)
    page = as_user(world, "sun").get(again.get_absolute_url()).text
    assert "可能已经有人反映过" in page and str(case) in page
    assert not like(world, told("13900000000", "370202", "丙公司"), "sun")


def test_other_units_are_named_and_nothing_of_their_letters(world: World) -> None:
    first = told("13812345678", "370202", "甲公司")
    mine = told("13812345678", "370203", "乙公司")
    assert (first.union.code, mine.union.code) == ("370202", "370203")
    found = like(world, mine, "feng")
    assert (found.visible, found.letters) == ([], [])
    assert [row.union.code for row in found.elsewhere] == ["370202"]
    page = as_user(world, "feng").get(mine.get_absolute_url()).text
    assert "市南区总工会”已有案件或来信" in page and "甲公司" not in page and first.shown_number not in page


def test_a_case_finds_the_letters_that_left_the_phone_of_its_own(world: World) -> None:
    case = a_district_case(world)
    written(case, "13812345678")
    other = told("13812345678", "370202", "别的公司")
    found = duplicates.find_likenesses(duplicates.probe_of(case), world.user("sun"), TODAY, but=case.pk)
    assert found.letters == [other]
    page = as_user(world, "sun").get(f"/cases/{case.pk}/likenesses/").text
    assert "留的电话相同" in page and other.get_absolute_url() in page


def test_a_phone_left_later_is_found_too(world: World) -> None:
    letter = told("", "370202", "甲公司")
    assert letter.phone_print == ""
    writing.save_phone(letter, "13812345678", AT)
    letter.refresh_from_db()
    assert letter.phone_print
    assert like(world, told("13812345678", "370202", "乙公司"), "sun").letters == [letter]
    letter.unread = False
    letter.save(update_fields=["unread"])
    assert WindowLetter.objects.get(pk=letter.pk).phone.text == "13812345678"
