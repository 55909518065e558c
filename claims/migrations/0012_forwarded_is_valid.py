from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0011_forwarded'),
    ]

    operations = [
        ValidateConstraint(model_name='claim', name='claims_claim_signatures_fit_status'),
        ValidateConstraint(model_name='claim', name='claims_claim_forwarding_is_signed'),
        ValidateConstraint(model_name='claim', name='claims_claim_forwarded_fits_status'),
        ValidateConstraint(model_name='claim', name='claims_claim_treatment_known_once_treated'),
        ValidateConstraint(model_name='claim', name='claims_claim_concluded_once_verified'),
    ]
