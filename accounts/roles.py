from django.db import models


class Role(models.TextChoices):
    OFFICER = "officer", "Petugas kota"
    HOSPITAL = "hospital", "Staf rumah sakit"
    ADMIN = "admin", "Admin kota"
    BPJS = "bpjs", "Petugas BPJS Ketenagakerjaan"
    AUDITOR = "auditor", "Auditor"
