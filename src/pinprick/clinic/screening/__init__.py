"""Screening of a patient's facts, and how each finding was resolved."""
