/**
 * Which package of rpm installed a file: the headers in rpmdb.sqlite. A header is an index of tags
 * and a store of their data, both big-endian: https://rpm.org, Package format
 */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { PackageDatabase, PackageFacts } from "./package-facts.ts";

const PATHS = ["/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite"];

/** rpmtag.h */
const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  arch: 1022,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
} as const;
const TYPE_INT32 = 4;
const STRING_TYPES = [6, 8, 9];
/** Of the number of entries in the index, and the length of the store. */
const SIZES = 8;
const INDEX_ENTRY = 16;

/** @returns null without a database, or if it cannot be read */
export function readRpm(root: string, wanted: ReadonlySet<string>): PackageDatabase | null {
  const path = PATHS.map((each) => `${root}${each}`).find((each) => existsSync(each));
  if (path === undefined) return null;
  const owners = new Map<string, PackageFacts>();
  try {
    // A database that is being written to has its newest pages in another file, which is not needed.
    using database = new Database(`file:${encodeURI(path)}?immutable=1`, 1 | 64);
    for (const { blob } of database.query<{ blob: Uint8Array }, []>("SELECT blob FROM Packages")) {
      const header = RpmHeader.parse(blob);
      if (header) addHeader(header, wanted, owners);
    }
  } catch {
    return null;
  }
  return owners;
}

function addHeader(header: RpmHeader, wanted: ReadonlySet<string>, owners: PackageDatabase): void {
  const [name] = header.strings(TAG.name);
  const [version] = header.strings(TAG.version);
  const [release] = header.strings(TAG.release);
  const [epoch] = header.integers(TAG.epoch);
  const [arch = null] = header.strings(TAG.arch);
  if (name === undefined || version === undefined) return;
  const facts: PackageFacts = {
    type: "rpm",
    name,
    version: release === undefined ? version : `${version}-${release}`,
    epoch: epoch ? String(epoch) : null,
    arch,
  };
  const directories = header.strings(TAG.dirNames);
  const indexes = header.integers(TAG.dirIndexes);
  header.strings(TAG.baseNames).forEach((base, index) => {
    const path = `${directories[indexes[index]] ?? ""}${base}`;
    if (wanted.has(path)) owners.set(path, facts);
  });
}

/** Nothing in a header is trusted: what is beyond its end is missing. */
class RpmHeader {
  private readonly bytes: Buffer;
  private readonly store: number;

  private constructor(bytes: Buffer, store: number) {
    this.bytes = bytes;
    this.store = store;
  }

  /** Returns null if the index is cut off. */
  static parse(blob: Uint8Array): RpmHeader | null {
    const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
    if (bytes.length < SIZES) return null;
    const store = SIZES + bytes.readUInt32BE(0) * INDEX_ENTRY;
    return store > bytes.length ? null : new RpmHeader(bytes, store);
  }

  private find(tag: number): { type: number; offset: number; count: number } | null {
    for (let at = SIZES; at < this.store; at += INDEX_ENTRY)
      if (this.bytes.readUInt32BE(at) === tag)
        return {
          type: this.bytes.readUInt32BE(at + 4),
          offset: this.store + this.bytes.readUInt32BE(at + 8),
          count: this.bytes.readUInt32BE(at + 12),
        };
    return null;
  }

  integers(tag: number): number[] {
    const entry = this.find(tag);
    if (entry?.type !== TYPE_INT32) return [];
    const count = Math.min(entry.count, Math.floor((this.bytes.length - entry.offset) / 4));
    return Array.from({ length: Math.max(count, 0) }, (_, index) =>
      this.bytes.readUInt32BE(entry.offset + index * 4),
    );
  }

  /** Latin1. */
  strings(tag: number): string[] {
    const entry = this.find(tag);
    const texts: string[] = [];
    if (entry === null || !STRING_TYPES.includes(entry.type)) return texts;
    for (let at = entry.offset; texts.length < entry.count; ) {
      const end = this.bytes.indexOf(0, at);
      if (end < 0) break;
      texts.push(this.bytes.toString("latin1", at, end));
      at = end + 1;
    }
    return texts;
  }
}
