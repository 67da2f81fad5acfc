from django.urls import URLPattern, path, register_converter

from reporting.returns.views import cell as return_cell
from reporting.returns.views import cell_below, collection_acts, collections, files, returns
from reporting.returns.views import draft as return_draft
from reporting.returns.views import moves as return_moves
from reporting.returns.views import page as return_page
from reporting.returns.views import versions as return_versions
from reporting.returns.views import waivers as return_waivers


class PeriodConverter:
    """A period as a part of an address: 2022-W40, 2022Q4, final, and 2022-10-01/2023-01-21 as 2022-10-01--2023-01-21 (ISO 8601
    writes an interval so where no solidus may stand)."""

    regex = r"[0-9A-Za-z-]{1,24}"

    def to_python(self, text: str) -> str:
        return text.replace("--", "/")

    def to_url(self, period: str) -> str:
        return period.replace("/", "--")


register_converter(PeriodConverter, "period")
COLLECTION = "collections/<slug:code>/<slug:rulebook>/<slug:rule>/<period:period>"
urlpatterns: list[URLPattern] = [
    path("returns/", returns.return_list, name="returns"),
    path("returns/<int:pk>/", return_page.report, name="return"),
    path("returns/<int:pk>/moves/<slug:name>/", return_moves.move, name="return-move"),
    path("returns/<int:pk>/correct/", return_draft.correct, name="return-correct"),
    path("returns/<int:pk>/words/", return_draft.words, name="return-words"),
    path("returns/<int:pk>/words/autosave/", return_draft.autosave, name="return-autosave"),
    path("returns/<int:pk>/cell/", return_cell.cell, name="return-cell"),
    path("returns/<int:pk>/versions/<int:number>/", return_versions.version, name="return-version"),
    path("returns/<int:pk>/versions/<int:number>/print/", return_versions.paper, name="return-paper"),
    path("returns/<int:pk>/versions/<int:number>/file/<slug:kind>/", files.version_file, name="return-file"),
    path("returns/<int:pk>/draft/<slug:kind>/", files.draft_file, name="return-draft-file"),
    path("returns/<int:pk>/waive/", return_waivers.ask, name="return-waive"),
    path("waivers/<int:pk>/", return_waivers.page.show, name="waiver"),
    path("waivers/<int:pk>/<slug:step>/", return_waivers.page.take, name="waiver-step"),
    path("collections/", collections.collection_list, name="collections"),
    path(f"{COLLECTION}/", collections.collection, name="collection"),
    path(f"{COLLECTION}/cell/", cell_below.collection_cell, name="collection-cell"),
    path(f"{COLLECTION}/receive/", collection_acts.receive, name="collection-receive"),
    path(f"{COLLECTION}/send-back/<int:pk>/", collection_acts.send_back, name="collection-send-back"),
    path(f"{COLLECTION}/urge/", collection_acts.urge, name="collection-urge"),
    path(f"{COLLECTION}/file/", files.collection_file, name="collection-file"),
    path(f"{COLLECTION}/bundle/", files.collection_bundle, name="collection-bundle"),
]
