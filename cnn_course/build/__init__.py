"""From the masters to the three sets of notebooks."""
