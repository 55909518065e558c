from factory.django import DjangoModelFactory

from regions.models import Region, RegionLevel


class CityFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "73.71"
    level = RegionLevel.CITY
    name = "Kota Makassar"


def kelurahan(code: str = "73.71.09.1009") -> Region:
    """The kelurahan of that code with the kecamatan and the city above it, made where they are missing."""
    city = CityFactory()
    kecamatan, _ = Region.objects.get_or_create(
        code=code[:8], defaults={"level": RegionLevel.KECAMATAN, "name": f"Kecamatan {code[6:8]}", "parent": city}
    )
    place, _ = Region.objects.get_or_create(
        code=code, defaults={"level": RegionLevel.KELURAHAN, "name": f"Kelurahan {code[9:]}", "parent": kecamatan}
    )
    return place


def kecamatan(code: str = "73.71.09") -> Region:
    return kelurahan(f"{code}.1001").parent
