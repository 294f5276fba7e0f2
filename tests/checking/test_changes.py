"""Was one thing changed between two networks, none, or more?"""

import pytest

from cnn_lesson.checking.networks.architecture import FLATTEN, QUESTION_1, conv, dense, pool, spec
from cnn_lesson.checking.networks.changes import things_changed

DROPOUT = spec("Dropout", rate=0.25)
SETTLING = spec("BatchNormalization", momentum=0.9)
HEAD, TAIL = QUESTION_1[:2], QUESTION_1[2:]

CHANGES = {
    "nothing": (QUESTION_1, 0),
    "twice the feature maps": ((conv(32), conv(64), *TAIL), 1),
    "other kernels": ((conv(16, 5), conv(32, 5), *TAIL), 1),
    "a wider pool": ((*HEAD, pool(3), *QUESTION_1[3:]), 1),
    "fewer units": ((*QUESTION_1[:4], dense(64), QUESTION_1[5]), 1),
    "dropout": ((*QUESTION_1[:5], DROPOUT, QUESTION_1[5]), 1),
    "a layer after each convolution": ((HEAD[0], SETTLING, HEAD[1], SETTLING, *TAIL), 1),
    "a pool after each convolution": ((HEAD[0], pool(), *QUESTION_1[1:]), 1),
    "one convolution less": ((HEAD[1], *TAIL), 1),
    "another kind of pool": ((*HEAD, ("AveragePooling2D", pool()[1]), *QUESTION_1[3:]), 1),
    "maps and kernels": ((conv(32, 5), conv(64, 5), *TAIL), 2),
    "dropout and maps": ((conv(32), conv(64), *QUESTION_1[2:5], DROPOUT, QUESTION_1[5]), 2),
    "dropout and another layer": ((HEAD[0], SETTLING, *QUESTION_1[1:5], DROPOUT, dense(10)), 2),
    "another network": ((FLATTEN, dense(30, "tanh"), dense(10, "softmax")), 2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_things_are_counted_as_a_learner_would(change):
    """Is one idea one thing, however many layers it touches, and two ideas two?"""
    after, things = CHANGES[change]
    assert things_changed(QUESTION_1, after) == things
    assert things_changed(after, QUESTION_1) == things
