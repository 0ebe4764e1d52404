"""`make sbom`: what this installation is made of, as CycloneDX 1.6 JSON. Reads only what is installed, no network."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from foundation import clock
from foundation.config import ROOT

TARGET = ROOT / "build" / "sbom.json"
RUN_LISTS = ("base", "ocr")
"""Requirement lists of what runs; every other installed package only tests or builds."""


def pinned_names(lists: Sequence[Path]) -> set[str]:
    """Normalised names of the packages that requirement lists pin."""
    return {_normal(m) for path in lists for m in re.findall(r"^([\w.\-]+)==", path.read_text(), re.MULTILINE)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(distribution: Distribution) -> list[dict[str, Any]]:
    meta = distribution.metadata.json
    expression = meta.get("license_expression")
    if isinstance(expression, str):
        return [{"expression": expression}]
    named = [c.rpartition(" :: ")[2] for c in meta.get("classifier", []) if c.startswith("License ::")]
    plain = meta.get("license")
    if not named and isinstance(plain, str) and len(plain) < 80:
        named = [plain]
    return [{"license": {"name": name}} for name in named]


def _python(required: set[str]) -> Iterator[dict[str, Any]]:
    for distribution in distributions():
        name = _normal(distribution.metadata["Name"])
        reference = f"pkg:pypi/{name}@{distribution.version}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": distribution.version,
            "purl": reference,
            "scope": "required" if name in required else "excluded",
        }
        licences = _licence(distribution)
        yield component | ({"licenses": licences} if licences else {})


def _front_end(lock: Path) -> Iterator[dict[str, Any]]:
    for place, entry in json.loads(lock.read_text())["packages"].items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        reference = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": entry["version"],
            "purl": reference,
            "scope": "excluded" if entry.get("dev") else "required",
        }
        if "license" in entry:
            component["licenses"] = [{"license": {"name": entry["license"]}}]
        yield component


def document() -> dict[str, Any]:
    """The bill. Its serial number follows from its content, so that equal installations give equal bills."""
    required = pinned_names([ROOT / "requirements" / f"{name}.txt" for name in RUN_LISTS])
    components = [*_python(required), *_front_end(ROOT / "package-lock.json")]
    components.sort(key=lambda c: str(c["purl"]))
    content = json.dumps(components, sort_keys=True).encode()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)}",
        "version": 1,
        "metadata": {
            "timestamp": clock.wall().replace(microsecond=0).isoformat(),
            "component": {"type": "application", "bom-ref": "qideng", "name": "qideng", "version": "0.1.0"},
        },
        "components": components,
    }


def main(arguments: Sequence[str] = ()) -> int:
    target = Path(arguments[0]) if arguments else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    bill = document()
    target.write_text(json.dumps(bill, ensure_ascii=False, indent=1))
    print(
        f"{target.relative_to(ROOT) if target.is_relative_to(ROOT) else target}: {len(bill['components'])} components"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
