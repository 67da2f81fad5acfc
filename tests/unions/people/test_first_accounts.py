import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from unions.models import Union, User
from unions.people.rights import Right


def test_two_people_can_let_everybody_in(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_accounts", code="370000", name="山东省总工会")
    printed = capsys.readouterr().out
    province = Union.objects.get(code="370000")
    security, system = User.objects.get(username="anquan"), User.objects.get(username="xitong")
    assert security.may(Right.ACCOUNTS, province)
    assert not security.may(Right.STRUCTURE, province)
    assert system.may(Right.STRUCTURE, province)
    password = printed.split("一次性密码 ")[1].splitlines()[0]
    answer = Client().post("/sign-in/", {"username": "anquan", "password": password}, follow=True)
    assert "修改密码" in answer.content.decode()
    with pytest.raises(CommandError, match="已有安全管理员"):
        call_command("first_accounts", code="370000", name="山东省总工会")
