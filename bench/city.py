"""An invented city of any size, by a few set-based statements. The same size makes the same rows.

Nobody is meant by it: numbers are counted through, names are put together, and the database is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import CooperationAgreement, Hospital, User
from accounts.roles import Role

PEOPLE = """
INSERT INTO workers_worker (id, nik, family_card_number, name, birth_place, birth_on, sex, address, rt, rw,
    kelurahan_id, is_resident, occupation_id, employment, income, phone, registered_by_id, registered_at)
SELECT
    md5('worker ' || g)::uuid,
    '7371' || lpad((1 + place %% 15)::text, 2, '0')
        || lpad((extract(day FROM born) + CASE WHEN female THEN 40 ELSE 0 END)::text, 2, '0')
        || to_char(born, 'MMYY') || lpad((1 + mixed / %(days)s / 15)::text, 4, '0'),
    CASE WHEN g %% 66 = 0 THEN '' ELSE '7371000000' || lpad((g * 4 / 5)::text, 6, '0') END,
    concat_ws(' ', first[1 + (hashint8(g) & 2147483647) %% cardinality(first)],
        NULLIF(second[1 + (hashint8(g * 3 + 1) & 2147483647) %% cardinality(second)], ''),
        third[1 + (hashint8(g * 7 + 2) & 2147483647) %% cardinality(third)]),
    'Makassar', born, CASE WHEN female THEN 'P' ELSE 'L' END,
    'Lr. ' || g %% 12 || ' No. ' || g %% 180, lpad((1 + g %% 9)::text, 3, '0'), lpad((1 + g %% 12)::text, 3, '0'),
    CASE WHEN g %% 166 = 0 THEN NULL ELSE homes[1 + (hashint8(g * 11 + 5) & 2147483647) %% cardinality(homes)] END,
    g %% 33 <> 0,
    kinds[1 + floor(power((hashint8(g * 13 + 7) & 2147483647) / 2147483648.0, 2) * cardinality(kinds))::int],
    CASE WHEN g %% 50 = 0 THEN 'wage_earner' WHEN g %% 166 = 1 THEN 'civil_servant' ELSE 'informal' END,
    800000 + g %% 30 * 50000, '0810' || lpad((g %% 100000000)::text, 8, '0'),
    %(by)s, timestamptz '2026-01-05 08:00+08' + (mixed * interval '25 seconds')
FROM generate_series(1, %(people)s::bigint) g
CROSS JOIN LATERAL (SELECT (g * 611953) %% %(people)s::bigint AS mixed) m
CROSS JOIN LATERAL (
    SELECT mixed / %(days)s AS place, date '1962-01-10' + (mixed %% %(days)s)::int AS born, g %% 5 < 2 AS female
) b
CROSS JOIN (SELECT array_agg(code ORDER BY code) AS homes FROM regions_region WHERE level = 'kelurahan') r
CROSS JOIN (SELECT array_agg(code ORDER BY code) AS kinds FROM workers_occupation) o
CROSS JOIN (SELECT
    '{Muhammad,Muh.,Ahmad,Abdul,Syarifuddin,Nurdin,Sitti,St.,Siti,Andi,Baso,Hj.,H.,Daeng,Nur,Hasnah,Rosmiati,Irfan,
      Yohanis,Maria,Kristian,Djafar,Jafar,Suryani,Rahmat,Fatimah,Aminah,Bau,Besse,Ambo}'::text[] AS first,
    '{"",Rahman,Rahim,Aisyah,Hasan,Husain,Nurhayati,Aminah,Kadir,Salam,Hamid,Latif,Wahab,Karim,Malik,Halim}'::text[]
        AS second,
    (SELECT array_agg('Dg. ' || a || b) FROM unnest('{Ma,Ta,Si,Na,Pa,La,Sa,Ra,Ka,Ba}'::text[]) a,
        unnest('{nai,rang,tutu,ngai,kanang,lewa,bali,ssa,rru,naba,siama,gassing}'::text[]) b) AS third
) n
"""
DESIL = """
INSERT INTO workers_desilrecord (family_card_number, release, desil, received_on, source, recorded_by_id)
SELECT card, %(release)s,
    1 + (hashtext(card) & 2147483647) %% 100 / 22
        + CASE WHEN (hashtext(card || 'x') & 2147483647) %% 20 = 0 THEN 3 ELSE 0 END,
    date '2026-08-03', 'DTSEN', %(by)s
FROM (SELECT DISTINCT family_card_number AS card FROM workers_worker WHERE family_card_number <> '') f
WHERE (hashtext(card || 'known') & 2147483647) %% 20 <> 0
"""
MEMBERS = """
INSERT INTO enrollment_membership (worker_id, package, payer, participant_number, period, end_reason)
SELECT id, 'JKK_JKM', 'APBD', lpad(n::text, 11, '0'),
    CASE WHEN n %% 20 = 0 THEN daterange(date '2025-01-01', date '2026-01-01')
         WHEN n %% 20 = 1 THEN daterange(date '2026-01-01', current_date + (n %% 30)::int + 1)
         WHEN n %% 100 = 2 THEN daterange(current_date + 20, NULL)
         ELSE daterange(date '2026-01-01' - (n %% 300)::int, NULL) END,
    ''
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM workers_worker
      WHERE kelurahan_id IS NOT NULL ORDER BY id LIMIT %(members)s) w
"""
RECEIPTS = """
INSERT INTO enrollment_receipt (month, payer, reference, received_on, recorded_by_id)
SELECT month, 'APBD', 'BENCH-' || to_char(month, 'YYYY-MM'), month + 11, %(by)s
FROM (SELECT (date_trunc('month', current_date) - n * interval '1 month')::date AS month
      FROM generate_series(0, %(months)s - 1) n) m
"""
COVER = """
INSERT INTO enrollment_membership (worker_id, package, payer, participant_number, period, end_reason, entered_at)
SELECT id, 'JKK_JKM', 'APBD', lpad(row_number() OVER (ORDER BY id)::text, 11, '0'),
    daterange((date_trunc('month', current_date) - (%(months)s - 1) * interval '1 month')::date, NULL), '',
    current_date - %(months)s * interval '1 month'
FROM workers_worker
"""
PAID = """
INSERT INTO enrollment_contribution (membership_id, month, amount, receipt_id)
SELECT member.id, receipt.month, 16800, receipt.id
FROM enrollment_membership AS member
CROSS JOIN (SELECT id, month FROM enrollment_receipt ORDER BY month LIMIT %(months)s) AS receipt
ORDER BY member.id, receipt.month
"""
MONTHS = 36
DAYS = 16_800  # of births, so that the youngest are 18 and the eldest 64


@dataclass
class City:
    """The invented city, its users by name, and a way to the database."""

    people: int
    users: dict[str, User]

    @classmethod
    def build(cls, people: int) -> City:
        """Fills an empty, migrated database: three workers in ten are members."""
        call_command("load_reference_data", verbosity=0, stdout=_Silence())
        users = {
            "admin": User.objects.create_user("admin@bench.example", None, name="Admin", role=Role.ADMIN),
            "kecamatan": User.objects.create_user(
                "kecamatan@bench.example", None, name="Petugas", role=Role.OFFICER, region_id="73.71.09"
            ),
            "kelurahan": User.objects.create_user(
                "kelurahan@bench.example", None, name="Petugas", role=Role.OFFICER, region_id="73.71.09.1009"
            ),
        }
        city = cls(people, users)
        values = {"people": people, "members": people * 3 // 10, "days": DAYS, "by": users["admin"].pk}
        values["release"] = "2026-3"
        for statement in (PEOPLE, DESIL, MEMBERS):
            city.sql(statement, values)
        city.sql("VACUUM ANALYZE")
        return city

    def cover_everybody(self) -> None:
        """In place of the members there are, everybody is one, with MONTHS paid months, and a hospital may ask. Left to
        later runs."""
        if "desk" not in self.users:
            self.users["desk"] = User.objects.create_user(
                "desk@bench.example", None, name="Staf", role=Role.HOSPITAL, hospital=_partner()
            )
        values = {"months": MONTHS, "by": self.users["admin"].pk}
        if self.sql("SELECT 1 FROM enrollment_contribution LIMIT 1"):
            return
        self.sql("SET session_replication_role = replica")  # no row history, and no look-up of each foreign key
        self.sql("TRUNCATE enrollment_membership CASCADE")
        for statement in (RECEIPTS, COVER, PAID):
            self.sql(statement, values)
        self.sql("RESET session_replication_role")
        self.sql("VACUUM ANALYZE")

    @classmethod
    def standing(cls, people: int) -> City:
        """The city that an earlier run has left."""
        return cls(people, {user.email.partition("@")[0]: user for user in User.objects.all()})

    def sql(self, statement: str, values: dict[str, Any] | None = None) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(statement, values)
            rows = cursor.fetchall() if cursor.description else []
            cursor.execute("RESET statement_timeout")
        return rows

    def browser(self, user: str) -> Client:
        """Logged in as that user; no second factor stands in the way of measuring."""
        client = Client()
        client.force_login(self.users[user])
        return client


def _partner() -> Hospital:
    return CooperationAgreement.objects.in_force(timezone.localdate()).first().hospital


class _Silence:
    def write(self, text: str) -> None:
        pass
