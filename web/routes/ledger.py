"""The ledger: its state, its entries, their proofs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from access import Action
from ledger import prove
from web.desk import desk
from web.filling.files import ENTRIES
from web.filling.ledger import ledger_view, proof_view
from web.filling.page import open_page
from web.guard import needs
from web.listing import asked_file, file_links
from web.paths import NUMBER, before
from web.shell import show, tell

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")

_WAIT: Final = 5.0


@blueprint.get("")
@needs(Action.VIEW_LEDGER)
def page() -> Response:
    """The ledger's state and its entries, page by page."""
    file = asked_file(ENTRIES)
    if file is not None:
        return file
    with open_page() as filled:
        view = ledger_view(filled, before())
    return show("ledger.html", place="ledger", ledger=view, files=file_links("ledger.page"))


@blueprint.post("/verify")
@needs(Action.VIEW_LEDGER)
def verify() -> Response:
    """Walk the whole ledger; a walk that takes long goes on behind the page."""
    ended = desk().verifying.start(wait=_WAIT)
    tell("verify-done" if ended else "verify-running")
    return redirect(url_for("ledger.page"), code=303)


@blueprint.get(f"/<{NUMBER}:seq>")
@needs(Action.VIEW_LEDGER)
def proof(seq: int) -> Response:
    """An entry with its proof."""
    with open_page() as filled:
        view = proof_view(filled, seq)
    return show("proof.html", place="ledger", proof=view)


@blueprint.get(f"/<{NUMBER}:seq>/proof")
@needs(Action.VIEW_LEDGER)
def proof_file(seq: int) -> Response:
    """The proof as a file that others' tools check (C2SP tlog-proof)."""
    content = prove(desk().notary.checkpoints, seq).encode()
    response = Response(content, content_type="text/plain; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"entry-{seq}.tlog-proof")
    return response
