import json
import re
from io import StringIO

from django.conf import settings
from django.core.management import call_command

from monitoring.management.commands.sbom import locked


def bill_of_materials() -> dict:
    out = StringIO()
    call_command("sbom", stdout=out)
    return json.loads(out.getvalue())


def test_every_locked_package_is_named_once_with_version_and_hashes():
    pinned = re.findall(r"^([\w.-]+)==(\S+)", (settings.BASE_DIR / "requirements.lock").read_text(), re.MULTILINE)
    components = bill_of_materials()["components"]

    assert [(component["name"], component["version"]) for component in components] == pinned
    assert [component["name"] for component in components if not component["hashes"]] == []
    assert len({component["bom-ref"] for component in components}) == len(pinned)


def test_the_bill_says_what_it_is_of():
    bill = bill_of_materials()

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "jagai"
    assert bill["dependencies"][0]["dependsOn"] == [component["bom-ref"] for component in bill["components"]]


def test_a_package_is_read_with_its_licence_and_hashes():
    digest = "0" * 63 + "1"
    lock = f"# by hand\ndjango==5.2.0 ; python_version >= '3.11' \\\n    --hash=sha256:{digest}\nnot-here==1 \\\n"

    django, absent = locked(lock)

    assert (django["purl"], django["licenses"]) == ("pkg:pypi/django@5.2.0", [{"expression": "BSD-3-Clause"}])
    assert django["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert (absent["licenses"], absent["hashes"]) == ([], [])
