from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "arrears"
    verbose_name = "欠薪案件"

    def ready(self) -> None:
        from arrears import (
            paths,  # noqa: F401 - registers the copies of a union's path kept here
            plans,  # noqa: F401 - keeps instalments in step with the books, before what derives terms from them
            spoken,  # noqa: F401 - tells the log what the acts are called
            waiting,  # noqa: F401 - tells the sidebar what waits for its reader
        )
        from arrears.window import spoken as _window  # noqa: F401 - tells the log of workers' letters
