"""By when everybody must know of a recall: one rule for every way that a notice is taken in."""

from __future__ import annotations

from datetime import datetime, timedelta

from recall import RecallClass
from web.filling.cases import CLASSES
from web.filling.page import Page
from web.view import RecallClass as ShownClass


def class_limits(page: Page) -> tuple[tuple[ShownClass, int], ...]:
    """The hours of each class, as the hospital has set them."""
    hours = page.desk.hospital.settings.recall_hours
    return tuple(zip(CLASSES.values(), hours, strict=True))


def deadline_of(page: Page, recall_class: RecallClass, notified: datetime) -> datetime:
    """By when everybody must know of a notice that arrived at `notified`."""
    return notified + timedelta(hours=dict(class_limits(page))[CLASSES[recall_class]])
