"""Letters of workers for tests: written through the public form, as a worker does."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from arrears.portal import proof, receipts
from arrears.portal.actions import worker as writing
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import WindowLetter
from tests.cast import AT, World
from unions.models import Union

WORDS = "老板说没钱，我们 12 个人从 3 月起没发工资。"
PHONE = "13812345678"
WRITE, ENTER, MINE, MORE = "/window/write/", "/window/mine/enter/", "/window/mine/", "/window/mine/more/"


@dataclass
class Written:
    letter: WindowLetter
    pin: str
    page: str


def duty(world: World, code: str = "370202", phone: str = "0532-85712351") -> Union:
    union = world.unions[code]
    union.duty_officer, union.duty_phone = "孙值班", phone
    union.save()
    return union


def work(challenge: str) -> str:
    return next(str(n) for n in count() if proof.solves(challenge, str(n)))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def told(**changes: Any) -> dict[str, Any]:
    return {
        "employer_name": "海风建设有限公司",
        "region_code": "370202",
        "workers_said": "12 人",
        "amount_said": "3 万多",
        "since_said": "2026年3月",
        "words": WORDS,
        "phone": PHONE,
        "name": "张师傅",
    } | changes


def form_of(client: Client, *, worked: bool = False, **changes: Any) -> dict[str, Any]:
    """The form as the page gives it, filled in."""
    page = client.get(WRITE).text
    challenge = hidden(page, "challenge")
    return told(**changes) | {
        "token": hidden(page, "token"),
        "challenge": challenge,
        "answer": work(challenge) if worked else "",
    }


def pin_in(page: str) -> str:
    found = re.search(r"data-pin>([\d ]+)<", page)
    return found[1].replace(" ", "") if found else ""


def write(client: Client | None = None, **changes: Any) -> Written:
    client = client or Client()
    answer = client.post(WRITE, form_of(client, **changes))
    assert answer.status_code == 200, answer.text
    return Written(WindowLetter.objects.latest("pk"), pin_in(answer.text), answer.text)


def look(written: Written, client: Client | None = None) -> Client:
    """A browser that was let in to the letter."""
    client = client or Client()
    answer = client.post(ENTER, {"number": written.letter.number, "pin": written.pin})
    assert answer.status_code == 302, answer.text
    return client


def told_to_the_district() -> dict[str, int]:
    """A letter with a photo that 市南区 received, as tests/subjects.py names its things."""
    wrote = WrittenForm("370202", "海风建设有限公司", words=WORDS, name="张师傅", phone=PHONE)
    letter = writing.receive_letter(wrote, [photo()], receipts.new_form(), None, AT).letter
    return {"worker-letter": letter.pk, "worker-letter-paper": letter.papers.get().pk}


def photo(name: str = "欠条.png", extra: bytes = b"") -> SimpleUploadedFile:
    """A picture; `extra` stands behind it and colours it, so that another one is another picture."""
    out = io.BytesIO()
    Image.new("L", (8, 8), sum(extra) % 251).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue() + extra)
