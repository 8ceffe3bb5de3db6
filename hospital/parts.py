"""Who takes part in every recording, in which order; and how entries are read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory import (
    COUNT_APPROVAL_TYPE,
    COUNT_LINES_TYPE,
    COUNT_TYPE,
    EXCURSION_DECISION_TYPE,
    LABELS_TYPE,
    LOCATION_TYPE,
    MAPPING_TYPE,
    PACKAGES_TYPE,
    PAR_LEVEL_TYPE,
    PRODUCT_TYPE,
    READING_TYPE,
    Catalogue,
    CodeMapping,
    ColdChain,
    Count,
    CountApproval,
    CountLines,
    Counts,
    Definition,
    ExcursionDecision,
    LabelIssue,
    Labels,
    PackageRelations,
    Packages,
    ParLevel,
    ParLevels,
    Reading,
    Stock,
    Unmapped,
    base_units_of,
)
from orders import ORDER_TYPE, REVISION_TYPE, Order, OrderBook, Revision
from recall import (
    RECALL_CLOSING_TYPE,
    RECALL_REOPENING_TYPE,
    RECALL_TYPE,
    Recall,
    RecallClosing,
    RecallDesk,
    RecallReopening,
)
from trace import (
    CORRECTION_TYPE,
    RESOLUTION_TYPE,
    Correction,
    Decoder,
    Event,
    Participant,
    Resolution,
    Resolutions,
)

DECODERS: Mapping[str, Decoder] = {
    "AggregationEvent": Event.parse,
    "ObjectEvent": Event.parse,
    CORRECTION_TYPE: Correction.parse,
    PRODUCT_TYPE: Definition.parse,
    LOCATION_TYPE: Definition.parse,
    MAPPING_TYPE: CodeMapping.parse,
    LABELS_TYPE: LabelIssue.parse,
    PACKAGES_TYPE: Packages.parse,
    COUNT_TYPE: Count.parse,
    COUNT_LINES_TYPE: CountLines.parse,
    COUNT_APPROVAL_TYPE: CountApproval.parse,
    PAR_LEVEL_TYPE: ParLevel.parse,
    READING_TYPE: Reading.parse,
    EXCURSION_DECISION_TYPE: ExcursionDecision.parse,
    ORDER_TYPE: Order.parse,
    RESOLUTION_TYPE: Resolution.parse,
    REVISION_TYPE: Revision.parse,
    RECALL_TYPE: Recall.parse,
    RECALL_CLOSING_TYPE: RecallClosing.parse,
    RECALL_REOPENING_TYPE: RecallReopening.parse,
}
"""How a record is made from an entry's JSON, by its `type`."""


def new_participants() -> tuple[Participant[Any, Any], ...]:
    """Rules and projections in the order in which they decide; one set for each recorder.

    Stock is asked before orders: what is here already, and is scanned twice, is no surplus. Recalls
    come last, because they hold what the others have just brought in.
    """
    return (
        Catalogue(),
        Labels(),
        Unmapped(),
        PackageRelations(),
        ParLevels(),
        Counts(),
        Stock(),
        OrderBook(base_units_of),
        ColdChain(),
        RecallDesk(),
        Resolutions(),
    )
