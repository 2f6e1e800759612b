"""Sessions, recorded against the plan."""
