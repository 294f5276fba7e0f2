"""nbgrader's settings for learners: how their notebooks are validated."""

from cnn_lesson.command.validating import configure

configure(get_config())  # noqa: F821  (traitlets provides it)
