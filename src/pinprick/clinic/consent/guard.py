"""What PostgreSQL itself holds consents to: content never changes, and 'signed' needs a signature and a sealed file."""

from __future__ import annotations

from django.db.migrations import RunSQL

_LIFE = """
CREATE FUNCTION consent_consent_life() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := '{state,decided_at,progress,talk_wanted_at,version,patient_id}';
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'consent_consent: % is kept', OLD.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'offered' OR NEW.content_hash <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
      RAISE EXCEPTION 'consent_consent: a consent begins as offered, with the hash of its content'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - free IS DISTINCT FROM to_jsonb(NEW) - free
     OR (OLD.state <> 'offered'
       AND (OLD.progress, OLD.talk_wanted_at) IS DISTINCT FROM (NEW.progress, NEW.talk_wanted_at))
     OR (OLD.state = NEW.state AND OLD.decided_at IS DISTINCT FROM NEW.decided_at) THEN
    RAISE EXCEPTION 'consent_consent: the content of % cannot be changed', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND NOT (
    (OLD.state = 'offered' AND NEW.state IN ('signed', 'refused', 'replaced'))
    OR (OLD.state = 'signed' AND NEW.state = 'withdrawn')
  ) THEN
    RAISE EXCEPTION 'consent_consent: % does not go from % to %', OLD.id, OLD.state, NEW.state
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state = 'signed' AND OLD.state = 'offered' AND NOT EXISTS (
    SELECT 1 FROM consent_signature AS s JOIN consent_signedfile AS f ON f.consent_id = s.consent_id
      WHERE s.consent_id = NEW.id AND s.shown_hash = NEW.content_hash
        AND f.sha256 = encode(sha256(f.document), 'hex') AND length(f.document) > 0
  ) THEN
    RAISE EXCEPTION 'consent_consent: % has no signature on what was shown', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consent_consent_life BEFORE INSERT OR UPDATE OR DELETE ON consent_consent
  FOR EACH ROW EXECUTE FUNCTION consent_consent_life();
"""
_LIFE_BACK = "DROP TRIGGER consent_consent_life ON consent_consent; DROP FUNCTION consent_consent_life();"


def consent_life() -> RunSQL:
    """Return the operation after which a consent's content and its decisions cannot be rewritten."""
    return RunSQL(_LIFE, _LIFE_BACK)
