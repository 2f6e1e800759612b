"""Plans: draft, computed, approved, superseded."""
