from django.db import models
from django.db.models import Q


class RegionLevel(models.TextChoices):
    CITY = "kota", "Kota"
    KECAMATAN = "kecamatan", "Kecamatan"
    KELURAHAN = "kelurahan", "Kelurahan"


class Region(models.Model):
    """The city, a kecamatan or a kelurahan, under its official Kemendagri code (rule N7).

    A code starts with its parent's code: 73.71, 73.71.09, 73.71.09.1009. A posting to a region is a prefix.
    """

    code = models.CharField(max_length=13, primary_key=True)
    level = models.CharField(max_length=10, choices=RegionLevel.choices)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    alt_spellings = models.JSONField(default=list)  # older decrees and BPS write some names otherwise

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="regions_region_code_fits_level",
                condition=Q(level=RegionLevel.CITY, code__regex=r"^\d\d\.\d\d$", parent=None)
                | Q(level=RegionLevel.KECAMATAN, code__regex=r"^\d\d\.\d\d\.\d\d$", parent__isnull=False)
                | Q(level=RegionLevel.KELURAHAN, code__regex=r"^\d\d\.\d\d\.\d\d\.\d{4}$", parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        if self.level == RegionLevel.CITY:
            return self.name  # which says "Kota" already
        return f"{self.get_level_display()} {self.name}"

    @property
    def code_plain(self) -> str:
        """The digits alone, as registry files write them."""
        return self.code.replace(".", "")
