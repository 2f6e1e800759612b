"""One-time links for people who do not sign in."""
