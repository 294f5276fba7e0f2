"""From what learners hand in to gradebook, feedback and report."""
