"""The part of the audit trail that PostgreSQL does: chain, row trigger, protection, role and row-level security.

The text that is hashed is the previous hash in hexadecimal, then sequence, time, actor, action, table, target, patient
and detail, separated by line feeds; `audit.verify` recomputes it in Python from the same columns.
"""

from __future__ import annotations

ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pinprick_app') THEN
    CREATE ROLE pinprick_app NOLOGIN NOBYPASSRLS;
  END IF;
  IF NOT pg_has_role(current_user, 'pinprick_app', 'SET') THEN
    EXECUTE format('GRANT pinprick_app TO %I', current_user);
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO pinprick_app;
"""

CHAIN = """
CREATE FUNCTION audit_text(entry audit_entry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(E'\n', encode(entry.previous, 'hex'), entry.sequence::text,
    (extract(epoch FROM entry.at) * 1000000)::bigint::text, coalesce(entry.actor_id::text, ''), entry.action,
    entry.target_table, coalesce(entry.target_id::text, ''), coalesce(entry.patient_id::text, ''), entry.detail::text)
$$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last audit_entry;
BEGIN
  -- One writer at a time for an organisation; the next statement then sees what the one before has committed.
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organisation_id::text, 7));
  SELECT * INTO last FROM audit_entry WHERE organisation_id = NEW.organisation_id ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := coalesce(last.sequence, 0) + 1;
  NEW.at := clock_timestamp();
  NEW.previous := coalesce(last.hash, ''::bytea);
  NEW.hash := sha256(convert_to(audit_text(NEW), 'UTF8'));
  RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

ROWS = """
CREATE FUNCTION audit_value(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  -- What is long (documents, results) is named by its hash: the row itself keeps it.
  SELECT CASE WHEN length(value::text) <= 400 THEN value
    ELSE jsonb_build_object(
      'sha256', encode(sha256(convert_to(value::text, 'UTF8')), 'hex'), 'length', length(value::text)) END
$$;

CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
  after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
  here jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  changed jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(key, jsonb_build_array(audit_value(before -> key), audit_value(value))) INTO changed
      FROM jsonb_each(after) WHERE before -> key IS DISTINCT FROM value AND key <> 'version';
    IF changed IS NULL THEN RETURN NULL; END IF;
  ELSE
    SELECT jsonb_object_agg(key, audit_value(value)) INTO changed
      FROM jsonb_each(here) WHERE value <> 'null'::jsonb AND key NOT IN ('id', 'organisation_id', 'version');
  END IF;
  INSERT INTO audit_entry (organisation_id, actor_id, action, target_table, target_id, patient_id, detail)
  VALUES (
    (here ->> 'organisation_id')::uuid, nullif(current_setting('pinprick.actor', true), '')::uuid,
    lower(TG_OP), TG_TABLE_NAME,
    (here ->> 'id')::uuid,
    CASE WHEN TG_TABLE_NAME = 'patients_patient' THEN (here ->> 'id')::uuid ELSE (here ->> 'patient_id')::uuid END,
    coalesce(changed, '{}'::jsonb));
  RETURN NULL;
END $$;
"""

WALL = """
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_organisation ON audit_entry TO pinprick_app
  USING (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid)
  WITH CHECK (organisation_id = nullif(current_setting('pinprick.organisation', true), '')::uuid);
"""

# After every migration: new tables belong to the role too, the audit trail only to read and to extend.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pinprick_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO pinprick_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM pinprick_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM pinprick_app;
"""
