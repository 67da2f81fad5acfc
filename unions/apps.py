from django.apps import AppConfig
from django.core.checks import register
from django.db.models import CharField, TextField


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = "工会与人员"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "unions.log.labels.EVENT_LABELS",
        "fact labels": "unions.log.labels.FACT_LABELS",
        "upkeep": (
            "unions.upkeep.of_units",
            "unions.upkeep.of_accounts",
            "unions.upkeep.of_installation",
            "unions.upkeep.of_audit",
        ),
        "appointment followers": "unions.duties.follow",
        "asking followers": "unions.duties.tell_of_asked",
    }

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from unions.common.features import features_exist
        from unions.common.lookups import Reads, ReadsAs
        from unions.help.first_steps import close_once_begun
        from unions.navigation import keep_left_out
        from unions.sessions import begin_session

        register(features_exist)
        user_logged_in.connect(keep_left_out, dispatch_uid="keep_left_out")
        user_logged_in.connect(begin_session, dispatch_uid="begin_session")
        user_logged_in.connect(close_once_begun, dispatch_uid="close_once_begun")
        for kind in (CharField, TextField):
            for lookup in (Reads, ReadsAs):
                kind.register_lookup(lookup)
