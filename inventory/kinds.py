"""The kinds of place: what a node of the tree is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class PlaceKind(StrEnum):
    """What a place is; the tree may nest them as the house is built."""

    SITE = "site"
    HOSPITAL = "hospital"
    BUILDING = "building"
    STORE = "store"
    DOCK = "dock"
    SHELF = "shelf"
    CABINET = "cabinet"
    FRIDGE = "fridge"
    SAFE = "safe"
    PHARMACY = "pharmacy"
    WARD = "ward"
    ROOM = "room"
    BED = "bed"
    THEATRE_SUITE = "theatre-suite"
    THEATRE = "theatre"
    TROLLEY = "trolley"


KINDS: Final[Mapping[str, PlaceKind]] = {
    "院区": PlaceKind.SITE,
    "医院": PlaceKind.HOSPITAL,
    "楼": PlaceKind.BUILDING,
    "楼栋": PlaceKind.BUILDING,
    "库房": PlaceKind.STORE,
    "药库": PlaceKind.STORE,
    "收货台": PlaceKind.DOCK,
    "货架": PlaceKind.SHELF,
    "货位": PlaceKind.SHELF,
    "柜": PlaceKind.CABINET,
    "冷柜": PlaceKind.FRIDGE,
    "冰箱": PlaceKind.FRIDGE,
    "保险柜": PlaceKind.SAFE,
    "药房": PlaceKind.PHARMACY,
    "病区": PlaceKind.WARD,
    "房间": PlaceKind.ROOM,
    "床": PlaceKind.BED,
    "床位": PlaceKind.BED,
    "手术部": PlaceKind.THEATRE_SUITE,
    "手术间": PlaceKind.THEATRE,
    "车": PlaceKind.TROLLEY,
    "急救车": PlaceKind.TROLLEY,
    **{kind.value: kind for kind in PlaceKind},
}
"""Kinds by the words of either language."""
