/**
 * Follows the requested names through the events of the directories above them: when a name goes, or
 * another directory gets it, what it refers to is watched from then on, and a note says so.
 */
import type { NoteDetails, NoteType } from "../../events/watch-event.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { WantedPath } from "./directory.ts";
import { type Directory, type DirectoryTree, isEqual } from "./directory-tree.ts";
import { recordName } from "./event-scope.ts";
import type { PathWalker } from "./path-walker.ts";
import type { EntryVisitor } from "./scanner.ts";
import type { Unmarker } from "./unmarker.ts";

const ADDITIONS = fan.FAN_CREATE | fan.FAN_MOVED_TO;
const REMOVALS = fan.FAN_DELETE | fan.FAN_MOVED_FROM;
const NAME_CHANGES = ADDITIONS | REMOVALS | fan.FAN_RENAME;
/** How often names are looked up whose changes the events may not tell. */
const POLL_MS = 100;
/** How soon names are looked up after changes, whose order the events may not tell. */
const VERIFY_MS = 1000;

/** What a note says of a requested path, or of a mount. */
export interface PathNote {
  readonly type: NoteType;
  readonly path: Uint8Array;
  readonly details: NoteDetails | null;
}

/** What a requested path referred to. */
interface Referent {
  readonly exists: boolean;
  readonly key: Uint8Array | null;
  readonly mountId: number | undefined;
}

export class NameFollower {
  /** What has to be reported, in order. */
  notes: PathNote[] = [];
  private arrived: WantedPath[] = [];
  private isUncertain = false;
  private hasChanged = false;
  private lastWalk = 0;
  private readonly tree: DirectoryTree;
  private readonly walker: PathWalker;
  private readonly unmarker: Unmarker;

  constructor(tree: DirectoryTree, walker: PathWalker, unmarker: Unmarker) {
    this.tree = tree;
    this.walker = walker;
    this.unmarker = unmarker;
  }

  /** Notes what an event does to the requested names, after it has updated the tree. */
  observe(event: FanotifyEvent): void {
    const { mask, dfid, oldDfid, newDfid } = event;
    if ((mask & NAME_CHANGES) === 0) return;
    if (mask & fan.FAN_RENAME) {
      const [from, to] = [this.wantedEntry(event, oldDfid), this.wantedEntry(event, newDfid)];
      if (from) this.remove(from, event);
      if (to) this.add(to, event);
      return;
    }
    const wanted = this.wantedEntry(event, dfid);
    if (!wanted) return;
    // The kernel merges events, and does not say in which order they happened.
    if (mask & ADDITIONS && mask & REMOVALS) this.isUncertain = true;
    else if (mask & REMOVALS) this.remove(wanted, event);
    else this.add(wanted, event);
  }

  private wantedEntry(event: FanotifyEvent, record: FidRecord): WantedPath | undefined {
    if (!record.isPresent) return undefined;
    const parent = this.tree.find(event.view, record.keyStart, record.keyLength);
    const wanted = parent && this.tree.resolve(parent).wanted;
    return wanted?.children.size ? wanted.child(recordName(event, record)) : undefined;
  }

  private remove(wanted: WantedPath, event: FanotifyEvent): void {
    this.hasChanged = true;
    const key = keyOf(event);
    // Before Linux 5.17 events do not tell whose name it was.
    if (!key) this.isUncertain = true;
    // What was exchanged with another file has lost the name to it already.
    else if (wanted.exists && (!wanted.key || isEqual(wanted.key, key))) this.lose(wanted);
  }

  /** Notes that nothing has a name any more. */
  private lose(wanted: WantedPath): void {
    if (wanted.directory && wanted.isRequested) wanted.directory.hasLeft = true;
    for (const each of wanted.all())
      if (each.exists && each.isRequested) this.note("PATH_GONE", each);
    this.walker.forget(wanted);
  }

  private add(wanted: WantedPath, event: FanotifyEvent): void {
    this.hasChanged = true;
    const isDirectory = (event.mask & fan.FAN_ONDIR) !== 0;
    const key = keyOf(event);
    if (!key) this.isUncertain = true;
    if (!key || (wanted.exists && wanted.key && isEqual(wanted.key, key))) return;
    // A file that replaces another has its name without a gap.
    if (wanted.directory || isDirectory) this.lose(wanted);
    if (!wanted.exists && wanted.isRequested) this.note("PATH_BACK", wanted);
    wanted.exists = true;
    wanted.key = key;
    if (!isDirectory) {
      if (wanted.isRequested) this.tree.inodes.add(wanted, key);
      return;
    }
    const { view, fid } = event;
    wanted.directory = this.tree.at(view, fid.keyStart, fid.keyLength);
    wanted.directory.hasLeft = false;
    this.arrived.push(wanted);
  }

  note(type: NoteType, { path }: WantedPath): void {
    this.notes.push({ type, path, details: null });
  }

  /** Whether directories have got requested names. */
  get hasArrivals(): boolean {
    return this.arrived.length > 0;
  }

  /** Watches the directories that have got requested names. */
  settle(visitorFor: (directory: Directory) => EntryVisitor): void {
    for (const wanted of this.arrived.splice(0)) {
      const { directory } = wanted;
      if (!directory || directory.isRemoved) continue;
      this.comparing(wanted, () => this.walker.arrive(wanted, directory, visitorFor(directory)));
    }
  }

  /** Looks the names up, if the events may have missed a change. Call it when the queue is empty. */
  verify(onEntry: EntryVisitor, now = performance.now()): void {
    const age = now - this.lastWalk;
    const isDue = (this.walker.mustPoll && age >= POLL_MS) || (this.hasChanged && age >= VERIFY_MS);
    if (!this.isUncertain && !isDue) return;
    // What has lost a name is not watched any more.
    const mayUnmark = isDue && this.hasChanged;
    this.lastWalk = now;
    this.isUncertain = this.hasChanged = false;
    this.comparing(this.tree.wanted, () => {
      if (mayUnmark) this.unmarker.unmark();
      this.walker.walk(onEntry);
    });
  }

  /** Runs `work` and notes which requested paths went, came back or changed meanwhile. */
  comparing(top: WantedPath, work: () => void): void {
    const before = [...top.all()]
      .filter(({ isRequested }) => isRequested)
      .map((wanted) => [wanted, referentOf(wanted)] as const);
    work();
    for (const [wanted, old] of before) {
      const isOther = isReplaced(old, referentOf(wanted));
      if (old.exists && (!wanted.exists || isOther)) this.note("PATH_GONE", wanted);
      if (wanted.exists && (!old.exists || isOther)) this.note("PATH_BACK", wanted);
    }
  }
}

function referentOf({ exists, key, directory }: WantedPath): Referent {
  return { exists, key: directory ? key : null, mountId: directory?.mount?.mountId };
}

/** Whether a directory has been replaced by another on the same mount. */
function isReplaced(before: Referent, after: Referent): boolean {
  if (!before.key || !after.key || before.mountId !== after.mountId) return false;
  return !isEqual(before.key, after.key);
}

/** Returns the key of an event's file; null if the event does not have it. */
function keyOf({ fid, bytes }: FanotifyEvent): Uint8Array | null {
  return fid.isPresent ? bytes.slice(fid.keyStart, fid.keyStart + fid.keyLength) : null;
}
