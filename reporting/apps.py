from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表与规则"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {"what waits": "reporting.waiting.waiting_for"}

    def ready(self) -> None:
        # Checks of forms and rulebooks are registered; the log is told what the acts are called.
        from arrears.early_warning import rhythm  # noqa: F401 - tells how often each risk class is inspected
        from arrears.escalations import rulebook_grounds as grounds  # noqa: F401 - what the notices in force let a case go up upon
        from arrears.law import checks as rules_check  # noqa: F401
        from arrears.law.obligations import receivers as _obligations  # noqa: F401 - their copies of a union's path, their labels
        from reporting import approvals as _approvals  # noqa: F401 - what waits for a second person here
        from reporting import labels as _labels  # noqa: F401 - tells the log what the acts are called
        from reporting import receivers
        from reporting.boards import case_lines as _case_lines  # noqa: F401 - what the board of a unit counts
        from reporting.boards import feature_lines as further_lines  # noqa: F401 - what the board of a unit counts
        from reporting.forms import checks as forms_check  # noqa: F401
        from reporting.forms.editions import keeping  # noqa: F401 - keeps the texts of delivered forms

        receivers.connect()
