"""What PostgreSQL itself holds sessions to: the parts of a session change only while it is open, addenda come after."""

from __future__ import annotations

from django.db.migrations import RunSQL

# FOR SHARE waits for a signature that is being given, so that nothing slips in beside it. A merge of two patient
# records may move a row to the kept patient at any time.
_PARTS = """
CREATE FUNCTION treatment_part_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{patient_id,version}'::text[]
     IS NOT DISTINCT FROM to_jsonb(NEW) - '{patient_id,version}'::text[] THEN
    RETURN NEW;
  END IF;
  SELECT state INTO found FROM treatment_session
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END FOR SHARE;
  IF found IS DISTINCT FROM TG_ARGV[0] THEN
    RAISE EXCEPTION '%: the session is %, not %', TG_TABLE_NAME, coalesce(found, 'unknown'), TG_ARGV[0]
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
_PARTS_BACK = "DROP FUNCTION treatment_part_open();"
_PART = """
CREATE TRIGGER {table}_open BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION treatment_part_open('{state}');
"""
_PART_BACK = "DROP TRIGGER {table}_open ON {table};"


def parts_of_open_sessions(*tables: str) -> list[RunSQL]:
    """Return operations after which rows of these tables change only while their session is open.

    Args:
        tables: tables with a column `session_id`.
    """
    every = [
        RunSQL(
            _PART.format(table=table, when="INSERT OR UPDATE OR DELETE", state="open"), _PART_BACK.format(table=table)
        )
        for table in tables
    ]
    return [RunSQL(_PARTS, _PARTS_BACK), *every]


def addenda_of_signed_sessions(table: str) -> RunSQL:
    """Return an operation after which rows are added to a table only when their session is signed."""
    return RunSQL(_PART.format(table=table, when="INSERT", state="signed"), _PART_BACK.format(table=table))
