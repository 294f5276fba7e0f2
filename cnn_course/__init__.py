"""Building the notebooks and grading a class."""
