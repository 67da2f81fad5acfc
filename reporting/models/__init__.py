from reporting.models.holiday import Holiday as Holiday
from reporting.models.holiday import HolidayKind as HolidayKind
