"""One account per kind of user, all with one password that everyone may know."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import Hospital, User
from accounts.roles import Role

DEMO_PASSWORD = "angin mamiri senja"  # noqa: S105 (known to all, of demo accounts only)


@dataclass(frozen=True)
class DemoAccount:
    """`region` is a code, `hospital` the number of its row in hospitals.csv."""

    email: str
    name: str
    role: Role
    region: str | None = None
    hospital: int | None = None


DEMO_ACCOUNTS = (
    DemoAccount("petugas.panakkukang@contoh.example", "Sitti Rahmah", Role.OFFICER, region="73.71.09"),
    DemoAccount("petugas.tamalate@contoh.example", "Muh. Irfan Tahir", Role.OFFICER, region="73.71.10"),
    DemoAccount("petugas.karuwisi@contoh.example", "Hasnah Dg. Kebo", Role.OFFICER, region="73.71.09.1009"),
    DemoAccount("petugas.kota@contoh.example", "Andi Nurhayati", Role.OFFICER, region="73.71"),
    DemoAccount("rs.primaya@contoh.example", "Yohanis Palulun", Role.HOSPITAL, hospital=1),
    DemoAccount("rs.wahidin@contoh.example", "Rosmiati", Role.HOSPITAL, hospital=2),
    DemoAccount("admin.satu@contoh.example", "Baso Syamsuddin", Role.ADMIN),
    DemoAccount("admin.dua@contoh.example", "Nurlaela Amir", Role.ADMIN),
    DemoAccount("bpjs@contoh.example", "Ratna Wulandari", Role.BPJS),
    DemoAccount("auditor@contoh.example", "Daniel Pasorong", Role.AUDITOR),
)


def create_accounts() -> dict[str, User]:
    """The demo accounts by the part of the address before the @."""
    hospitals = {hospital.number: hospital for hospital in Hospital.objects.all()}
    password = make_password(DEMO_PASSWORD)  # once: Argon2 is slow on purpose
    users = User.objects.bulk_create(
        User(
            email=account.email,
            password=password,
            name=account.name,
            role=account.role,
            region_id=account.region,
            hospital=hospitals.get(account.hospital),
        )
        for account in DEMO_ACCOUNTS
    )
    return {user.email.partition("@")[0]: user for user in users}


def accounts_table() -> str:
    """The accounts as lines to print: role and address; then the password."""
    width = max(len(account.role.label) for account in DEMO_ACCOUNTS)
    lines = [f"{account.role.label:<{width}}  {account.email}" for account in DEMO_ACCOUNTS]
    return "\n".join([*lines, f"Kata sandi: {DEMO_PASSWORD}"])
