"""The numbers that an answer has to reach, each below what twenty seeds of a right answer reach.

``cnn_course/measured.json`` has the measurements; ``tests/checking/test_thresholds.py`` compares.
"""

# Accuracies on images that the network has not seen, between 0 and 1.
DIGITS = 0.90
"""``train``: the network of Question 1, six epochs; the worst seed gives 0.944."""
DIGITS_BEGUN = 0.60
"""``train``: too little for ``DIGITS``, yet clearly trained: part of the points."""
GUESSING = 0.20
"""``train``: up to here a history earns nothing, as it could be that of any network, or of none."""
CLOTHES = 0.78
"""``fashion``: the same network on clothes, six epochs; the worst seed gives 0.812."""
CLOTHES_TUNED = 0.82
"""``fashion``: with dropout and twelve epochs the worst seed gives 0.836."""
SHUFFLED_DENSE = 0.80
"""``dense-vs-conv``: a small Dense network on shuffled pixels; the worst seed gives 0.896."""
SHUFFLED_CONV = 0.60
"""``dense-vs-conv``: a small convolutional one; the worst seed gives 0.786, plain pixels 0.16."""
SMALL = 0.90
"""``five-layers``: three networks of some 15,000 parameters; the worst seed gives 0.928."""
TRIMMED = 0.85
"""``trim-or-drop``, validation part: the worst seed of the four networks gives 0.940."""

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
