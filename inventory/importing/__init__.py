"""Master data from files and back: products, places, the NMPA's UDI database.

Every import can be run dry: it then tells every fault with its row and column and changes nothing.
The same file again changes nothing either.
"""

from __future__ import annotations

from inventory.importing.export import export_places, export_products
from inventory.importing.faults import ImportFault, ImportReport
from inventory.importing.importer import Importer
from inventory.importing.places import import_places
from inventory.importing.products import import_products
from inventory.importing.readings import import_readings
from inventory.importing.udi import Take, import_udi
from inventory.importing.udi_file import UdiDevice, read_devices, release_size

__all__ = [
    "ImportFault",
    "ImportReport",
    "Importer",
    "Take",
    "UdiDevice",
    "export_places",
    "export_products",
    "import_places",
    "import_products",
    "import_readings",
    "import_udi",
    "read_devices",
    "release_size",
]
