"""Consent generated from the approved plan, signed and verifiable."""
