"""Pictures to touch: a kernel that walks, your own network, a stack of layers.

Each is one ES module in anywidget's form, made of the files beside this one. Where no script runs
a still picture stands with its words; while a notebook is graded there are only the words.
"""

from cnn_lesson.touch.pictures import shapes, walk_kernel, your_network

__all__ = ["shapes", "walk_kernel", "your_network"]
