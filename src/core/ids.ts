import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const POOL_BYTES = 4096;
const SEED_BYTES = 16;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;
let msecs = 0;
let seq = 0;

/** Random bytes out of a pool: asking the system for sixteen at a time costs several times the id itself. */
function takeRandom(): Buffer {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += SEED_BYTES;
  return pool.subarray(used - SEED_BYTES, used);
}

/** A new UUIDv7. Those of one process ascend, within a millisecond and when the clock is set back too. Source: RFC 9562. */
export function newId(): string {
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = takeRandom().readUInt32LE() >>> 1;
  } else {
    seq += 1;
  }
  return v7({ msecs, seq, rng: takeRandom });
}
