"""When a breach of personal data must be told (rule X4)."""

from datetime import datetime, timedelta

NOTICE_WITHIN = timedelta(hours=3 * 24)  # UU 27/2022 Pasal 46


def breach_notice_due(known_at: datetime) -> datetime:
    """Until when those concerned and the agency have the written notice."""
    return known_at + NOTICE_WITHIN
