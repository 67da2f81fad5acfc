from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "arrears.letters"
    verbose_name = "一函两书"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.letters.labels.EVENT_LABELS",
        "fact labels": "arrears.letters.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.letters.terms.rebuild",
        "answers waited for": "arrears.letters.provides.unanswered",
        "absorbed matters": "arrears.letters.provides.ABSORBED",
        "letters to departments": "arrears.letters.provides.sent_to_departments",
        "approvals": "arrears.letters.actions.issuing.APPROVAL",
    }
