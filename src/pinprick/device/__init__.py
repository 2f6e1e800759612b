"""Rollers, pens, stamps, radiofrequency heads and home rollers, as data."""

from pinprick.device.catalogue import device, device_ids, devices
from pinprick.device.device import Device, DeviceClass, Geometry, Label
from pinprick.device.label import departures, label_limit_mm, labels

__all__ = [
    "Device",
    "DeviceClass",
    "Geometry",
    "Label",
    "departures",
    "device",
    "device_ids",
    "devices",
    "label_limit_mm",
    "labels",
]
