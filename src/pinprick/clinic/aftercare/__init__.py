"""The aftercare sheet of a plan."""
