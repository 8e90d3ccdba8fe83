"""Foreign keys point downwards too: import-linter cannot see those that are written as text."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import ForeignObject

# From the top of the house to its ground.
LAYERS = [
    ["backoffice"],
    ["orders"],
    ["credit_notes"],
    ["invoices"],
    ["billing"],
    ["identity"],
    ["audit"],
    ["tenancy"],
]
HEIGHT = {label: -floor for floor, labels in enumerate(LAYERS) for label in labels}

RELATIONS = [
    pytest.param(model._meta.app_label, field.related_model._meta.app_label, id=str(field))
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in HEIGHT
    for field in model._meta.get_fields()
    if isinstance(field, ForeignObject) and field.related_model._meta.app_label in HEIGHT
]


def test_every_floor_of_the_house_has_its_place() -> None:
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"certinext", "billing", "invoices", "orders"}
        or config.name == "credit_notes"
    }
    assert ours - {"web"} == set(HEIGHT)


@pytest.mark.parametrize(("source", "target"), RELATIONS)
def test_a_foreign_key_points_downwards(source: str, target: str) -> None:
    assert HEIGHT[target] <= HEIGHT[source]
