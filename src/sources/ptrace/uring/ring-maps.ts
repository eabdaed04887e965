/** Where a process has mapped its rings: proc_pid_maps(5). */
import { readFileSync } from "node:fs";
import {
  IORING_OFF_CQ_RING,
  IORING_OFF_SQ_RING,
  IORING_OFF_SQES,
} from "../../../kernel/io-uring.ts";
import type { RingRegion } from "./queues.ts";

/** The address of each region; 0 if it is not mapped. */
export type RingAddresses = Readonly<Record<RingRegion, number>>;

/** A line of a mapping of a ring: start, end, perms, offset, device, inode, path. */
const MAPPING = /^([0-9a-f]+)-[0-9a-f]+ r\S+ ([0-9a-f]+) \S+ (\d+) +anon_inode:\[io_uring\]$/gm;
const REGIONS: Readonly<Record<number, RingRegion>> = {
  [IORING_OFF_SQ_RING]: "rings",
  [IORING_OFF_CQ_RING]: "rings",
  [IORING_OFF_SQES]: "sqes",
};

/** Parses the content of /proc/PID/maps. Returns the addresses by the inode of the ring. */
export function parseRingMaps(maps: string): Map<string, RingAddresses> {
  const rings = new Map<string, RingAddresses>();
  for (const [, start, offset, inode] of maps.matchAll(MAPPING)) {
    const region = REGIONS[Number.parseInt(offset, 16)];
    if (!region) continue;
    const known = rings.get(inode) ?? { rings: 0, sqes: 0 };
    rings.set(inode, { ...known, [region]: Number.parseInt(start, 16) });
  }
  return rings;
}

/** Returns the addresses of the ring with this inode; null if it is not mapped, or not whole. */
export function ringAddresses(tid: number, inode: string): RingAddresses | null {
  try {
    const maps = readFileSync(`/proc/${tid}/maps`, "latin1");
    const addresses = parseRingMaps(maps).get(inode);
    return addresses?.rings && addresses.sqes ? addresses : null;
  } catch {
    return null; // the thread has ended
  }
}
