"""Explains one plan: a self-contained page, and the same as PDF."""
