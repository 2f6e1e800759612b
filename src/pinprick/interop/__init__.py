"""Records of other systems, read into facts."""

from pinprick.interop.fhir import read_fhir

__all__ = ["read_fhir"]
