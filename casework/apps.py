from django.apps import AppConfig
from django.urls import register_converter

from casework.numbers import NumberConverter
from casework.sheets import CodeConverter


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self):
        register_converter(NumberConverter, "case_number")
        register_converter(CodeConverter, "sheet_code")
