from __future__ import annotations

import hashlib
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import batch_file, rules
from enrollment.enums import LineStatus
from enrollment.models import Batch, BatchLine, Membership, ReplyFile
from enrollment.workflow import WORKFLOW
from workers.nik import mask

AT_ONCE = 2_000  # rows of one statement
ANSWER_FIELDS = ["status", "participant_number", "cover_start", "rejection"]


@transaction.atomic
def read_reply(pk: int, *, by: User, name: str, content: bytes) -> tuple[ReplyFile, bool]:
    """Takes over what BPJS Ketenagakerjaan answered, line by line, and whether anything was read.

    A line that cannot be taken becomes a finding of the file and never stops it. The same bytes for the same batch
    change nothing: the first reading is returned with False. The batch is answered once no line waits any more.
    """
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    checksum = hashlib.sha256(content).hexdigest()
    known = batch.replies.filter(sha256=checksum).first()
    if known is not None:
        return known, False
    rules.may_read_reply(batch, by).require()
    reply = batch_file.read_reply(content)
    accepted, rejected, findings = _take(batch, reply)
    _store(accepted, rejected, batch)
    file = ReplyFile.objects.create(
        batch=batch,
        name=name,
        sha256=checksum,
        accepted=len(accepted),
        rejected=len(rejected),
        findings=[asdict(finding) for finding in sorted(findings, key=lambda finding: finding.row)],
        read_by=by,
    )
    counts = {"accepted": len(accepted), "rejected": len(rejected), "findings": len(findings), "sha256": checksum}
    audit.record("batch.read_reply", batch, by=by, facts=counts)
    if not batch.lines.filter(status=LineStatus.PENDING).exists():
        WORKFLOW.apply(batch, "answer", by=by)
    return file, True


def _take(batch: Batch, reply: batch_file.Reply) -> tuple[list[BatchLine], list[BatchLine], list[batch_file.Finding]]:
    """The lines accepted and rejected by this reply, changed in memory, and every finding."""
    lines = {line.facts["file"]["nik"]: line for line in batch.lines.all()}
    numbers = {answer.participant_number for answer in reply.lines if answer.participant_number}
    owners = dict(
        Membership.objects.filter(participant_number__in=numbers).values_list("participant_number", "worker_id")
    )
    upper_ends = _upper_ends([lines[answer.nik] for answer in reply.lines if answer.nik in lines])
    today, sent_on = timezone.localdate(), timezone.localdate(batch.sent_at)
    accepted: list[BatchLine] = []
    rejected: list[BatchLine] = []
    findings = list(reply.findings)
    for answer in reply.lines:
        line = lines.get(answer.nik)
        if line is not None and _says_the_same(line, answer):
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
                for end in upper_ends.get(worker, ())
            ),
            number_taken=owners.get(answer.participant_number, worker) != worker,
        )
        if not decision:
            reason = decision.reasons[0]
            findings.append(batch_file.Finding(answer.row, reason.code, mask(answer.nik), str(reason)))
            continue
        if answer.participant_number:
            owners[answer.participant_number] = worker
            line.status, line.participant_number = LineStatus.ACCEPTED, answer.participant_number
            line.cover_start = answer.cover_start
            accepted.append(line)
            findings += batch_file.second_look(answer)
        else:
            line.status, line.rejection = LineStatus.REJECTED, answer.rejection
            rejected.append(line)
    return accepted, rejected, findings


def _store(accepted: list[BatchLine], rejected: list[BatchLine], batch: Batch) -> None:
    BatchLine.objects.bulk_update([*accepted, *rejected], ANSWER_FIELDS, batch_size=AT_ONCE)
    Membership.objects.bulk_create(
        [
            Membership(
                worker_id=line.worker_id,
                line=line,
                package=batch.package,
                payer=batch.payer,
                participant_number=line.participant_number,
                period=(line.cover_start, None),
            )
            for line in accepted
        ],
        batch_size=AT_ONCE,
    )


def _upper_ends(lines: list[BatchLine]) -> dict:
    """Worker keys to the ends of the memberships they have, None for one that runs."""
    ends: dict = {}
    for worker, period in Membership.objects.filter(worker__in=[line.worker_id for line in lines]).values_list(
        "worker_id", "period"
    ):
        ends.setdefault(worker, []).append(period.upper)
    return ends


def _says_the_same(line: BatchLine, answer: batch_file.ReplyLine) -> bool:
    """An answer that was taken before, in another file."""
    return line.status != LineStatus.PENDING and (line.participant_number, line.cover_start, line.rejection) == (
        answer.participant_number,
        answer.cover_start,
        answer.rejection,
    )
