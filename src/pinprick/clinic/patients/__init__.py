"""Patients: create, find, import, merge, archive, timeline."""
