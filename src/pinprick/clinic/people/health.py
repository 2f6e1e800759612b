"""Whether the process lives and whether it can serve."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse

from pinprick import __version__
from pinprick.clinic.people.access import public


@public
def health(request: HttpRequest) -> JsonResponse:
    """Answer that the process lives."""
    return JsonResponse({"status": "alive", "version": __version__})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether the database answers and is migrated; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    if waiting:
        return JsonResponse({"status": f"{waiting} migrations are waiting"}, status=503)
    return JsonResponse({"status": "ready"})
