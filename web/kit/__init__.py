"""Every page and part with invented content, for looking at and for the tests of the look.

`kit()` makes a blueprint under /kit. It shows no data of any hospital, and the application only
registers it when asked: the tests do, and a developer at work on the look.
"""

from __future__ import annotations

from web.kit.blueprint import PAGES, kit

__all__ = ["PAGES", "kit"]
