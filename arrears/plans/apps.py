from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "arrears.plans"
    verbose_name = "偿还计划"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.plans.labels.EVENT_LABELS",
        "timeline labels": "arrears.plans.labels.TIMELINE_LABELS",
        "fact labels": "arrears.plans.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.plans.terms.rebuild",
        "merge relations": ("arrears.plans.provides.PLANS", "arrears.plans.provides.RECEIVABLES"),
        "repeat followers": "arrears.plans.provides.follow_repeats",
        "absorbed matters": "arrears.plans.provides.ABSORBED",
        "form drafts": "arrears.plans.forms.FORM_DRAFTS",
        "own matters": "arrears.plans.provides.late_payments",
        "repayment plans": "arrears.plans.provides.promised",
    }
