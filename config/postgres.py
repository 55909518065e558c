"""The PostgreSQL that comes with the portal, for trying, developing and testing (ADR 0001)."""

from pathlib import Path


def connection_url() -> str:
    """Where the embedded server listens once it runs. Starts nothing."""
    return f"postgresql:///jagai?host={Path(__file__).resolve().parent.parent / 'var' / 'postgres' / 'run'}"
