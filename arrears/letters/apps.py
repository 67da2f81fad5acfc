from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "arrears.letters"
    verbose_name = "一函两书"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"answers waited for": "arrears.letters.blockers.unanswered"}
