"""A learner's network: exported as plain data, rebuilt from layers that are allowed, measured."""
