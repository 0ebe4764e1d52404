"""The bill of materials follows the CycloneDX schema and lists what is pinned."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from foundation.config import ROOT
from qideng import sbom


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("cyclonedx.schema") / "_res" / name).read_text())
    return found


def test_it_follows_the_schema_of_cyclonedx() -> None:
    schemas = jsonschema_rs.Registry(
        [
            ("http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json", schema("spdx.SNAPSHOT.schema.json")),
            ("http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json", schema("jsf-0.82.SNAPSHOT.schema.json")),
        ]
    )
    validator = jsonschema_rs.validator_for(schema("bom-1.6.SNAPSHOT.schema.json"), registry=schemas)
    assert [error.message for error in validator.iter_errors(sbom.document())] == []


def test_every_pinned_package_of_the_running_system_is_listed_as_required() -> None:
    components = {c["purl"]: c["scope"] for c in sbom.document()["components"]}
    pins = re.findall(r"^([\w.\-]+)==([^ ;\\]+)", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE)
    missing = [
        name for name, version in pins if components.get(f"pkg:pypi/{sbom._normal(name)}@{version}") != "required"
    ]
    assert missing == []
    assert components["pkg:npm/weui@2.6.26"] == "required"
    assert components["pkg:npm/axe-core@4.14.1"] == "excluded"


def test_equal_installations_give_equal_serial_numbers(tmp_path: Path) -> None:
    assert sbom.main([str(tmp_path / "a.json")]) == 0
    assert sbom.document()["serialNumber"] == json.loads((tmp_path / "a.json").read_text())["serialNumber"]
