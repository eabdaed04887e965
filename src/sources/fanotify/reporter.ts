/** Makes of each kernel event those that are told, one a type, with paths, sizes and who it was. */

import { userName } from "../../attribution/procfs.ts";
import type { Slice } from "../../events/column.ts";
import {
  type Doer,
  type Q_OVERFLOW,
  WatchEvent,
  type WatchType,
} from "../../events/watch-event.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FidRecord } from "../../kernel/fanotify-event.ts";
import { type Directory, FSID_SIZE, type Tree } from "./directory-tree.ts";
import { BITS, bitsOf, IN_ORDER } from "./event-masks.ts";
import type { Reader } from "./event-reader.ts";
import { isItself, Scope } from "./event-scope.ts";
import type { Files } from "./file-cache.ts";
import { changeOf, Sizes } from "./file-size.ts";
import { PathBuffer } from "./path-buffer.ts";
import type { Locator } from "./path-resolver.ts";

export type Visit = (event: WatchEvent) => void;

const WRITES = fan.FAN_CREATE | fan.FAN_MODIFY | fan.FAN_CLOSE_WRITE;
const GOES = fan.FAN_DELETE | fan.FAN_DELETE_SELF;
const NOBODY: Doer = { pid: 0, ppid: 0, comm: "", argv: [], uid: -1, origin: "unknown" };

export interface TellerOptions {
  readonly types: ReadonlySet<WatchType>;
  /** Who a process is that did something just now. */
  readonly doer: (pid: number) => Doer;
  /** Whether `size` and `change` are wanted. */
  readonly sizes: boolean;
}

export class Teller {
  /** The one event that is lent, again and again. */
  readonly event = new WatchEvent();
  private readonly options: TellerOptions;
  /** Bits of what is told. */
  private readonly wanted: number;
  /** What is told, in the order in which it is, and the bit of each. */
  private readonly types: readonly WatchType[];
  private readonly bits: readonly number[];
  private readonly reader: Reader;
  private readonly tree: Tree;
  private readonly scope: Scope;
  private readonly locator: Locator;
  private readonly files: Files;
  private readonly path = new PathBuffer();
  private readonly oldPath = new PathBuffer();
  private readonly sizes = new Sizes();

  constructor(options: TellerOptions, reader: Reader, tree: Tree, locator: Locator, files: Files) {
    this.options = options;
    this.wanted = bitsOf(options.types);
    this.types = IN_ORDER.filter((type) => options.types.has(type));
    this.bits = this.types.map((type) => BITS[type]);
    this.reader = reader;
    this.tree = tree;
    this.scope = new Scope(tree);
    this.locator = locator;
    this.files = files;
  }

  /** An event with a directory and a name in it. */
  named(visit: Visit, mask: number): void {
    const { event: raw } = this.reader;
    const directory = this.scope.wanted(raw, raw.dfid);
    if (!directory) return;
    this.files.saw(raw, directory, raw.dfid);
    if ((mask & this.wanted) === 0) return;
    this.write(this.path, this.event.path, raw.dfid, directory.path);
    this.event.oldPath.length = 0;
    this.tell(visit, mask, directory);
  }

  /** A FAN_RENAME. */
  rename(visit: Visit): void {
    const { event } = this;
    const { event: raw } = this.reader;
    const from = this.scope.wanted(raw, raw.oldDfid);
    const to = this.scope.wanted(raw, raw.newDfid);
    const directory = to ?? from;
    const target = to ?? this.scope.find(raw, raw.newDfid);
    if (directory && target) this.files.saw(raw, target, raw.newDfid);
    else this.files.left(raw);
    if (!directory) return;
    if ((raw.mask & this.wanted) === 0) return;
    this.write(this.path, event.path, raw.newDfid, this.pathOf(raw.newDfid));
    this.write(this.oldPath, event.oldPath, raw.oldDfid, this.pathOf(raw.oldDfid));
    this.tell(visit, raw.mask, directory);
  }

  private pathOf({ present, key, keyLength }: FidRecord): Uint8Array | null {
    if (!present) return null;
    const directory = this.tree.at(this.reader.event.view, key, keyLength);
    return this.locator.pathOf(directory);
  }

  /** An event of a file whose name the kernel does not say, but which is known. */
  of(visit: Visit, directory: Directory, name: Uint8Array): void {
    const { event: raw } = this.reader;
    if ((raw.mask & this.wanted) === 0 || !this.scope.isWantedName(directory, name)) return;
    this.path.write(this.event.path, directory.path!, name, 0, name.length);
    this.event.oldPath.length = 0;
    this.tell(visit, raw.mask, directory);
  }

  /** Something that was in a directory before its mark was: nobody knows who made it. */
  found(visit: Visit, directory: Directory, name: Uint8Array, isDirectory: boolean): void {
    if (!this.options.types.has("CREATE") || !this.scope.isWantedName(directory, name)) return;
    const { event } = this;
    this.path.write(event.path, directory.path!, name, 0, name.length);
    event.oldPath.length = 0;
    event.isDirectory = isDirectory;
    this.clear();
    if (this.options.sizes && !isDirectory)
      event.size = this.sizes.read(directory.mounted!, null, this.path.address).size;
    event.change = event.size;
    event.type = "CREATE";
    visit(event);
  }

  /** What is about no file: a queue that was full, a file system that is broken. */
  general(visit: Visit, type: typeof Q_OVERFLOW | "FS_ERROR", path: Uint8Array | null): void {
    const { event } = this;
    this.clear();
    event.path.length = event.oldPath.length = 0;
    if (path) this.path.write(event.path, path, path, 0, 0);
    event.isDirectory = path !== null;
    event.error = this.reader.event.error;
    event.type = type;
    visit(event);
  }

  private clear(): void {
    const { event } = this;
    event.size = event.change = event.error = null;
    event.who = NOBODY;
    event.user = "";
  }

  private write(to: PathBuffer, slice: Slice, record: FidRecord, directory: Uint8Array | null) {
    const { bytes, event } = this.reader;
    const length = isItself(event, record) ? 0 : record.nameLength;
    if (directory) to.write(slice, directory, bytes, record.name, length);
    else slice.length = 0;
  }

  private tell(visit: Visit, mask: number, directory: Directory): void {
    const { event, options } = this;
    const { event: raw } = this.reader;
    this.clear();
    event.isDirectory = (mask & fan.FAN_ONDIR) !== 0;
    event.error = raw.error;
    event.who = options.doer(raw.pid);
    event.user = userName(event.who.uid);
    if (options.sizes && !event.isDirectory) this.measure(mask, directory);
    const { types, bits } = this;
    for (let i = 0; i < types.length; i++) {
      if ((mask & bits[i]) === 0) continue;
      event.type = types[i];
      visit(event);
    }
  }

  private measure(mask: number, directory: Directory): void {
    const { event } = this;
    const { event: raw } = this.reader;
    const record = raw.fid.present ? this.files.get(raw) : undefined;
    // Only what writes makes another size, and tells of itself.
    if (mask & GOES || (record && record.size !== null && (mask & WRITES) === 0)) {
      event.size = mask & GOES ? null : record!.size;
      event.change = event.size === null ? null : 0;
      return;
    }
    const handle = raw.fid.present ? this.reader.addressOf(raw.fid.key + FSID_SIZE) : null;
    const size = this.sizes.read(directory.mounted!, handle, this.path.address);
    event.size = size.size;
    if (record) event.change = changeOf(record, size, (mask & fan.FAN_CREATE) !== 0);
  }
}
