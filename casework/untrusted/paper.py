"""Draws a paper of ours with the words of others: they come as data, and drawing them may cost only so much."""

import json

import font_source_sans_pro
import typst


def read(file):
    asked = json.load(file)
    paper = typst.compile(
        asked["template"].encode(),
        format="pdf",
        font_paths=[font_source_sans_pro.font_directory],
        root=font_source_sans_pro.font_directory,  # nothing else can be read
        ignore_system_fonts=True,  # the same paper on every machine
        sys_inputs={name: json.dumps(value) for name, value in asked["values"].items()},
    )
    return "ok", paper
