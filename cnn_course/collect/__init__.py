"""From a learning platform to nbgrader's folders, and back."""
