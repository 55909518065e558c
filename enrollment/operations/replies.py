from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit, uploads
from enrollment import batch_file, rules
from enrollment.enums import LineKind, LineStatus, ReplyOutcome
from enrollment.models import Batch, BatchLine, Membership, ReplyFile, ReplyRow
from enrollment.workflow import WORKFLOW
from workers.nik import mask

AT_ONCE = 2_000  # rows of one statement
ANSWER_FIELDS = ["status", "participant_number", "cover_start", "rejection"]


def read_reply(pk: int, *, by: User, file: File) -> tuple[ReplyFile, bool]:
    """Takes over what BPJS Ketenagakerjaan answered, line by line, and whether anything was read.

    The file is kept as it came, and each row of it with what became of it. A line that cannot be taken becomes a
    finding of the file and never stops it. The same bytes for the same batch change nothing: the first reading is
    returned with False. The batch is answered once no line waits any more.
    """
    judged = uploads.registry_table(file, largest=batch_file.LARGEST_REPLY)
    reply = batch_file.read_reply(file.read())
    with uploads.kept(judged) as kept, transaction.atomic():
        batch = Batch.objects.visible_to(by).locked().get(pk=pk)
        known = batch.replies.filter(sha256=kept["sha256"]).first()
        if known is not None:
            default_storage.delete(kept["path"])
            return known, False
        rules.may_read_reply(batch, by).require()
        rows, findings = _take(batch, reply)
        accepted, rejected = _lines(rows, ReplyOutcome.ACCEPTED), _lines(rows, ReplyOutcome.REJECTED)
        _store(accepted, rejected, batch)
        read = ReplyFile.objects.create(
            batch=batch,
            accepted=len(accepted),
            rejected=len(rejected),
            findings=[asdict(finding) for finding in sorted(findings, key=lambda finding: finding.row)],
            read_by=by,
            **kept,
        )
        for row in rows:
            row.reply = read
        ReplyRow.objects.bulk_create(rows, batch_size=AT_ONCE)
        counts = {"accepted": len(accepted), "rejected": len(rejected), "findings": len(findings)}
        audit.record("batch.read_reply", batch, by=by, facts={**counts, "sha256": read.sha256})
        if not batch.lines.filter(status=LineStatus.PENDING).exists():
            WORKFLOW.apply(batch, "answer", by=by)
    return read, True


def open_reply_file(pk: int, *, by: User) -> tuple[ReplyFile, File]:
    """A reply as it came. Leaves an entry; raises ReplyFile.DoesNotExist out of scope and where none was kept."""
    with transaction.atomic():
        seen = ReplyFile.objects.filter(batch__in=Batch.objects.visible_to(by)).exclude(path="")
        file = seen.select_related("batch").get(pk=pk)
        persons = list(file.rows.exclude(line=None).order_by("row").values_list("line__worker", flat=True))
        audit.record("batch.download_reply", file.batch, by=by, facts={"sha256": file.sha256}, persons=persons)
    return file, default_storage.open(file.path)


def _lines(rows: Collection[ReplyRow], outcome: ReplyOutcome) -> list[BatchLine]:
    return [row.line for row in rows if row.outcome == outcome]


def _take(batch: Batch, reply: batch_file.Reply) -> tuple[list[ReplyRow], list[batch_file.Finding]]:
    """What becomes of each row, its line changed in memory where it was taken, and every finding. None is stored."""
    lines = {line.facts["file"]["nik"]: line for line in batch.lines.select_related("ends")}
    numbers = {answer.participant_number for answer in reply.lines if answer.participant_number}
    owners = dict(
        Membership.objects.filter(participant_number__in=numbers).values_list("participant_number", "worker_id")
    )
    upper_ends = _upper_ends([lines[answer.nik] for answer in reply.lines if answer.nik in lines])
    today, sent_on = timezone.localdate(), timezone.localdate(batch.sent_at)
    findings = list(reply.findings)
    rows = [
        ReplyRow(row=finding.row, outcome=rules.outcome_of(finding.code, readable=False), code=finding.code)
        for finding in findings
    ]
    for answer in reply.lines:
        line = lines.get(answer.nik)
        if line is not None and _says_the_same(line, answer):
            rows.append(ReplyRow(row=answer.row, outcome=ReplyOutcome.REPEATED, line=line))
            continue
        worker = line.worker_id if line is not None else None
        decision = rules.check_answer(
            answer,
            line,
            start_month=batch.start_month,
            sent_on=sent_on,
            today=today,
            covered_until_after=any(
                answer.cover_start is not None and (end is None or answer.cover_start < end)
                for membership, end in upper_ends.get(worker, ())
                if membership != line.ends_id
            ),
            number_taken=owners.get(answer.participant_number, worker) != worker,
        )
        if not decision:
            reason = decision.reasons[0]
            findings.append(batch_file.Finding(answer.row, reason.code, mask(answer.nik), str(reason)))
            outcome = rules.outcome_of(reason.code, readable=True)
            rows.append(ReplyRow(row=answer.row, outcome=outcome, line=line, code=reason.code))
            continue
        if answer.participant_number:
            owners[answer.participant_number] = worker
            line.status, line.participant_number = LineStatus.ACCEPTED, answer.participant_number
            line.cover_start = answer.cover_start
            rows.append(ReplyRow(row=answer.row, outcome=ReplyOutcome.ACCEPTED, line=line))
            findings += batch_file.second_look(answer)
        else:
            line.status, line.rejection = LineStatus.REJECTED, answer.rejection
            why = rules.rejection_reason(answer.rejection)
            rows.append(ReplyRow(row=answer.row, outcome=ReplyOutcome.REJECTED, line=line, rejection=why))
    return rows, findings


def _store(accepted: list[BatchLine], rejected: list[BatchLine], batch: Batch) -> None:
    BatchLine.objects.bulk_update([*accepted, *rejected], ANSWER_FIELDS, batch_size=AT_ONCE)
    ends = {line.pk: line.ends.period.upper for line in accepted if line.kind == LineKind.CHANGE}
    ended = [_end(line, batch) for line in accepted if line.kind != LineKind.ADD]
    Membership.objects.bulk_update(ended, ["period", "end_reason"], batch_size=AT_ONCE)
    Membership.objects.bulk_create(
        [
            Membership(
                worker_id=line.worker_id,
                line=line,
                package=batch.package,
                payer=batch.payer,
                participant_number=line.participant_number,
                period=(line.cover_start, ends.get(line.pk)),
            )
            for line in accepted
            if line.kind != LineKind.DROP
        ],
        batch_size=AT_ONCE,
    )


def _end(line: BatchLine, batch: Batch) -> Membership:
    """The membership that an accepted line ends, changed in memory. Who leaves is covered to the batch's month; who
    changes, to the day from which the new terms hold."""
    if line.kind == LineKind.DROP:
        until, reason = batch.start_month, line.get_reason_display()
    else:
        until, reason = line.cover_start, f"Berubah: {batch.get_package_display()}, {batch.get_payer_display()}"
    line.ends.period = (line.ends.period.lower, until)
    line.ends.end_reason = reason
    return line.ends


def _upper_ends(lines: list[BatchLine]) -> dict:
    """Worker keys to the memberships they have, each with its end, None for one that runs."""
    ends: dict = {}
    held = Membership.objects.filter(worker__in=[line.worker_id for line in lines])
    for worker, membership, period in held.values_list("worker_id", "pk", "period"):
        ends.setdefault(worker, []).append((membership, period.upper))
    return ends


def _says_the_same(line: BatchLine, answer: batch_file.ReplyLine) -> bool:
    """An answer that was taken before, in another file."""
    return line.status != LineStatus.PENDING and (line.participant_number, line.cover_start, line.rejection) == (
        answer.participant_number,
        answer.cover_start,
        answer.rejection,
    )
