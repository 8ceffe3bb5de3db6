"""The pages' addresses: one module for each part of the site, one blueprint each."""

from __future__ import annotations

from web.routes import (
    audit,
    everywhere,
    ledger,
    log,
    lots,
    password,
    recalls,
    search,
    second_factor,
    sign_in,
    things,
    witness,
)

BLUEPRINTS = (
    audit.blueprint,
    everywhere.blueprint,
    ledger.blueprint,
    log.blueprint,
    lots.blueprint,
    password.blueprint,
    recalls.blueprint,
    search.blueprint,
    second_factor.blueprint,
    sign_in.blueprint,
    things.blueprint,
    witness.blueprint,
)
"""Every blueprint of the pages."""
