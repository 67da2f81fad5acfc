"""What browser tests do with buttons: press one, and answer what it asks about."""

from __future__ import annotations

from typing import Any


def press(page: Any, name: str) -> None:
    """Press the button and come to the next page; a form that asks first is told yes; one that is
    not filled in is refused by the server, without a question."""
    button = page.get_by_role("button", name=name, exact=True)
    with page.expect_navigation():
        asks = button.evaluate(
            "button => Boolean(window.asksFirst?.(button.form, button)) && button.form.checkValidity()"
        )
        button.click()
        if asks:
            page.locator("#confirm [data-confirm-yes]").click()


def open_tab(page: Any, name: str) -> None:
    """Follow the tab of this name, whatever number stands beside it."""
    with page.expect_navigation():
        page.locator(".tabs a", has_text=name).click()
