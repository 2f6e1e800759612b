"""Organisations, sites, users, roles and what each may do."""
