"""What learners get: one wheel with the notebooks inside, in a zip that says how to start."""
