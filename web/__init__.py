"""The pages: what people see at a desk. Search, timelines, recalls, the ledger.

`register(app, hospital)` installs them in a Flask application, `problem_page(error)` is what a
person sees when something did not work. Who may see which page is declared at its view
(`web.guard`); what a page shows is a view model (`web.view`), filled from one consistent state of
the database (`web.filling`).
"""

from __future__ import annotations

from web.door import register
from web.problems import problem_page

__all__ = ["problem_page", "register"]
