"""Short messages to workers who agreed to them (SD-2.2d, decision 060): 维权短信 with the window of the unit, 到账确认 with a link of her own.

They go by the gateway of the reminders, a setting that is off by default; without it nothing is offered. No message names
anybody. Her number is read when it is sent, and her consent asked once more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from arrears.cases.models import Case
from arrears.reminders.ways import messenger
from arrears.reminders.webhook import NotSent
from arrears.workers import confirmations
from arrears.workers.models import MessageKind, Worker, WorkerMessage, WorkerPayment
from unions import jobs
from unions.common.identity import phone_key
from unions.common.refusals import Forbidden, Refused
from unions.jobs import Now
from unions.log import audit
from unions.models import JobState, User

LINK, VALID = "arrears.workers.number-link", timedelta(days=90)
MOST_TRIES = 5
NO_GATEWAY = "本系统没有设置短信网关，不能发送短信；可以打印维权卡、到账确认单。"
NO_CONSENT = "职工未同意接收短信，或已移出名单、没有手机号。"


def is_set_up() -> bool:
    return bool(settings.MESSAGE_WEBHOOK_URL)


def agreed(case: Case) -> QuerySet[Worker]:
    """Listed workers who agreed to messages and have a number."""
    return case.workers.listed().filter(agreed_on__isnull=False).exclude(phone_print="")


def to_hear_of_rights(case: Case) -> QuerySet[Worker]:
    """Those who have not had the 维权短信 of this case."""
    had = WorkerMessage.objects.filter(kind=MessageKind.RIGHTS).exclude(state=JobState.FAILED)
    return agreed(case).exclude(pk__in=had.values("worker"))


def to_be_asked(case: Case) -> QuerySet[Worker]:
    """Those who were paid, did not answer, and had no link since their last payment."""
    later = WorkerPayment.objects.filter(
        worker=OuterRef("worker"), entry__cancelled_by=None, entry__at__gt=OuterRef("at")
    )
    had = WorkerMessage.objects.filter(~Exists(later), kind=MessageKind.ARRIVAL).exclude(state=JobState.FAILED)
    return (
        agreed(case)
        .filter(pk__in=confirmations.unanswered(case).order_by().values("pk"))
        .exclude(pk__in=had.values("worker"))
    )


WHOM = {MessageKind.RIGHTS: to_hear_of_rights, MessageKind.ARRIVAL: to_be_asked}


@transaction.atomic
def send_to_all(case: Case, kind: MessageKind, by: User, at: datetime) -> int:
    """Write a message to everybody whom it concerns; sent once this is committed. Returns how many."""
    case = Case.objects.select_for_update(of=("self",)).select_related("handling_union__parent").get(pk=case.pk)
    if not confirmations.may_examine(case, by):
        raise Forbidden(f"本案由“{case.handling_union.in_charge()}”承办，短信由该单位经办人发送。")
    if not is_set_up():
        raise Refused(NO_GATEWAY)
    count = _write(case, kind, list(WHOM[kind](case).values_list("pk", flat=True)), by, at)
    if not count:
        raise Refused(f"没有需要发送{kind.label}的职工：须已同意接收短信、留有手机号，且尚未发送过。")
    return count


def ask_the_paid(case: Case, workers: Collection[int], by: User, at: datetime) -> int:
    """Of those just paid, send the link to whoever agreed; inside the caller's transaction. A payment never waits for it."""
    if not is_set_up():
        return 0
    return _write(
        case, MessageKind.ARRIVAL, list(agreed(case).filter(pk__in=workers).values_list("pk", flat=True)), by, at
    )


def _write(case: Case, kind: MessageKind, workers: list[int], by: User, at: datetime) -> int:
    made = WorkerMessage.objects.bulk_create(
        WorkerMessage(worker_id=pk, kind=kind, by=by, at=at, changed_at=at) for pk in workers
    )
    if made:
        audit.record(case.stream, f"worker.message.{kind}", by, at, union=case.handling_union, people=len(made))
    for row in made:
        JOB.send(row.pk)
    return len(made)


def link_of(row: WorkerMessage) -> str:
    """Where she confirms her payments, for ninety days and as long as her number stands."""
    token = signing.dumps([row.pk, _number_mark(row.worker)], salt=LINK)
    return f"{settings.SITE_URL}{reverse('window-paid-link', args=[token])}"


def _number_mark(worker: Worker) -> str:
    """Short enough for a message; tells whether her number is another by now, not which."""
    return salted_hmac(LINK, phone_key(worker.phone.text), algorithm="sha256").hexdigest()[:12]


def worker_of(token: str) -> int | None:
    """The worker whose message carries this link, while she stands on the list with the number it went to."""
    try:
        key, mark = signing.loads(token, salt=LINK, max_age=VALID)
    except signing.BadSignature:
        return None
    found = WorkerMessage.objects.filter(pk=key, kind=MessageKind.ARRIVAL, worker__removed_at=None)
    worker = Worker.objects.filter(pk__in=found.values("worker")).first()
    if worker is None or not constant_time_compare(_number_mark(worker), mark):
        return None
    return worker.pk


def words_of(row: WorkerMessage) -> str:
    """What is sent. No name, no employer, no sum."""
    unit = row.worker.case.handling_union.in_charge()
    contact = unit.phone_contact()
    phone = f"值班电话 {contact.duty_phone}，" if contact.duty_phone else ""
    if row.kind == MessageKind.ARRIVAL:
        return f"【{unit.name}】已登记向您支付工资，请打开链接确认是否足额到账：{link_of(row)} 没有到账请如实填写，核实前不销账。{phone}不再接收请告知工会。"
    window = f"{settings.SITE_URL}{reverse('window-write')}?at={unit.code}"
    return f"【{unit.name}】被拖欠工资可以随时反映、查询进度：{window} {phone}职工服务热线 12351。不再接收请告知工会。"


def _run(row: WorkerMessage, now: Now) -> None:
    worker = row.worker
    if worker.agreed_on is None or worker.removed_at is not None or not worker.phone:
        raise Refused(NO_CONSENT)
    if not is_set_up():
        raise Refused(NO_GATEWAY)
    try:
        messenger().send(phone_key(worker.phone.text), words_of(row), f"worker-{row.pk}", int(now().timestamp()))
    except NotSent as fault:
        if fault.final or row.attempts >= MOST_TRIES:
            raise Refused(str(fault)) from fault
        # The clock sends it again; the gateway knows a repetition by its key.
        row.advance(now(), state=JobState.WAITING, error=str(fault)[:200])
        return
    row.finish(now())


JOB = jobs.Kind(
    model=WorkerMessage, run=_run, queue="notify", attempts=MOST_TRIES, gave_up="短信多次发送未成功，请电话联系职工。"
)
