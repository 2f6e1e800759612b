"""Runs the planner beside the requests: its progress is seen everywhere, and it can be cancelled."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

import pinprick
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.tenancy import acting_as
from pinprick.clinic.plans import frozen
from pinprick.clinic.plans.models import Computation, Document, Plan, Revision
from pinprick.errors import PinprickError
from pinprick.planning import Case

log = logging.getLogger("pinprick.plans")
# One at a time: the planner uses a whole core, and pages must stay quick.
_POOL = ThreadPoolExecutor(max_workers=1, thread_name_prefix="planner")
# Where each stage begins and how much of the whole it takes, as measured on the examples.
_STAGES = {
    "screening": (0.0, 0.0),
    "healing": (0.02, 0.2),
    "candidates": (0.25, 0.15),
    "course": (0.4, 0.08),
    "comparison": (0.5, 0.05),
    "published protocol": (0.55, 0.0),
    "block of skin": (0.58, 0.32),
    "report": (0.9, 0.08),
}
_BETWEEN_SECONDS = 0.25
# A process that has died tells nobody; after so long without a sign its computation counts as broken off.
SILENT_FOR = timedelta(seconds=60)


class Cancelled(Exception):
    """Somebody no longer wants the result."""


def begin(member: Membership, computation: Computation, case: Case, settings: dict[str, Any]) -> None:
    """Compute as soon as the transaction at hand is written.

    Args:
        member: for whom.
        computation: the row that says how far it is.
        case: what to plan.
        settings: on, draws and seed.
    """
    transaction.on_commit(lambda: _POOL.submit(_apart, member, computation.pk, case, settings))


def _apart(member: Membership, pk: UUID, case: Case, settings: dict[str, Any]) -> None:
    """Work on a connection of this thread's own."""
    try:
        with acting_as(member):
            work(member, pk, case, settings)
    except Exception:
        log.exception("a computation broke off", extra={"computation": str(pk)})
    finally:
        connection.close()


def work(member: Membership, pk: UUID, case: Case, settings: dict[str, Any]) -> None:
    """Compute a plan and store it as a new revision; whatever happens is written to the computation."""
    tell = _teller(pk)
    try:
        tell("screening", 0.0)
        plan = pinprick.plan(
            case,
            on=date.fromisoformat(settings["on"]),
            draws=settings["draws"],
            seed=settings["seed"],
            progress=tell,
        )
        made = frozen.freeze(plan, settings, frozen.documents(plan, progress=tell))
        tell("report", 1.0)
        _store(member, pk, made)
    except Cancelled:
        _end(pk, Computation.State.CANCELLED)
    except PinprickError as fault:
        _end(pk, Computation.State.FAILED, str(fault))
    except Exception:
        # What went wrong is in the log; the page says that it did, and offers another try.
        log.exception("the planner failed", extra={"computation": str(pk)})
        _end(pk, Computation.State.FAILED, "fault")


def _teller(pk: UUID) -> Callable[[str, float], None]:
    last = 0.0

    def tell(stage: str, fraction: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _BETWEEN_SECONDS:
            return
        last = now
        start, share = _STAGES.get(stage, (0.0, 0.0))
        running = Computation.objects.filter(pk=pk, state=Computation.State.RUNNING, cancel_wanted=False)
        if not running.update(stage=stage, fraction=start + share * fraction, seen_at=timezone.now()):
            raise Cancelled

    return tell


def _end(pk: UUID, state: str, problem: str = "") -> None:
    rows = Computation.objects.filter(pk=pk, state=Computation.State.RUNNING)
    rows.update(state=state, ended_at=timezone.now(), problem=problem)


@transaction.atomic
def _store(member: Membership, pk: UUID, made: frozen.Frozen) -> None:
    computation = Computation.objects.select_for_update().get(pk=pk)
    plan = Plan.objects.select_for_update().get(pk=computation.plan_id)
    if computation.state != Computation.State.RUNNING or computation.cancel_wanted or not plan.is_draft:
        raise Cancelled
    content = frozen.read(made.content, made.content_hash)
    common = {"organisation_id": plan.organisation_id, "patient_id": plan.patient_id, "created_by": member}
    revision = Revision.objects.create(
        plan=plan,
        number=plan.revision + 1,
        title=computation.draft["title"],
        draft=computation.draft["case"],
        content=made.content,
        content_hash=made.content_hash,
        engine_version=content["provenance"]["version"],
        data_sha256=content["provenance"]["data_sha256"],
        seed=content["settings"]["seed"],
        **common,
    )
    Document.objects.bulk_create(
        Document(revision=revision, name=name, packed=packed, **common) for name, packed in made.documents.items()
    )
    # Its version stays: what somebody types meanwhile is not refused because a result arrived.
    Plan.objects.filter(pk=plan.pk).update(
        current=revision,
        revision=revision.number,
        content_hash=revision.content_hash,
        engine_version=revision.engine_version,
        seed=revision.seed,
        computed_at=computation.created_at,
    )
    computation.state, computation.fraction, computation.ended_at = Computation.State.DONE, 1.0, timezone.now()
    computation.save(update_fields=["state", "fraction", "ended_at"])


def latest(plan: Plan) -> Computation | None:
    """Return the newest computation of a plan; one that has long been silent is called broken off."""
    found = Computation.objects.filter(plan=plan).order_by("-created_at", "-pk").first()
    if found is not None and found.state == Computation.State.RUNNING and timezone.now() - found.seen_at > SILENT_FOR:
        _end(found.pk, Computation.State.FAILED, "silent")
        found.refresh_from_db()
    return found
