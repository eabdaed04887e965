/** Reads the memory of rings, by whatever way a stopped tracee offers. */
import { TraceeMemory } from "../tracee-memory.ts";
import { BorrowedRing } from "./borrowed-ring.ts";
import type { RingLayout } from "./layout.ts";
import { type ReadRing, type RingHeads, readHeads } from "./queues.ts";
import { type RingAddresses, ringAddresses } from "./ring-maps.ts";

/** A thread that has the ring. */
export interface RingUser {
  readonly tid: number;
  readonly tgid: number;
  /** Null if it uses the ring by its registered index, or by its mapping only. */
  readonly fd: number | null;
}

export interface RingFile {
  /** The inode number of its file; "" if it has no fd. */
  readonly inode: string;
  readonly layout: RingLayout;
}

/** A ring whose heads could be read. */
export interface OpenRing {
  readonly heads: RingHeads;
  readonly read: ReadRing;
  /** A ring that is held stays readable when its last process has ended. */
  close(): void;
}

/** The maximum of rings whose addresses are remembered. */
const MAX_KNOWN = 4096;

export class RingMemory {
  private readonly memory = new TraceeMemory();
  /** The addresses by inode and tgid. */
  private readonly known = new Map<string, RingAddresses>();

  /** Forgets the mappings of a process that executes or ends. */
  forget(tgid: number): void {
    for (const key of this.known.keys()) if (key.endsWith(` ${tgid}`)) this.known.delete(key);
  }

  /** @returns null if the ring cannot be read */
  open(ring: RingFile, user: RingUser): OpenRing | null {
    const { ringsAddress, sqesAddress } = ring.layout;
    if (ringsAddress && sqesAddress)
      return this.openAt(ring, user, { rings: ringsAddress, sqes: sqesAddress });
    return this.openMapped(ring, user) ?? this.hold(ring, user);
  }

  /** Opens a ring so that it stays readable: see BorrowedRing. */
  hold({ layout }: RingFile, { tid, tgid, fd }: RingUser): OpenRing | null {
    if (fd === null || layout.ringsAddress) return null;
    const borrowed = BorrowedRing.open(tid, tgid, fd, layout);
    const heads = borrowed && readHeads(layout, borrowed.read);
    if (heads) return { heads, read: borrowed.read, close: () => borrowed.close() };
    borrowed?.close();
    return null;
  }

  /** Opens a ring by the tracee's mapping, which the tracee may have moved meanwhile. */
  private openMapped(ring: RingFile, user: RingUser): OpenRing | null {
    if (ring.inode === "") return null;
    const key = `${ring.inode} ${user.tgid}`;
    const known = this.known.get(key);
    const opened = known && this.openAt(ring, user, known);
    if (opened) return opened;
    const addresses = ringAddresses(user.tid, ring.inode);
    if (!addresses) return null;
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.set(key, addresses);
    return this.openAt(ring, user, addresses);
  }

  private openAt({ layout }: RingFile, { tid }: RingUser, at: RingAddresses): OpenRing | null {
    const { memory } = this;
    const read: ReadRing = (region, offset, length) => {
      memory.pid = tid;
      return memory.read(at[region] + offset, length)?.view ?? null;
    };
    const heads = readHeads(layout, read);
    return heads && { heads, read, close() {} };
  }
}
