"""Reserved goods: kept for a document, and no longer once they go."""

from __future__ import annotations

from inventory.act import Act
from inventory.things import Status, Unit
from trace import EventKind, Reason, Touch


def settle_kept(act: Act, unit: Unit) -> dict[str, str]:
    """Keep a thing for the event's document, or no longer for its own; what an entry says of it."""
    if act.kind is EventKind.RESERVED:
        if not act.documents:
            act.object(Reason.DOCUMENT_MISSING, Touch((unit.unit_id,), ()))
            return {}
        act.keep(act.documents[0], unit.lot_id, unit.unit_id, 1)
        return {"for": act.documents[0]}
    if unit.status is not Status.RESERVED or act.rule.target is None:
        return {}
    for document, location_id in act.view.kept_for(unit.unit_id):
        act.unkeep(document, location_id, unit.lot_id, unit.unit_id, 1)
        return {"for": document}
    return {}


def check_kept(act: Act, unit: Unit, touch: Touch) -> None:
    """What is kept for a document goes for that one only."""
    kept = {document for document, _ in act.view.kept_for(unit.unit_id)}
    if kept.isdisjoint(act.documents):
        act.object(Reason.RESERVED, touch, unit.key)
