"""Banks of answers: right ones in unusual styles, wrong ones with the words that name them."""

from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checking.item import VISIBLE_SEED, Item
from cnn_lesson.checks import gather, judge
from cnn_lesson.datasets import instant_images
from cnn_lesson.verdict import Verdict

SEEDS = (VISIBLE_SEED, 1, 2, 1943)


def verdict_on(check: Item, answers: dict, seed: int = VISIBLE_SEED) -> Verdict:
    """The verdict on answers whose evidence went through a file, as it does in grading."""
    inputs = unpack(pack(check.inputs(seed)))
    evidence = unpack(pack(gather(check, answers, inputs)))
    return judge(check, evidence, check.inputs(seed), instant_images)
