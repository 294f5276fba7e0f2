"""Three levels of confinement for a stranger's process, the best one that this machine allows."""
