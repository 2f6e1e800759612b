"""The patient and the resources of one FHIR R4 Bundle, with references resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinprick.errors import InputError
from pinprick.interop.document import read_document
from pinprick.interop.node import Node

_OTHER_VERSIONS = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "ProcedureRequest": "STU3",
    "ReferralRequest": "STU3",
    "MedicationUsage": "R5",
}
_AS_R4 = "export the record as FHIR R4 (4.0.1)"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One person's record.

    Attributes:
        patient: the Patient resource.
        resources: every resource, in file order.
        addresses: resources by full URL and by `Type/id`.
        file: name of the file.
    """

    patient: Node
    resources: tuple[Node, ...]
    addresses: Mapping[str, Node]
    file: str

    def of_type(self, *types: str) -> Iterator[Node]:
        """Yield the resources of some types, in file order."""
        return (node for node in self.resources if node.content.get("resourceType") in types)

    def resolve(self, holder: Node, reference: str) -> Node | None:
        """Return what a reference points at: contained, by full URL, or by `Type/id`; None if not in the file."""
        if reference.startswith("#"):
            return next((item for item in holder.nodes("contained") if item.text("id") == reference[1:]), None)
        return self.addresses.get(reference) or self.addresses.get("/".join(reference.split("/")[-2:]))

    def is_about_patient(self, resource: Node) -> bool:
        """Whether a resource names this patient, or names nobody in the file."""
        subject = resource.node("subject") or resource.node("patient")
        reference = subject.text("reference") if subject is not None else ""
        if not reference or "?" in reference:
            return True
        target = self.resolve(resource, reference)
        if target is not None:
            return target.content is self.patient.content
        return not reference.split("/")[-1] or reference.split("/")[-1] == self.patient.text("id")


def read_bundle(source: str | Path | Mapping[str, Any]) -> Bundle:
    """Read a Bundle that holds exactly one patient.

    Args:
        source: path of the file, or its content.

    Raises:
        InputError: not readable, no Bundle, another version of FHIR, no patient, or several.
    """
    content, file = read_document(source)
    root = Node(content, "", file)
    kind = root.text("resourceType")
    if kind != "Bundle":
        raise InputError(
            "not a FHIR Bundle",
            file=file,
            field="resourceType",
            given=content.get("resourceType"),
            limit="Bundle",
            origin="FHIR R4",
            remedy="export the whole record of one patient as a Bundle (transaction, collection or searchset)",
        )
    resources, addresses = _resources(root)
    patients = [node for node in resources if node.text("resourceType") == "Patient"]
    distinct = {node.text("id") or node.path: node for node in patients}
    if len(distinct) != 1:
        raise _not_one(distinct, resources, file)
    return Bundle(patients[-1], tuple(resources), addresses, file)


def _resources(root: Node) -> tuple[list[Node], dict[str, Node]]:
    resources: list[Node] = []
    addresses: dict[str, Node] = {}
    for entry in root.nodes("entry"):
        resource = entry.node("resource")
        if resource is None:
            continue
        kind = resource.text("resourceType")
        if kind in _OTHER_VERSIONS:
            raise resource.fault("resourceType", f"a resource of FHIR {_OTHER_VERSIONS[kind]}", "FHIR R4", _AS_R4)
        resources.append(resource)
        if entry.text("fullUrl"):
            addresses[entry.text("fullUrl")] = resource
        if resource.text("id"):
            addresses[f"{kind}/{resource.text('id')}"] = resource
    return resources, addresses


def _not_one(patients: Mapping[str, Node], resources: list[Node], file: str) -> InputError:
    kinds = sorted({node.text("resourceType") or "(no type)" for node in resources})
    if not patients:
        return InputError(
            "the Bundle holds no patient, so there is nobody to screen",
            file=file,
            field="entry",
            given=f"{len(resources)} resources: {', '.join(kinds[:6])}" if resources else "no resources",
            limit="one Patient resource",
            remedy="export the record of one patient, including the Patient resource",
        )
    return InputError(
        f"the Bundle holds {len(patients)} patients; facts of different people must not be mixed",
        file=file,
        field="entry",
        given=", ".join(list(patients)[:4]),
        limit="one Patient resource",
        remedy="export one patient at a time",
    )
