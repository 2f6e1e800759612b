"""What migrations add to the tables of an organisation: row-level security, the audit trail, and frozen rows."""

from __future__ import annotations

from django.db.migrations import RunSQL

_TENANT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {table}_organisation ON {table} TO pinprick_app
  USING (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid)
  WITH CHECK (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid);
"""
_TENANT_BACK = """
DROP POLICY {table}_organisation ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
_AUDIT = """
CREATE TRIGGER {table}_audit AFTER INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION audit_row();
"""
_AUDIT_BACK = "DROP TRIGGER {table}_audit ON {table};"
_FROZEN = """
CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} AND (
    TG_OP = 'DELETE'
    OR to_jsonb(OLD) - '{{{free}}}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{{{free}}}'::text[]
  ) THEN
    RAISE EXCEPTION '{table}: % is final and cannot be changed', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_frozen();
"""
_FROZEN_BACK = "DROP TRIGGER {table}_frozen ON {table}; DROP FUNCTION {table}_frozen();"


def tenant_tables(*tables: str) -> list[RunSQL]:
    """Return operations that keep each table's rows within their organisation and audit every change.

    The migration must depend on `("audit", "0001_initial")`.
    """
    walls = [RunSQL(_TENANT.format(table=table), _TENANT_BACK.format(table=table)) for table in tables]
    return [*walls, *audited_tables(*tables)]


def audited_tables(*tables: str) -> list[RunSQL]:
    """Return operations that write every change of a table's rows to the audit trail of their organisation."""
    return [RunSQL(_AUDIT.format(table=table), _AUDIT_BACK.format(table=table)) for table in tables]


def frozen_rows(table: str, when: str, *, free: tuple[str, ...] = ()) -> RunSQL:
    """Return an operation after which rows can be neither changed nor deleted once a condition holds.

    Args:
        table: the table.
        when: an SQL condition on the row OLD, such as `OLD.state = 'approved'`.
        free: columns that may change all the same.
    """
    return RunSQL(_FROZEN.format(table=table, when=when, free=",".join(free)), _FROZEN_BACK.format(table=table))
