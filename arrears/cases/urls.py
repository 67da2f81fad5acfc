from django.urls import URLPattern, path

from arrears.cases.views import drafts as stashing
from arrears.cases.views import evidence, notes, obligations

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/notes/", notes.write, name="case-note"),
    path("cases/<int:pk>/notes/<int:note_pk>/withdraw/", notes.withdraw, name="note-withdraw"),
    path("stash/<slug:form>/<int:pk>/", stashing.keep_typed, name="stash"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/", evidence.file, name="evidence-file"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/page/", evidence.page, name="evidence-page"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/inline/", evidence.inline, name="evidence-inline"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/small/", evidence.small, name="evidence-small"),
    # what is due in a case, and by when
    path("obligations/<int:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<int:pk>/meet/", obligations.obligation_meet, name="obligation-meet"),
    path("obligations/<int:pk>/extend/", obligations.obligation_extend, name="obligation-extend"),
    path("extensions/<int:pk>/", obligations.extension_page.show, name="extension"),
    path("extensions/<int:pk>/<slug:step>/", obligations.extension_page.take, name="extension-step"),
]
