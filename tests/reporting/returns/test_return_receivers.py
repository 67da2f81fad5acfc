"""QH-3f: a return shows to whom it goes and how to reach them; the receiving unit keeps that up to date."""

from django.urls import reverse

from tests.cast import World, load, moment
from tests.qinghai import the_return
from tests.readers import as_user
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

NOW = moment("2022-10-10 09:00")
REACHED = {"returns_contact": "杨雪峰", "returns_phone": "0971-8888888", "returns_email": "quanyi@example.org"}


def test_QH_3f_the_receiving_unit_keeps_contact_phone_and_mail(open_returns_database: None, db: None) -> None:
    world: World = load()
    report = the_return("630100", "2022-W40")
    sender = as_user(world, "n0")
    page = sender.get(reverse("return", args=[report.pk])).text
    assert "报送对象" in page and "青海省总工会" in page and "未填写" in page and "修改联系方式" not in page
    user = User.objects.create_user("sheng-guanli", "x" * 12, name="省管理")
    Appointment.objects.create(user=user, union=report.receiver, role=RoleName.UNIT_ADMIN, since=NOW.date())
    sync_rights(user, NOW.date())
    keeper = as_user(world, "sheng-guanli")
    Appointment.objects.create(user=user, union=report.receiver, role=RoleName.STATISTICIAN, since=NOW.date())
    sync_rights(user, NOW.date())
    page = keeper.get(reverse("return", args=[report.pk])).text
    assert "修改联系方式" in page and reverse("union-edit", args=[report.receiver.code]) in page
    answer = keeper.post(reverse("union-edit", args=[report.receiver.code]), REACHED)
    assert answer.status_code == 302
    page = sender.get(reverse("return", args=[report.pk])).text
    for said in REACHED.values():
        assert said in page
    assert 'href="mailto:quanyi@example.org"' in page
    wrong = keeper.post(reverse("union-edit", args=[report.receiver.code]), REACHED | {"returns_email": "不是邮箱"})
    assert wrong.status_code == 422
