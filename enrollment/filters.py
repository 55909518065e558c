"""What a list of batches can be narrowed by."""

from django_filters import ChoiceFilter, FilterSet

from enrollment.enums import BatchStatus, Package
from enrollment.models import Batch
from ui.forms import FilterForm


class BatchFilter(FilterSet):
    status = ChoiceFilter(label="Status", choices=BatchStatus.choices, empty_label="Semua")
    package = ChoiceFilter(label="Paket", choices=Package.choices, empty_label="Semua")

    class Meta:
        model = Batch
        fields = ["status", "package"]
        form = FilterForm
