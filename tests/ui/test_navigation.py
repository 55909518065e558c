import pytest

from accounts.roles import Role
from ui.navigation import MENUS, for_page

pytestmark = pytest.mark.urls("tests.ui.places")


def labels(places):
    return [place["label"] for place in places]


def test_every_role_has_a_menu():
    assert set(MENUS) == set(Role.values)


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize("role", MENUS)
def test_every_place_exists(role):
    for_page(role=role, path="/")  # raises NoReverseMatch for one that does not


@pytest.mark.parametrize("menu", MENUS.values(), ids=MENUS)
def test_a_phone_shows_at_most_four_places(menu):
    assert len(menu.main) <= 4


@pytest.mark.parametrize(
    ("role", "main", "more"),
    [
        (
            "officer",
            ["Beranda", "Pekerja", "Daftarkan", "Klaim"],
            [
                "Impor daftar",
                "Dugaan ganda",
                "Telaah desil",
                "Kelompok iuran",
                "Anggaran",
                "Iuran belum lunas",
                "Kartu peserta",
                "Unduhan saya",
                "Kabar",
                "Bantuan",
            ],
        ),
        (
            "admin",
            ["Beranda", "Pekerja", "Kelompok iuran", "Klaim"],
            [
                "Impor daftar",
                "Dugaan ganda",
                "Telaah desil",
                "Anggaran",
                "Bulan iuran",
                "Iuran belum lunas",
                "Kartu peserta",
                "Rumah sakit",
                "Jejak audit",
                "Akun",
                "Kebijakan",
                "Unduhan saya",
                "Kabar",
                "Bantuan",
            ],
        ),
        ("hospital", ["Cek kepesertaan", "Klaim"], ["Riwayat cek", "Pindahan pasien", "Kabar", "Bantuan"]),
        ("bpjs", ["Beranda", "Kelompok iuran", "Penerimaan iuran", "Klaim"], ["Bulan iuran", "Kabar", "Bantuan"]),
        (
            "auditor",
            ["Beranda", "Pekerja", "Klaim", "Jejak audit"],
            [
                "Kelompok iuran",
                "Anggaran",
                "Bulan iuran",
                "Iuran belum lunas",
                "Kartu peserta",
                "Kebijakan",
                "Unduhan saya",
                "Bantuan",
            ],
        ),
    ],
)
def test_each_role_sees_its_places_in_order(role, main, more):
    navigation = for_page(role=role, path="/")

    assert labels(navigation["main"]) == main
    assert labels(navigation["more"]) == more


def test_an_unknown_role_has_no_places():
    navigation = for_page(role="", path="/")

    assert (navigation["main"], navigation["more"]) == ([], [])


def test_the_footer_always_leads_to_the_privacy_notice():
    assert labels(for_page(role="officer", path="/")["foot"]) == ["Kebijakan privasi"]


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/", {"Beranda": "page"}),
        ("/workers/", {"Pekerja": "page"}),
        ("/workers/8c0f/", {"Pekerja": "true"}),
        ("/workers/register/", {"Daftarkan": "page"}),
        ("/claims/report/", {"Klaim": "true"}),
        ("/elsewhere/", {}),
    ],
)
def test_the_place_of_the_page_is_marked(path, marks):
    navigation = for_page(role="officer", path=path)
    places = [*navigation["main"], *navigation["more"]]

    assert {place["label"]: place["current"] for place in places if place["current"]} == marks
