"""The programming interface, described by a schema."""
