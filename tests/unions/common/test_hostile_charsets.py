"""Forms in other writings, forms that cannot be read: one sentence in Chinese and one line in the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

FORM = "application/x-www-form-urlencoded"
OTHERS = (
    "utf-16",
    "utf-7",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "rot13",
    "base64",
    "hex",
    "zip",
    "gbk",
    "latin-1",
    "us-ascii",
    "utf-8-sig",
    "utf8",
    "undefined",
    "mbcs",
    "no-such-charset",
    "x" * 5000,
)
OPEN = ("/sign-in/", "/window/write/", "/window/mine/enter/", "/no-such-page/", "/api/cases/")


def stranger(**options: Any) -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True, **options)


def sent(client: Client, address: str, body: bytes, kind: str) -> Any:
    """Byte by byte: the test client would write the body in the charset it is told of."""
    return client.generic("POST", address, body, content_type="text/plain", CONTENT_TYPE=kind)


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("charset", OTHERS)
def test_a_form_in_another_writing(db: None, caplog: pytest.LogCaptureFixture, address: str, charset: str) -> None:
    with caplog.at_level(logging.INFO):
        answer = sent(stranger(), address, b"a=1", f"{FORM}; charset={charset}")
    assert answer.status_code == 415
    assert "只接收 UTF-8" in (answer.json()["detail"] if address.startswith("/api") else answer.content.decode())
    assert len(caplog.records) <= 1


@pytest.mark.parametrize("charset", ["utf-16", "rot13"])
def test_files_and_addresses_in_another_writing(db: None, charset: str) -> None:
    body = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    assert sent(stranger(), "/sign-in/", body.encode(), kind).status_code == 415
    asked = stranger().generic("GET", "/sign-in/", CONTENT_TYPE=f"text/plain; charset={charset}")
    assert asked.status_code == 415
    answer = sent(stranger(headers={"Accept": "application/json"}), "/sign-in/", b"", kind)
    assert answer.status_code == 415 and answer.json()["fields"] == {}


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_what_says_that_it_is_utf_8(db: None, charset: str) -> None:
    assert sent(Client(), "/sign-in/", b"username=a", f"{FORM}; charset={charset}").status_code == 200


@pytest.mark.parametrize(
    "body, kind",
    [
        ("&".join(f"a{n}=1" for n in range(2500)).encode(), FORM),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=\xe4"),
        (b"--b\r\nContent-Disposition: form-data; name", "multipart/form-data; boundary=b"),
        (b"a=" + b"x" * (6 * 2**20), FORM),
    ],
    ids=["fields", "no boundary", "an odd boundary", "half", "large"],
)
@pytest.mark.parametrize("address", ["/sign-in/", "/window/write/", "/no-such-page/"])
def test_a_form_that_cannot_be_read(
    db: None, caplog: pytest.LogCaptureFixture, address: str, body: bytes, kind: str
) -> None:
    with caplog.at_level(logging.INFO):
        answer = sent(stranger(), address, body, kind)
    assert 400 <= answer.status_code < 500 and "薪报" in answer.content.decode()
    assert len(caplog.records) <= 5
