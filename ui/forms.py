from django import forms
from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Every {{ field.as_field_group }} in the portal goes through these templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class PortalForm(forms.Form):
    """Base for all forms: our own Indonesian messages instead of browser bubbles."""

    use_required_attribute = False
    error_css_class = "field--error"


class RadioCards(forms.RadioSelect):
    template_name = "components/widgets/radio_cards.html"


class DateParts(forms.MultiWidget):
    """Day / month / year as three number boxes: quicker than a calendar for birth dates."""

    template_name = "components/widgets/date_parts.html"
    use_fieldset = True
    labels = ("Tanggal", "Bulan", "Tahun")

    def __init__(self, attrs=None):
        base = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            [
                forms.TextInput({**base, "maxlength": 2, "class": "w-2"}),
                forms.TextInput({**base, "maxlength": 2, "class": "w-2"}),
                forms.TextInput({**base, "maxlength": 4, "class": "w-4"}),
            ],
            attrs,
        )

    def get_context(self, name, value, attrs):
        ctx = super().get_context(name, value, attrs)
        for sub, label in zip(ctx["widget"]["subwidgets"], self.labels, strict=True):
            sub["label"] = label
        return ctx

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else [None, None, None]

    def value_from_datadict(self, data, files, name):
        d, m, y = super().value_from_datadict(data, files, name)
        return f"{d}-{m}-{y}" if d or m or y else ""

    def render(self, name, value, attrs=None, renderer=None):
        if isinstance(value, str) and value.count("-") == 2:
            value = value.split("-")
        return super().render(name, value, attrs, renderer)


class DatePartsField(forms.DateField):
    widget = DateParts
    default_error_messages = {
        "invalid": "Tanggal ini tidak ada di kalender. Contoh yang benar: 7 8 1990.",
    }
