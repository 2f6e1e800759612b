"""Versioned questionnaires and the coded facts they give."""
