"""``python -m cnn_lesson learn``, for where the command ``cnn-lesson`` is not on the PATH."""

import sys

from cnn_lesson.command.cli import main

if __name__ == "__main__":
    sys.exit(main())
