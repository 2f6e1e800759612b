"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.patients.views import chart, editing, finding, importing, merging

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", finding.register, name="register"),
    path("new/", editing.new, name="new"),
    path("import/", importing.upload, name="import"),
    path("import/<uuid:import_id>/", importing.imported, name="imported"),
    path("merge/<uuid:merge_id>/undo/", merging.unmerge, name="unmerge"),
    path("<uuid:patient_id>/", chart.chart, name="chart"),
    path("<uuid:patient_id>/facts/", chart.facts, name="facts"),
    path("<uuid:patient_id>/export/", chart.download, name="export"),
    path("<uuid:patient_id>/edit/", editing.edit, name="edit"),
    path("<uuid:patient_id>/archive/", editing.archive, name="archive"),
    path("<uuid:patient_id>/restore/", editing.restore, name="restore"),
    path("<uuid:patient_id>/restrict/", editing.restrict, name="restrict"),
    path("<uuid:patient_id>/merge/", merging.merge, name="merge"),
]
