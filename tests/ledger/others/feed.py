"""A log built by the aics-tlog package (PyPI), sent to our witness.

Run by test_others.py with that package's own Python. Prints the statuses as JSON.
"""

import json
import sys
import urllib.error
import urllib.request

from aics_tlog import (
    MerkleTree,
    format_vkey,
    sign_checkpoint,
    verify_cosignature,
    vkey_from_ed25519,
)
from aics_tlog.checkpoint import Checkpoint
from aics_tlog.note import parse_note, parse_vkey
from aics_witness.protocol import format_add_checkpoint_request
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "other.example/log"
key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
if sys.argv[1:] == ["key"]:
    print(format_vkey(vkey_from_ed25519(ORIGIN, key.public_key())))  # noqa: T201 -- its answer
    sys.exit()

url, witness = sys.argv[1:]
tree = MerkleTree(b"entry %d" % i for i in range(900))
statuses = []
for old, size in ((0, 5), (5, 300), (300, 900), (5, 900), (900, 900)):
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=tree.root(size))
    note = sign_checkpoint(checkpoint, key, ORIGIN)
    proof = tree.consistency_proof(old, size) if old else []
    text = note.serialise()
    body = format_add_checkpoint_request(old, proof, text.encode())
    try:
        with urllib.request.urlopen(f"{url}/add-checkpoint", body) as answer:  # noqa: S310 -- our own test server
            cosigned = parse_note(text + answer.read().decode())
            known, line = parse_vkey(witness), cosigned.signatures[-1]
            root = checkpoint.root
            holds = verify_cosignature(
                line.signature, known.name, known.public_key, ORIGIN, size, root
            )
            statuses.append([answer.status, holds])
    except urllib.error.HTTPError as answer:
        statuses.append([answer.code, answer.read().decode()])
print(json.dumps(statuses))  # noqa: T201 -- its answer
