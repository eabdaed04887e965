/** A file that is written and closed while its new directory is read. */
import { afterAll, expect, test } from "bun:test";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TimesReader } from "../../../src/ffi/statx.ts";
import type { CreateDeduplicator } from "../../../src/sources/fanotify/create-dedup.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { Discovery } from "../../../src/sources/fanotify/discovery.ts";
import type { DiscoveredFile, EventReporter } from "../../../src/sources/fanotify/reporter.ts";
import { directoryOf } from "./builders.ts";

const TOP = 1;
const top = mkdtempSync(join(tmpdir(), "trace-discovery-"));
afterAll(() => rmSync(top, { recursive: true }));

/** Visits a new directory with a file "f" that is open for writing; `onRead` runs after each statx of it. */
function visited(onRead: (reads: number, writer: number, file: string) => void) {
  const path = mkdtempSync(join(top, "d"));
  const file = join(path, "f");
  const writer = openSync(file, "w");
  const times = new TimesReader();
  let reads = 0;
  const observed = {
    nameAddress: times.nameAddress,
    read(directory: number, name: Uint8Array) {
      const found = times.read(directory, name);
      if (name.length > 0) onRead(++reads, writer, file);
      return found;
    },
  };
  let reported: DiscoveredFile | undefined;
  let modified: bigint | null | undefined;
  const reporter = {
    reportDiscovered: (...[, , , found]: Parameters<EventReporter["reportDiscovered"]>) => {
      reported = found;
    },
  } as EventReporter;
  const deduplicator = {
    add: (...[, , time]: Parameters<CreateDeduplicator["add"]>) => {
      modified = time;
    },
  } as CreateDeduplicator;
  const discovery = new Discovery(reporter, deduplicator, observed);
  const directory = directoryOf(new DirectoryTree(), TOP);
  directory.isNew = true;
  const fd = openSync(path, "r");
  discovery.visitorFor(directory, () => {})(directory, fd, [{ name: Buffer.from("f"), type: 8 }]);
  closeSync(fd);
  const { mtimeNs } = statSync(file, { bigint: true });
  return { ...reported!, wasModified: modified, mtimeNs };
}

test("a file that is written and closed after its times were read is reported with its last ones", () => {
  const found = visited((reads, writer) => {
    if (reads !== 1) return;
    Bun.sleepSync(20);
    writeSync(writer, "text\n");
    closeSync(writer);
  });
  expect([found.isWritten, found.size]).toEqual([true, 5]);
  expect(found.wasModified).toBe(found.mtimeNs);
});

test("a file that is still open is not reported as written", () => {
  let open = -1;
  const found = visited((_, writer) => {
    open = writer;
  });
  closeSync(open);
  expect([found.isWritten, found.wasModified]).toEqual([false, null]);
});

test("a file that changes each time that it is read is left to its events", () => {
  const found = visited((reads, writer, file) => {
    if (reads === 1) closeSync(writer);
    appendFileSync(file, "text\n");
  });
  expect(found.isWritten).toBe(false);
});
