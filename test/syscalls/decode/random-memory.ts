/** Random registers and memory of a hostile program, for tests of the decoders. */
import type { MemoryReader } from "../../../src/syscalls/decode/call.ts";
import type { Random } from "../../random.ts";

const MAX_LENGTH = 1 << 20;

/** The same random bytes at every address; some reads fail. */
export class RandomMemory implements MemoryReader {
  reads = 0;
  private readonly pool: Uint8Array<ArrayBuffer>;
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
    this.pool = new Uint8Array(MAX_LENGTH);
    this.refill();
  }

  /** Fills the memory; small numbers are frequent, as for lengths, families and counts. */
  refill(): void {
    for (let i = 0; i < 4096; i++) this.pool[i] = this.random.below(2) ? this.random.below(256) : 0;
  }

  read(address: number, length: number) {
    this.reads++;
    if (!Number.isFinite(address) || !Number.isInteger(length)) throw new Error("no number");
    if (length < 0 || length > MAX_LENGTH || address === 0) return null;
    if (this.random.below(8) === 0) return null;
    // Exactly the requested length, so an over-read throws.
    const bytes = this.pool.subarray(0, length);
    return { bytes, view: new DataView(bytes.buffer, 0, length) };
  }

  readString(address: number, limit: number) {
    const found = this.read(address, Math.min(limit + 1, 4096));
    if (!found) return null;
    const end = found.bytes.indexOf(0);
    const length = end < 0 ? limit : Math.min(end, limit);
    return { bytes: found.bytes, length, cut: end < 0 || end > limit };
  }
}

/** Returns a random register: a small number, a flag, a negative number, an address, or anything. */
export function register(random: Random): bigint {
  const any = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
  switch (random.below(6)) {
    case 0:
      return BigInt(random.below(40));
    case 1:
      return 1n << BigInt(random.below(64));
    case 2:
      return BigInt.asUintN(64, -BigInt(random.below(200)));
    case 3:
      return 0x7fff_0000_0000n + BigInt(random.below(2 ** 32));
    case 4:
      return BigInt(random.below(2 ** 32));
    default:
      return any;
  }
}
