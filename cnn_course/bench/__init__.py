"""How fast grading and the lesson's own checks are, beside what people would use instead.

``make bench`` measures each thing in one run, several times over, and prints ratios of medians.
"""
