"""The pages' addresses: one module for each part of the site, one blueprint each."""

from __future__ import annotations

from web.routes import (
    account,
    audit,
    devices,
    everywhere,
    ledger,
    log,
    lots,
    passkeys,
    password,
    recalls,
    search,
    second_factor,
    sign_in,
    staff,
    things,
    witness,
)

BLUEPRINTS = (
    account.blueprint,
    audit.blueprint,
    devices.blueprint,
    everywhere.blueprint,
    ledger.blueprint,
    log.blueprint,
    lots.blueprint,
    passkeys.blueprint,
    password.blueprint,
    recalls.blueprint,
    search.blueprint,
    second_factor.blueprint,
    sign_in.blueprint,
    staff.blueprint,
    things.blueprint,
    witness.blueprint,
)
"""Every blueprint of the pages."""
