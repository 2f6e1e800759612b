"""Rollers, pens, stamps, radiofrequency heads and home rollers, as data."""

from pinprick.device.device import Device, DeviceClass, Label

__all__ = ["Device", "DeviceClass", "Label"]
