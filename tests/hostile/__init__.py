"""Submissions that try to get points, to see, to break or to outlast what they must not."""
