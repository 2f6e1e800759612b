"""What PostgreSQL itself holds plans to: a plan goes from draft to approved to superseded, and never back."""

from __future__ import annotations

from django.db.migrations import RunSQL

# While a plan is superseded only these columns change; a merge of two records may move it to the kept patient.
_LIFE = """
CREATE FUNCTION plans_plan_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'plans_plan: % is kept; a draft is discarded, not deleted', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'plans_plan: a plan begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'draft' THEN
    IF NEW.state = 'superseded' THEN
      RAISE EXCEPTION 'plans_plan: % was never approved', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (
      SELECT 1 FROM plans_revision AS r WHERE r.id = NEW.current_id AND r.plan_id = NEW.id
        AND r.content_hash = NEW.content_hash AND r.content_hash = encode(sha256(convert_to(r.content, 'UTF8')), 'hex')
    ) THEN
      RAISE EXCEPTION 'plans_plan: % has no computed result of that hash', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT (NEW.state = OLD.state OR (OLD.state = 'approved' AND NEW.state = 'superseded')) THEN
    RAISE EXCEPTION 'plans_plan: % is never un-approved', OLD.id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - '{state,superseded_at,superseded_by_id,version,patient_id}'::text[]
     IS DISTINCT FROM to_jsonb(NEW) - '{state,superseded_at,superseded_by_id,version,patient_id}'::text[]
     OR (OLD.state = 'superseded'
       AND (OLD.superseded_at, OLD.superseded_by_id) IS DISTINCT FROM (NEW.superseded_at, NEW.superseded_by_id))
     OR (NEW.state = 'approved' AND (NEW.superseded_at IS NOT NULL OR NEW.superseded_by_id IS NOT NULL)) THEN
    RAISE EXCEPTION 'plans_plan: % is approved and cannot be changed', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plans_plan_life BEFORE INSERT OR UPDATE OR DELETE ON plans_plan
  FOR EACH ROW EXECUTE FUNCTION plans_plan_life();
"""
_LIFE_BACK = "DROP TRIGGER plans_plan_life ON plans_plan; DROP FUNCTION plans_plan_life();"


def plan_life() -> RunSQL:
    """Return the operation after which an approved plan cannot be changed, deleted or un-approved."""
    return RunSQL(_LIFE, _LIFE_BACK)
