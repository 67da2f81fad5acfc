from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "arrears.plans"
    verbose_name = "偿还计划"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "form drafts": "arrears.plans.drafts.FORMS",
        "repayment plans": "arrears.plans.labels.promised",
    }
