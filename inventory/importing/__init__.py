"""Master data from files and back: the catalogue, places, suppliers, par levels, readings.

Every import can be run dry: it then tells every fault with its row and column and changes nothing.
The same file again changes nothing either.
"""

from __future__ import annotations

from inventory.importing.export import (
    export_par_levels,
    export_places,
    export_products,
    export_suppliers,
)
from inventory.importing.faults import ImportFault, ImportReport
from inventory.importing.importer import Importer
from inventory.importing.par_levels import import_par_levels
from inventory.importing.places import import_places
from inventory.importing.products import import_products
from inventory.importing.readings import import_readings
from inventory.importing.suppliers import import_suppliers
from inventory.importing.udi import Take, import_udi
from inventory.importing.udi_file import UdiDevice, read_devices, release_size

__all__ = [
    "ImportFault",
    "ImportReport",
    "Importer",
    "Take",
    "UdiDevice",
    "export_par_levels",
    "export_places",
    "export_products",
    "export_suppliers",
    "import_par_levels",
    "import_places",
    "import_products",
    "import_readings",
    "import_suppliers",
    "import_udi",
    "read_devices",
    "release_size",
]
