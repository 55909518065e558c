import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from regions.codes import place_of
from regions.models import Region, RegionLevel

pytestmark = pytest.mark.django_db


def test_makassar_has_15_kecamatan_and_153_kelurahan(capsys):  # rule N7
    call_command("load_regions")
    call_command("load_regions")

    counts = {level: Region.objects.filter(level=level).count() for level in RegionLevel.values}
    assert counts == {"kota": 1, "kecamatan": 15, "kelurahan": 153}
    assert str(Region.objects.get(code="73.71.09.1009")) == "Kelurahan Karuwisi Utara"
    assert str(Region.objects.get(code="73.71")) == "Kota Makassar"
    assert Region.objects.get(code="73.71.09.1009").parent.name == "Panakkukang"


def test_a_code_that_does_not_fit_its_level_cannot_be_stored():
    with pytest.raises(IntegrityError, match="regions_region_code_fits_level"), transaction.atomic():
        Region.objects.create(code="73.71.09", level=RegionLevel.CITY, name="Panakkukang")


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("737101", "Mariso, Kota Makassar"),
        ("737199", "Kota Makassar"),
        ("999999", ""),
    ],
)
def test_place_of_a_code(code, place):
    assert place_of(code) == place
