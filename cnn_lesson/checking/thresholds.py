"""The numbers that an answer has to reach, each below what twenty seeds of a right answer reach.

``cnn_lesson/course/measured.json`` has the measurements; ``tests/test_thresholds.py`` compares.
"""

# Accuracies on images that the network has not seen, between 0 and 1.
DIGITS = 0.90
"""``train``: the network of Question 1 after six epochs on 4,000 digits."""
DIGITS_BEGUN = 0.60
"""``train``: below ``DIGITS``, yet clearly trained: part of the points."""
CLOTHES = 0.78
"""``fashion``: the same network on 4,000 pieces of clothing."""
CLOTHES_TUNED = 0.82
"""``fashion``: after tuning."""
SHUFFLED_DENSE = 0.80
"""``dense-vs-conv``: a small Dense network on digits with shuffled pixels."""
SHUFFLED_CONV = 0.60
"""``dense-vs-conv``: a small convolutional network on digits with shuffled pixels."""
SMALL = 0.90
"""``five-layers``: a network of at most ``SMALL_PARAMETERS`` parameters."""
TRIMMED = 0.85
"""``trim-or-drop``: what each of the four networks reaches on its validation part."""

# How far a claimed accuracy may be from the measured one.
TRAIN_MARGIN = 0.03
"""``trim-or-drop``, training part: during an epoch weights still change and units are masked."""
VALIDATION_MARGIN = 0.02
"""``trim-or-drop``, validation part: rounded to two digits is fine."""
CLAIM_MARGIN = 0.10
"""``train``: validation accuracy of the history against images that neither has seen."""

# Sizes.
SMALL_PARAMETERS = 20_000
SMALL_LAYERS = 5
DROPOUT_RATE = 0.25
WIDTHS = (128, 64, 32)
TRAINED_PART = 3_600
"""The first 3,600 of the 4,000 training images are trained on, the other 400 validate."""
