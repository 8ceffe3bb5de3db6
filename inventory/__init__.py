"""Inventory: what may happen to goods, and what there is.

`Catalogue` and `Stock` take part in every recording (`trace.Participant`); `decide` is the one gate
that every exit passes. The functions below answer questions; they change nothing.
"""

from __future__ import annotations

from inventory.catalogue import Catalogue, Definition
from inventory.changes import StockChange, View
from inventory.count_events import Approver, approval_records
from inventory.count_queries import (
    CountFile,
    Difference,
    differences,
    digest_of,
    find_count,
    lines_counted,
    open_counts,
)
from inventory.counting import (
    COUNT_APPROVAL_TYPE,
    COUNT_LINES_TYPE,
    COUNT_TYPE,
    Count,
    CountApproval,
    Counted,
    CountLines,
)
from inventory.counts import COUNT_DOCUMENT, Counts
from inventory.decision import decide
from inventory.expiring import expiring, sweep_events
from inventory.holds import Hold, holding_cases, lift_holds, place_holds
from inventory.importing import (
    Importer,
    ImportFault,
    ImportReport,
    Take,
    UdiDevice,
    export_places,
    export_products,
    import_places,
    import_products,
    import_udi,
    read_devices,
    release_size,
)
from inventory.kinds import KINDS, PlaceKind
from inventory.labels import LABELS_TYPE, LabelIssue, Labels
from inventory.lookups import lots_by_id, unit_of, units_by_key, units_by_serial
from inventory.mapping import MAPPING_TYPE, CodeMapping, MappingRow, MappingState
from inventory.mapping_queries import MappingItem, mapping_counts, mapping_items, mapping_of
from inventory.members import LOCATION_TYPE, PRODUCT_TYPE
from inventory.package_relations import (
    DeclaredPackage,
    PackageRelations,
    declared_children,
    declared_contents,
    declared_packages,
)
from inventory.packages import PACKAGES_TYPE, Packages, cut_packages
from inventory.par_levels import PAR_LEVEL_TYPE, ParLevel, ParLevels
from inventory.picking import Advice, Need, Pick, StockRow, advise, needs, par_levels_of, stock_at
from inventory.queries import (
    Balance,
    Exposure,
    balances,
    catalogue_version,
    exposures,
    find_lot,
    find_lots,
    find_product,
    find_unit,
    locations,
    lot,
    lots_of,
    products,
    products_by_code,
    received,
    search_products,
    units_of_lots,
)
from inventory.rules import ALL_LOTS, RULES, SEND_BACK, Rule
from inventory.stock import Stock
from inventory.storage import Storage, Temperatures
from inventory.store_queries import identifiers_of, locations_by_code
from inventory.things import Category, Flag, Location, Lot, Product, Status, Unit
from inventory.unmapped import Unmapped

__all__ = [
    "ALL_LOTS",
    "COUNT_APPROVAL_TYPE",
    "COUNT_DOCUMENT",
    "COUNT_LINES_TYPE",
    "COUNT_TYPE",
    "KINDS",
    "LABELS_TYPE",
    "LOCATION_TYPE",
    "MAPPING_TYPE",
    "PACKAGES_TYPE",
    "PAR_LEVEL_TYPE",
    "PRODUCT_TYPE",
    "RULES",
    "SEND_BACK",
    "Advice",
    "Approver",
    "Balance",
    "Catalogue",
    "Category",
    "CodeMapping",
    "Count",
    "CountApproval",
    "CountFile",
    "CountLines",
    "Counted",
    "Counts",
    "DeclaredPackage",
    "Definition",
    "Difference",
    "Exposure",
    "Flag",
    "Hold",
    "ImportFault",
    "ImportReport",
    "Importer",
    "LabelIssue",
    "Labels",
    "Location",
    "Lot",
    "MappingItem",
    "MappingRow",
    "MappingState",
    "Need",
    "PackageRelations",
    "Packages",
    "ParLevel",
    "ParLevels",
    "Pick",
    "PlaceKind",
    "Product",
    "Rule",
    "Status",
    "Stock",
    "StockChange",
    "StockRow",
    "Storage",
    "Take",
    "Temperatures",
    "UdiDevice",
    "Unit",
    "Unmapped",
    "View",
    "advise",
    "approval_records",
    "balances",
    "catalogue_version",
    "cut_packages",
    "decide",
    "declared_children",
    "declared_contents",
    "declared_packages",
    "differences",
    "digest_of",
    "expiring",
    "export_places",
    "export_products",
    "exposures",
    "find_count",
    "find_lot",
    "find_lots",
    "find_product",
    "find_unit",
    "holding_cases",
    "identifiers_of",
    "import_places",
    "import_products",
    "import_udi",
    "lift_holds",
    "lines_counted",
    "locations",
    "locations_by_code",
    "lot",
    "lots_by_id",
    "lots_of",
    "mapping_counts",
    "mapping_items",
    "mapping_of",
    "needs",
    "open_counts",
    "par_levels_of",
    "place_holds",
    "products",
    "products_by_code",
    "read_devices",
    "received",
    "release_size",
    "search_products",
    "stock_at",
    "sweep_events",
    "unit_of",
    "units_by_key",
    "units_by_serial",
    "units_of_lots",
]
