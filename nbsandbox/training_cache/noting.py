"""What a model's functions are traced for after a training or an evaluation, real or answered."""

from collections.abc import Mapping
from typing import Any

from nbsandbox.training_cache.description import Description
from nbsandbox.training_cache.fit_key import describe_model, digest
from nbsandbox.training_cache.traced import Spec, note_traced


def note(model: Any, specs: Mapping[str, Spec | None], happened: bool) -> None:
    """Remember for each function ("train", "test") what it has traced, or would have."""
    description = Description(valued=False)
    signature = digest(describe_model(model, description))
    held = [] if happened else [(thing, dict(vars(thing))) for thing in description.objects]
    for kind, spec in specs.items():
        if spec:
            note_traced(model, kind, spec, signature, held)
