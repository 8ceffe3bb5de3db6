"""The witness of the aics-witness package (PyPI), serving our log until its input ends.

Run by test_others.py with that package's own Python; prints its key and address as JSON.
"""

import json
import sys
import threading

from aics_witness.config import LogConfig
from aics_witness.service import Witness, make_server
from aics_witness.store import WitnessStore
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

path, origin, vkey = sys.argv[1:]
with WitnessStore(path, create=True) as store:
    logs = [LogConfig.from_strings(origin, [vkey])]
    witness = Witness("other.example/w", Ed25519PrivateKey.generate(), store, logs)
    server = make_server(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps([witness.vkey_text, server.url]), flush=True)  # noqa: T201 -- its answer
    sys.stdin.read()
    server.shutdown()
