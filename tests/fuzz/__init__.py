"""Mutated real files at everything that reads what a learner made; `make fuzz`."""
