from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "arrears.legal"
    verbose_name = "法律程序"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.legal.labels.EVENT_LABELS",
        "timeline labels": "arrears.legal.labels.TIMELINE_LABELS",
        "fact labels": "arrears.legal.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.legal.terms.rebuild",
        "merging blockers": "arrears.legal.provides.RUNNING",
        "repeat followers": "arrears.legal.provides.follow_repeats",
        "absorbed matters": "arrears.legal.provides.ABSORBED",
    }
