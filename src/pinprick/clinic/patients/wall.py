"""Row-level security alone, for tables that only repeat what an audited table holds."""

from __future__ import annotations

from django.db.migrations import RunSQL

_WALL = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {table}_organisation ON {table} TO pinprick_app
  USING (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid)
  WITH CHECK (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid);
"""
_WALL_BACK = "DROP POLICY {table}_organisation ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"


def walls(*tables: str) -> list[RunSQL]:
    """Return operations that keep each table's rows within their organisation."""
    return [RunSQL(_WALL.format(table=table), _WALL_BACK.format(table=table)) for table in tables]
