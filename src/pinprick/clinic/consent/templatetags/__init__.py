"""Template tags of consents."""
