"""Trainings that are known already, answered instead of repeated."""
