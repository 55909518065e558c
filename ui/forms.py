import re
from datetime import date, datetime, time

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import timezone

RUPIAH = re.compile(r"(?:rp\.?\s*)?([0-9]{1,18}|[0-9]{1,3}(?:\.[0-9]{3}){1,5})(?:,00|,-)?")


class PortalRenderer(TemplatesSetting):
    """Every {{ field.as_field_group }} in the portal goes through these templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class FilterRenderer(PortalRenderer):
    """Filters never say "(boleh dikosongkan)": each of them may be empty."""

    field_template_name = "components/filter_field.html"


class PortalForm(forms.Form):
    """Base of all forms. A required field that brings no message of its own asks by its label."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _please_fill(field, str(field.label or name.replace("_", " ")))


class FilterForm(PortalForm):
    """The form above a list (GET); for a FilterSet, set it as `Meta.form`."""

    default_renderer = FilterRenderer

    def words(self) -> list[tuple[str, str]]:
        """Each filter in use by its name, as its pill says it."""
        seen = {name for name, field in self.fields.items() if not field.widget.is_hidden}
        return [(name, self._word(name, value)) for name, value in self.cleaned_data.items() if value and name in seen]

    def _word(self, name: str, value) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        if isinstance(field, forms.ChoiceField):
            return {str(choice): word for choice, word in field.choices}[str(value)]
        return str(value)


class RadioCards(forms.RadioSelect):
    template_name = "components/widgets/radio_cards.html"


class DateParts(forms.MultiWidget):
    """Day, month and year as number boxes: quicker than a calendar, and read the same in every language."""

    template_name = "components/widgets/date_parts.html"
    use_fieldset = True
    parts = (("Tanggal", 2), ("Bulan", 2), ("Tahun", 4))  # label, number of characters

    def __init__(self, attrs=None):
        boxes = [
            forms.TextInput(
                {"inputmode": "numeric", "autocomplete": "off", "maxlength": size, "class": f"w-{min(size, 4)}"}
            )
            for _, size in self.parts
        ]
        super().__init__(boxes, attrs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for box, (label, _) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            box["label"] = label
        return context

    def decompress(self, value):
        return [value.day, value.month, str(value.year)] if value else []

    def value_from_datadict(self, data, files, name):
        """The boxes as typed, so that a wrong date stands there again; empty when nothing was typed."""
        typed = [(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        return typed if any(typed) else []


class HiddenDateParts(DateParts):
    """The same boxes unseen: a second step carries what was typed in the first."""

    template_name = "django/forms/widgets/multiwidget.html"

    def __init__(self, attrs=None):
        super().__init__(attrs)
        for box in self.widgets:
            box.input_type = "hidden"


class DatePartsField(forms.DateField):
    """A date typed in three boxes. Cleans to a date."""

    widget = DateParts
    hidden_widget = HiddenDateParts
    default_error_messages = {
        "incomplete": "Lengkapi tanggal, bulan, dan tahun.",
        "digits": "Tulis tanggal, bulan, dan tahun dengan angka. Contoh: 7 8 1990.",
        "year": "Tulis tahun dengan empat angka. Contoh: 1990.",
        "invalid": "Tanggal ini tidak ada di kalender. Contoh yang benar: 7 8 1990.",
    }

    def to_python(self, value):
        if not isinstance(value, list):
            return super().to_python(value)
        return self.read_date(value) if value else None

    def read_date(self, typed: list[str]) -> date:
        if not all(typed):
            self.refuse("incomplete")
        if not all(re.fullmatch("[0-9]{1,4}", part) for part in typed):
            self.refuse("digits")
        day, month, year = typed
        if len(year) != 4:
            self.refuse("year")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            self.refuse("invalid")

    def refuse(self, code: str):
        raise forms.ValidationError(self.error_messages[code], code=code)


class DateTimeParts(DateParts):
    parts = (*DateParts.parts, ("Jam (WITA)", 5))

    def decompress(self, value):
        if not value:
            return []
        local = timezone.localtime(value, timezone.get_default_timezone())
        return [*super().decompress(local), f"{local:%H.%M}"]


class DateTimePartsField(DatePartsField):
    """A date in three boxes and an hour such as 13.40. Cleans to an aware datetime in WITA."""

    widget = DateTimeParts
    default_error_messages = {
        "incomplete": "Lengkapi tanggal, bulan, tahun, dan jam.",
        "hour": "Tulis jam seperti 13.40, dari 00.00 sampai 23.59.",
    }

    def to_python(self, value):
        if not isinstance(value, list):
            return value
        return self.read_datetime(value) if value else None

    def read_datetime(self, typed: list[str]) -> datetime:
        if not all(typed):
            self.refuse("incomplete")
        *day, hour = typed
        on = self.read_date(day)
        clock = re.fullmatch("([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", hour)
        if clock is None:
            self.refuse("hour")
        return datetime.combine(on, time(int(clock[1]), int(clock[2])), tzinfo=timezone.get_default_timezone())


class RupiahInput(forms.TextInput):
    template_name = "components/widgets/rupiah.html"

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "maxlength": 24, **(attrs or {})})

    def format_value(self, value):
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class RupiahField(forms.IntegerField):
    """Whole rupiah, typed as 1500000, 1.500.000 or Rp1.500.000. Cleans to an int."""

    widget = RupiahInput
    default_error_messages = {
        "invalid": "Tulis jumlah rupiah tanpa sen. Contoh: 1.500.000.",
        "max_value": "Jumlah ini terlalu besar. Hitung lagi angka nolnya.",
        "min_value": "Jumlah tidak boleh kurang dari nol.",
    }

    def __init__(self, *, min_value=0, max_value=999_999_999_999, **kwargs):
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def widget_attrs(self, widget):
        return {}  # min and max belong to number boxes; this is a text box

    def to_python(self, value):
        if value is None or isinstance(value, int):
            return value
        typed = value.strip().lower()
        if not typed:
            return None
        amount = RUPIAH.fullmatch(typed)
        if amount is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(amount[1].replace(".", ""))


def _please_fill(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Jawab “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Centang “{label.rstrip('.')}”."
    verb = "Pilih" if isinstance(field, forms.ChoiceField | forms.FileField) else "Isi"
    # "Nama lengkap" goes on in small letters, "NIK" does not.
    return f"{verb} {label if label[:2].isupper() else label[:1].lower() + label[1:]}."
