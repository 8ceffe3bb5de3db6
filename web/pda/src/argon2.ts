// Argon2id (RFC 9106), loaded when somebody signs in: 32 bytes to compare, 32 bytes for a key.

import { argon2id as hash } from "hash-wasm";

export function argon2id(secret: string, salt: Uint8Array, memory: number, passes: number): Promise<Uint8Array> {
  return hash({
    password: secret, salt, memorySize: memory, iterations: passes, parallelism: 1, hashLength: 64, outputType: "binary",
  });
}
