"""Which places each role's menu leads to, in order. Phones show the first four and "Lainnya"."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    icon: str
    url_name: str


HOME = Place("Beranda", "home", "home")
WORKERS = Place("Pekerja", "users", "workers:worker_list")
REGISTER = Place("Daftarkan", "user-plus", "workers:worker_search")
REVIEWS = Place("Telaah desil", "chart", "workers:review_list")
IMPORTS = Place("Impor daftar", "upload", "workers:import_list")
PAIRS = Place("Dugaan ganda", "id", "workers:pair_list")
BATCHES = Place("Kelompok iuran", "stack", "enrollment:batch_list")
RECEIPTS = Place("Penerimaan iuran", "receipt", "enrollment:receipt_list")
BUDGETS = Place("Anggaran", "chart", "enrollment:budget_list")
MONTHS = Place("Bulan iuran", "calendar", "enrollment:month_list")
GAPS = Place("Iuran belum lunas", "clock", "enrollment:gap_list")
CARDS = Place("Kartu peserta", "id", "enrollment:card_list")
CHECK = Place("Cek kepesertaan", "shield", "enrollment:coverage_check")
CHECKS = Place("Riwayat cek", "history", "enrollment:coverage_list")
HOSPITALS = Place("Rumah sakit", "hospital", "hospital_list")
CLAIMS = Place("Klaim", "file", "claims:claim_list")
TRANSFERS = Place("Pindahan pasien", "right", "claims:transfer_list")
TRAIL = Place("Jejak audit", "history", "trail_list")
POLICIES = Place("Kebijakan", "file", "policy_list")
ACCOUNTS = Place("Akun", "key", "account_list")
EXPORTS = Place("Unduhan saya", "download", "export_list")
INBOX = Place("Kabar", "bell", "inbox_list")
HELP = Place("Bantuan", "help", "help")
PRIVACY = Place("Kebijakan privasi", "info", "privacy")  # in the footer of every role


@dataclass(frozen=True, slots=True)
class Menu:
    """`main` are the places a phone shows; `more` come after them."""

    main: tuple[Place, ...]
    more: tuple[Place, ...] = ()
    rail: bool = True  # hospital pages have one job per screen, so their places stand in the top bar


MENUS = {
    "officer": Menu(
        (HOME, WORKERS, REGISTER, CLAIMS),
        (IMPORTS, PAIRS, REVIEWS, BATCHES, BUDGETS, GAPS, CARDS, EXPORTS, INBOX, HELP),
    ),
    "admin": Menu(
        (HOME, WORKERS, BATCHES, CLAIMS),
        (
            IMPORTS,
            PAIRS,
            REVIEWS,
            BUDGETS,
            MONTHS,
            GAPS,
            CARDS,
            HOSPITALS,
            TRAIL,
            ACCOUNTS,
            POLICIES,
            EXPORTS,
            INBOX,
            HELP,
        ),
    ),
    "hospital": Menu((CHECK, CLAIMS), (CHECKS, TRANSFERS, INBOX, HELP), rail=False),
    "bpjs": Menu((HOME, BATCHES, RECEIPTS, CLAIMS), (MONTHS, INBOX, HELP)),
    "auditor": Menu((HOME, WORKERS, CLAIMS, TRAIL), (BATCHES, BUDGETS, MONTHS, GAPS, CARDS, POLICIES, EXPORTS, HELP)),
}


def for_page(*, role: str, path: str) -> dict:
    """The role's menu as links. The place whose address the path starts with is marked; an unknown role has none."""
    menu = MENUS.get(role, Menu(()))
    urls = {place: reverse(place.url_name) for place in (*menu.main, *menu.more, PRIVACY)}
    here = max((url for url in urls.values() if url == path or (url != "/" and path.startswith(url))), default="")

    def links(places):
        return [
            {
                "label": place.label,
                "icon": place.icon,
                "url": urls[place],
                "current": ("page" if urls[place] == path else "true") if urls[place] == here else "",
            }
            for place in places
        ]

    return {"rail": menu.rail, "main": links(menu.main), "more": links(menu.more), "foot": links((PRIVACY,))}
