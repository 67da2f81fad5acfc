from django.urls import URLPattern, URLResolver, include, path, register_converter

from arrears.cases.views import obligations as case_obligations
from arrears.early_warning.views import trend as warning_trend
from arrears.law.views import attachments, obligations, rulebooks, trials, workcalendar
from arrears.letters.views import export as letters
from arrears.reminders import views as inbox
from arrears.safety_nets.views import sheet as safety_nets
from arrears.sanctions.views import publications, shared_cases
from reporting.boards.views import boards, comparison
from reporting.boards.views import map as board_map
from reporting.evaluation.views import evaluation
from reporting.evaluation.views import unit as evaluation_unit
from reporting.exports import views as exports
from reporting.forms.views import countdown, forms
from reporting.forms.views import editions as form_editions
from reporting.overview import views as overview
from reporting.returns.addresses import PeriodPart
from reporting.returns.views import cell as return_cell
from reporting.returns.views import collection_acts, collection_cell, collections, returns
from reporting.returns.views import draft as return_draft
from reporting.returns.views import moves as return_moves
from reporting.returns.views import page as return_page
from reporting.returns.views import papers as return_papers
from reporting.returns.views import versions as return_versions
from reporting.returns.views import waivers as return_waivers

register_converter(PeriodPart, "period")
COLLECTION = "collections/<slug:code>/<slug:rulebook>/<slug:rule>/<period:period>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("arrears.prevention.sheet_urls")),
    path("letters/register.xlsx", letters.letters_export, name="letters-export"),
    path("safety-nets/register.xlsx", safety_nets.safety_nets_sheet, name="safety-nets-sheet"),
    path("sanctions/unlisted/", shared_cases.list_those_unlisted, name="unlisted"),
    path("sanctions/shared/", shared_cases.shared_cases, name="shared-cases"),
    path("sanctions/shared.xlsx", shared_cases.shared_cases_sheet, name="shared-cases-sheet"),
    path("sanctions/publications/", publications.publications, name="publications"),
    path("sanctions/publications/<int:pk>/", publications.publication, name="publication"),
    path("sanctions/publications/<int:pk>/list.xlsx", publications.sheet, name="publication-sheet"),
    path("sanctions/publications/<int:pk>/rows/<int:row_pk>/", publications.row, name="publication-row"),
    path(
        "sanctions/publications/<int:pk>/rows/<int:row_pk>/<slug:name>/",
        publications.row_step,
        name="publication-row-step",
    ),
    path("sanctions/publications/<int:pk>/<slug:name>/", publications.step, name="publication-step"),
    path("overview/", overview.overview, name="overview"),
    path("overview/charts/<slug:name>/", overview.chart, name="overview-chart"),
    path("overview/cases/", overview.cases, name="overview-cases"),
    path("boards/", boards.board, name="board"),
    path("boards/board.xlsx", boards.board_sheet, name="board-sheet"),
    path("boards/rows/<slug:name>/", boards.board_rows, name="board-rows"),
    path("boards/rows/<slug:name>.xlsx", boards.board_rows_sheet, name="board-rows-sheet"),
    path("boards/comparison/", comparison.comparison, name="comparison"),
    path("boards/comparison.xlsx", comparison.comparison_sheet, name="comparison-sheet"),
    path("boards/comparison/<slug:name>/", comparison.comparison_rows, name="comparison-rows"),
    path("boards/map/", board_map.board_map, name="board-map"),
    path("boards/desk/", board_map.board_desk, name="board-desk"),
    path("warnings/<int:pk>/trend/", warning_trend.warning_trend, name="warning-trend"),
    path("obligations/", obligations.obligation_list, name="obligations"),
    path("obligations/<int:pk>/", case_obligations.obligation, name="obligation"),
    path("obligations/<int:pk>/extend/", case_obligations.obligation_extend, name="obligation-extend"),
    path("extensions/<int:pk>/decide/", case_obligations.extension_decide, name="extension-decide"),
    path("forms/", forms.form_list, name="forms"),
    path("forms/<slug:key>/", forms.form_page, name="form"),
    path("forms/<slug:key>/cell/", forms.cell, name="form-cell"),
    path("forms/<slug:key>/countdown/cell/", countdown.cell, name="form-countdown-cell"),
    path("form-editions/", form_editions.edition_list, name="form-editions"),
    path("form-editions/new/", form_editions.upload, name="form-edition-upload"),
    path("form-editions/measures/", form_editions.measures, name="form-measures"),
    path("form-editions/sheets/<slug:key>.xlsx", form_editions.sheet, name="form-sheet"),
    path("form-editions/sheets/<slug:key>.toml", form_editions.text, name="form-text"),
    path("form-editions/<int:pk>/", form_editions.edition, name="form-edition"),
    path("form-editions/<int:pk>/activate/", form_editions.activate, name="form-edition-activate"),
    path("form-editions/<int:pk>/discard/", form_editions.discard, name="form-edition-discard"),
    path("form-editions/<int:pk>/ask-withdrawal/", form_editions.ask_withdrawal, name="form-edition-ask-withdrawal"),
    path("form-editions/<int:pk>/withdraw/", form_editions.withdraw, name="form-edition-withdraw"),
    path("form-editions/<int:pk>/keep/", form_editions.keep, name="form-edition-keep"),
    path("returns/", returns.return_list, name="returns"),
    path("returns/<int:pk>/", return_page.report, name="return"),
    path("returns/<int:pk>/moves/<slug:name>/", return_moves.move, name="return-move"),
    path("returns/<int:pk>/correct/", return_draft.correct, name="return-correct"),
    path("returns/<int:pk>/words/", return_draft.words, name="return-words"),
    path("returns/<int:pk>/words/autosave/", return_draft.autosave, name="return-autosave"),
    path("returns/<int:pk>/cell/", return_cell.cell, name="return-cell"),
    path("returns/<int:pk>/versions/<int:number>/", return_versions.version, name="return-version"),
    path("returns/<int:pk>/versions/<int:number>/print/", return_versions.paper, name="return-paper"),
    path("returns/<int:pk>/versions/<int:number>/file/<slug:kind>/", return_papers.version_file, name="return-file"),
    path("returns/<int:pk>/draft/<slug:kind>/", return_papers.draft_file, name="return-draft-file"),
    path("returns/<int:pk>/waive/", return_waivers.ask, name="return-waive"),
    path("returns/<int:pk>/waivers/<int:waiver_pk>/", return_waivers.decide, name="return-waiver-decide"),
    path("collections/", collections.collection_list, name="collections"),
    path(f"{COLLECTION}/", collections.collection, name="collection"),
    path(f"{COLLECTION}/cell/", collection_cell.cell, name="collection-cell"),
    path(f"{COLLECTION}/receive/", collection_acts.receive, name="collection-receive"),
    path(f"{COLLECTION}/send-back/<int:pk>/", collection_acts.send_back, name="collection-send-back"),
    path(f"{COLLECTION}/urge/", collection_acts.urge, name="collection-urge"),
    path(f"{COLLECTION}/file/", return_papers.collection_file, name="collection-file"),
    path(f"{COLLECTION}/bundle/", return_papers.collection_bundle, name="collection-bundle"),
    path("evaluation/", evaluation.evaluation, name="evaluation"),
    path("evaluation/sheet.xlsx", evaluation.evaluation_sheet, name="evaluation-sheet"),
    path("evaluation/<slug:code>/", evaluation_unit.evaluation_unit, name="evaluation-unit"),
    path("evaluation/<slug:code>/<slug:name>/", evaluation_unit.evaluation_rows, name="evaluation-rows"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/settings/", inbox.preferences, name="reminder-preferences"),
    path("inbox/mail/", inbox.dev_mail, name="dev-mail"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_new, name="export-new"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/cancel/", exports.export_cancel, name="export-cancel"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("rulebooks/", rulebooks.rulebook_list, name="rulebooks"),
    path("rulebooks/<slug:key>/", rulebooks.rulebook, name="rulebook"),
    path("rulebooks/<slug:key>/file/", rulebooks.rulebook_file, name="rulebook-file"),
    path("rulebook-writing/", rulebooks.writing_page, name="rulebook-writing"),
    path("rulebooks/<slug:key>/places/", attachments.places, name="rulebook-places"),
    path("rulebooks/<slug:key>/places/propose/", attachments.propose, name="rulebook-place-propose"),
    path("rulebook-places/<int:pk>/", attachments.attachment, name="attachment"),
    path("rulebook-places/<int:pk>/end/", attachments.end, name="attachment-end"),
    path("rulebook-places/<int:pk>/approve/", attachments.approve, name="attachment-approve"),
    path("rulebook-places/<int:pk>/decline/", attachments.decline, name="attachment-decline"),
    path("rulebook-uploads/new/", trials.upload, name="rulebook-upload"),
    path("rulebook-uploads/<int:pk>/", trials.trial, name="rulebook-trial"),
    path("rulebook-uploads/<int:pk>/rulebook/", trials.preview, name="rulebook-preview"),
    path("rulebook-uploads/<int:pk>/activate/", trials.activate, name="rulebook-activate"),
    path("rulebook-uploads/<int:pk>/discard/", trials.discard, name="rulebook-discard"),
    path("work-calendar/", workcalendar.year, name="work-calendar"),
    path("work-calendar/day/", workcalendar.day, name="calendar-day"),
    path("work-calendar/count/", workcalendar.count, name="calendar-count"),
    path("work-calendar/holidays/", workcalendar.holidays, name="holidays"),
    path("work-calendar/holidays/enter/", workcalendar.holidays_enter, name="holidays-enter"),
    path("work-calendar/holidays/withdraw/", workcalendar.holidays_withdraw, name="holidays-withdraw"),
    path("work-calendar/feed/", workcalendar.feed_new, name="calendar-feed-new"),
    path("calendar/<str:token>.ics", workcalendar.feed, name="calendar-feed"),
]
