from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Exclusion constraints, name search and accent-free matching stand on these."""

    operations = [BtreeGistExtension(), TrigramExtension(), UnaccentExtension()]
