import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Command(BaseCommand):
    help = (
        "Print what production consists of as a CycloneDX 1.6 bill of materials: every package of requirements.lock "
        "with its version, its licence and the hashes of the files that it may be installed from."
    )

    def handle(self, **options):
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
        components = list(locked((settings.BASE_DIR / "requirements.lock").read_text()))
        bill = {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "timestamp": timezone.now().isoformat(timespec="seconds"),
                "component": {
                    "type": "application",
                    "bom-ref": project["name"],
                    "name": project["name"],
                    "version": project["version"],
                    "description": project["description"],
                },
            },
            "components": components,
            "dependencies": [
                {"ref": project["name"], "dependsOn": [component["bom-ref"] for component in components]},
            ],
        }
        self.stdout.write(json.dumps(bill, indent=2))


def locked(text: str):
    """A component for each package of a lock file. Only a file whose hash is listed can be installed from it."""
    for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        pin = PIN.match(entry)
        if pin is None:
            continue
        reference = f"pkg:pypi/{pin['name'].lower().replace('_', '-')}@{pin['version']}"
        yield {
            "type": "library",
            "bom-ref": reference,
            "name": pin["name"],
            "version": pin["version"],
            "purl": reference,
            "licenses": licences(pin["name"]),
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in HASH.findall(entry)],
        }


def licences(name: str) -> list[dict]:
    """As the installed package states it; nothing for one that another platform installs."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return []
    if stated.get("License-Expression"):
        return [{"expression": stated["License-Expression"]}]
    classified = [line.split(" :: ")[-1] for line in stated.get_all("Classifier", []) if line.startswith("License ::")]
    return [{"license": {"name": licence}} for licence in classified or filter(None, [stated.get("License")])]
