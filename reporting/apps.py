from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表与规则"

    def ready(self) -> None:
        # Checks of forms and rulebooks are registered; the log is told what the acts are called.
        from reporting import approvals as _approvals  # noqa: F401 - what waits for a second person here
        from reporting import forms_check, receivers, rules_check, spoken  # noqa: F401
        from reporting.boards import further_lines, own_lines  # noqa: F401 - what the board of a unit counts
        from reporting.early_warning import rhythm  # noqa: F401 - tells how often each risk class is inspected
        from reporting.editions import keeping  # noqa: F401 - keeps the texts of delivered forms
        from reporting.obligations import grounds  # noqa: F401 - what the notices in force let a case go up upon

        receivers.connect()
