from reporting.models.export import Download as Download
from reporting.models.export import Export as Export
from reporting.models.export import ExportStage as ExportStage
from reporting.models.holiday import Holiday as Holiday
from reporting.models.holiday import HolidayKind as HolidayKind
from reporting.models.rulebook_upload import CalendarFeed as CalendarFeed
from reporting.models.rulebook_upload import RulebookUpload as RulebookUpload
from reporting.models.rulebook_upload import TrialStage as TrialStage
