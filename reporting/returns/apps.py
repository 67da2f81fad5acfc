from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "reporting.returns"
    verbose_name = "报表报送"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "reporting.returns.labels.EVENT_LABELS",
        "obligation rebuilders": "reporting.returns.rescheduling.rebuild_returns",
        "rulebook followers": "reporting.returns.opening.open_after_rulebook",
        "form followers": "reporting.returns.opening.open_after_form",
        "subject pages": "reporting.returns.labels.SUBJECT_PAGES",
        "path copies": "reporting.returns.models.Return",
        "approvals": ("reporting.returns.actions.approval", "reporting.returns.waivers.approval"),
        "duties": ("reporting.returns.worklists.PREPARING", "reporting.returns.worklists.RECEIVING"),
    }
