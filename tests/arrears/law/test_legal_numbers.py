"""Numbers of the law in sentences: written once, in the files that name their source."""

from decimal import Decimal

import pytest

from arrears.law.legal_numbers import deposit_ratio, legal_term, with_terms, with_terms_later


@pytest.mark.parametrize(
    "text, shown",
    [
        ("从这天起 {listing-objection}内", "从这天起 5 个工作日内"),
        ("公示 {deposit-return}未满", "公示 30 日未满"),
        ("期限{listing-term}", "期限三年"),
        ("满{listing-early-removal}", "满六个月"),
        ("可延长 {arbitration-award.extension}", "可延长 15 日"),
        ("延长 {listing-decision.extension}", "延长 20 个工作日"),
    ],
)
def test_a_sentence_takes_its_number_from_the_law(text: str, shown: str) -> None:
    assert with_terms(text) == shown == str(with_terms_later(text))


def test_a_term_the_law_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        with_terms("{no-such-term}")


def test_the_deposit_ratio_names_its_source() -> None:
    ratio = deposit_ratio()
    assert str(ratio) == "1%–3%" and ratio.source == "人社部发〔2021〕65号"
    assert Decimal(1) in ratio and Decimal(3) in ratio and Decimal("3.01") not in ratio
    assert legal_term("deposit-return").days == 30
