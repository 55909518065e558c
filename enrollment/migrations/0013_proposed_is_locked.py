from django.db import migrations

FORWARDS = "UPDATE enrollment_batch SET status = 'locked' WHERE status = 'proposed'"
BACKWARDS = "UPDATE enrollment_batch SET status = 'proposed' WHERE status = 'locked'"


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0012_batch_life"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS, elidable=True)]
