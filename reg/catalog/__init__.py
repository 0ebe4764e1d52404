"""catalog: what is offered when, by which law, with which materials, rules, forms and codes. Data a clerk can read.

Everything here is read from data/ once and never changed: `edition_on(day)`, `rule_text("CC24")`, `law_title("公司法10")`,
`codes.id_document_types()`, `places.towns("310115")`, `zone_prefix(...)`.
"""

from reg.catalog import codes, places
from reg.catalog.editions import Edition, edition, edition_on, editions
from reg.catalog.entity_types import KIND_NAMES, EntityType, entity_type, entity_types
from reg.catalog.expressions import evaluate, facts_of
from reg.catalog.laws import law_line, law_title, law_titles
from reg.catalog.materials import Material, Signer
from reg.catalog.offers import Link, Offer
from reg.catalog.rules import SEVERITY_NAMES, RuleText, rule_set, rule_text
from reg.catalog.source import CatalogueError
from reg.catalog.zones import ZonePrefix, zone_prefix

__all__ = [
    "KIND_NAMES",
    "SEVERITY_NAMES",
    "CatalogueError",
    "Edition",
    "EntityType",
    "Link",
    "Material",
    "Offer",
    "RuleText",
    "Signer",
    "ZonePrefix",
    "codes",
    "edition",
    "edition_on",
    "editions",
    "entity_type",
    "entity_types",
    "evaluate",
    "facts_of",
    "law_line",
    "law_title",
    "law_titles",
    "places",
    "rule_set",
    "rule_text",
    "zone_prefix",
]
