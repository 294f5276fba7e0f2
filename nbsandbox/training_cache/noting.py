"""What a model's functions are traced for after a call, real or answered."""

from collections.abc import Callable, Mapping
from typing import Any

from nbsandbox.training_cache.description import Description
from nbsandbox.training_cache.fit_key import describe_model, digest
from nbsandbox.training_cache.traced import PredictSpec, Spec, note_traced


def note(
    model: Any,
    specs: Mapping[str, Spec | PredictSpec | None],
    happened: bool,
    describe: Callable[[Any, Description], Any] = describe_model,
) -> None:
    """Remember for each function ("train", "test") what it has traced, or would have."""
    description = Description(valued=False)
    signature = digest(describe(model, description))
    held = [] if happened else [(thing, dict(vars(thing))) for thing in description.objects]
    for kind, spec in specs.items():
        if spec:
            note_traced(model, kind, spec, signature, held)
