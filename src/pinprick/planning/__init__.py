"""Case, candidates, search, comparison, prescription, quote and aftercare."""
