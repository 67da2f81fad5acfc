from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class FormsConfig(AppConfig):
    name = "reporting.forms"
    verbose_name = "官方报表"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "reporting.forms.labels.EVENT_LABELS",
        "fact labels": "reporting.forms.labels.FACT_LABELS",
        "rulebook needs": "reporting.forms.needs.of_rulebook",
        "approvals": ("reporting.forms.editions.actions.activation", "reporting.forms.editions.actions.withdrawal"),
    }

    def ready(self) -> None:
        from reporting.forms import checks
        from reporting.forms.editions.form_editions import keep_delivered

        register(checks.forms_hold_together)
        register(checks.drafts_are_written)
        register(checks.rulebooks_name_known_forms)
        post_migrate.connect(keep_delivered, sender=self, dispatch_uid="keep_delivered_forms")
