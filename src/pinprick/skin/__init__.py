"""Layers, zones, phototype: the skin of one zone of one person."""

from pinprick.skin.anatomy import describe
from pinprick.skin.skin import LAYERS, Layer, Person, Sex, Skin, Zone

__all__ = ["LAYERS", "Layer", "Person", "Sex", "Skin", "Zone", "describe"]
