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
        from arrears.prevention import spoken as _prevention  # noqa: F401 - tells the log of prevention
        from arrears.safety_nets import on_project as _nets  # noqa: F401 - deposits on the page of their project
        from arrears.safety_nets import spoken as _nets_spoken  # noqa: F401 - tells the log of safety nets
        from arrears.window import spoken as _window  # noqa: F401 - tells the log of workers' letters
