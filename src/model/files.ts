/**
 * What a run does to files: which it reads, writes, creates, moves and removes. A file keeps its
 * identity through renames, links and the replacement of its name; what was read stays known by the
 * path that it had when the run started. Memory grows with the number of files, not of events.
 */
import { childPath } from "../text/path.ts";
import type { Access, Accesses, AccessKind } from "./accesses.ts";
import { type ActionCount, type Actor, type Counts, countAction, type FileId } from "./file.ts";
import { KnownFiles, type MachineFiles } from "./known-files.ts";
import type { Location } from "./path-walk.ts";
import { Entry, originOf, RunFile, type ViewPath, type Volume } from "./volume.ts";

/** Where a location led to, and the states by which it is seen whether it still does. */
export interface Trail {
  /** Null if it led nowhere. */
  readonly entry: Entry | null;
  readonly file: RunFile | null;
  /** The states of the entry and of the paths to it when that was so. */
  readonly entryChanges: number;
  readonly pathChanges: number;
}

/** What a location led to. */
export interface Found extends Trail {
  readonly entry: Entry;
  readonly file: RunFile;
}

/** What was read of a file, and what counts that. */
interface Reading extends Found {
  readonly counts: Counts;
}

export class Files extends KnownFiles {
  /**
   * Called when a file of the start is read for the first time, with the path that it had then. The
   * count is what readFiles has.
   */
  onInput: ((count: ActionCount, file: RunFile, where: ViewPath) => void) | null = null;
  /** Number of files that the run created and removed again. */
  temporary = 0;
  /** Files that were created without a name, and have not got one yet. */
  private readonly nameless = new Map<string, ActionCount>();
  /** Of the changes of names. */
  private lastOrder = 0;
  private readonly accesses: Accesses | null;

  /**
   * @param machine where the run takes place; none for a record of a past run
   * @param accesses counts what is accessed, if that is wanted
   */
  constructor(machine?: MachineFiles, accesses: Accesses | null = null) {
    super(machine);
    this.accesses = accesses;
  }

  /** Counts an access of a name. */
  private access(kind: AccessKind, entry: Entry): void {
    const { file, parent } = entry;
    if (!parent || !this.accesses) return;
    this.accesses.add(kind, { volume: file.volume, view: null, path: entry.path }, file);
  }

  /** Counts an access of a file of the start. */
  private accessOrigin(kind: AccessKind, file: RunFile, origin: string): Access | null {
    return (
      this.accesses?.add(kind, { volume: file.volume, view: null, path: origin }, file) ?? null
    );
  }

  private foundAt(entry: Entry): Found {
    const { file, changes: entryChanges } = entry;
    return { entry, file, entryChanges, pathChanges: this.walk.changeCount };
  }

  /** Whether a location still leads to what it led to, if mounts are as they were. */
  isStill({ entry, file, entryChanges, pathChanges }: Trail): boolean {
    if (entry === null) return true;
    // A file without a name may get another by the same path.
    return (
      pathChanges === this.walk.changeCount &&
      entryChanges === entry.changes &&
      file === entry.file &&
      (entry.parent !== null || entry === file.volume.root)
    );
  }

  /** @param where without symbolic links, as the kernel reports it for an open file */
  read(where: Location, id: FileId, actor: Actor): Reading {
    const entry = this.opened(where, id, false);
    const input = this.countInput(entry, actor);
    const access = input && this.accessOrigin("read", entry.file, input.origin);
    return { ...this.foundAt(entry), counts: { count: input?.count ?? null, access } };
  }

  /** Returns the path at the start of an input, and its count; null for a file that the run wrote. */
  private countInput(
    { file, parent, name, placed }: Entry,
    actor: Actor,
  ): { origin: string; count: ActionCount } | null {
    if (file.written || file.origin === null) return null;
    // Another hard link of the start has a path of its own.
    const origin = placed || !parent ? file.origin : originOf(parent, name);
    const count = this.inputs.add(file.volume, origin, actor);
    if (count.times === 1) this.onInput?.(count, file, file.volume.viewPath(origin, this.home));
    return { origin, count };
  }

  /** The kernel read a file at an exec, which may be known by its name only. */
  readProgram(where: Location, id: FileId, actor: Actor): RunFile {
    const { view } = where;
    const entry = this.opened({ view, path: this.walk.path(where), followed: true }, id, false);
    this.countInput(entry, actor);
    this.access("run", entry);
    return entry.file;
  }

  /** @param where as in `read` */
  write(where: Location, id: FileId, actor: Actor, created: boolean): RunFile {
    const entry = this.opened(where, id, created);
    entry.file.written = countAction(entry.file.written, actor);
    if (created) this.notePlaced(entry, actor);
    else this.access("write", entry);
    return entry.file;
  }

  /**
   * Notes that entries of a directory were read.
   * @param where as in `read`
   * @param ends whether there were no more
   */
  list(where: Location, id: FileId, actor: Actor, ends: boolean): RunFile {
    const { file } = this.opened(where, id, false);
    file.directory = true;
    file.listed ??= { times: 0, first: actor };
    if (ends) file.listed.times++;
    this.listed.add(file);
    if (file.origin !== null) this.accessOrigin("list", file, file.origin);
    return file;
  }

  /** Notes that a file was created without a name: O_TMPFILE in open(2). */
  createNameless(id: FileId, actor: Actor): void {
    if (id !== null) this.nameless.set(id, countAction(null, actor));
    this.temporary++;
  }

  /** Returns the entry of an open file, which leads to the file that the id says. */
  private opened({ view, path }: Location, id: FileId, created: boolean): Entry {
    const where = { view, path, followed: true };
    const removed = created ? undefined : this.removedFile(where);
    if (removed && (id === null || removed.id === null || id === removed.id))
      return new Entry("", null, removed);
    const entry = this.walk.follow(where, true);
    const { volume } = entry.file;
    const known = id === null ? undefined : this.byId.get(id);
    if (created) this.rebind(entry, new RunFile(volume, null));
    else if (known) {
      if (known !== entry.file) this.rebind(entry, known);
    } else if (id !== null && entry.file.id !== null && entry.parent) {
      // Something that was not recorded put another file there.
      this.rebind(entry, new RunFile(volume, originOf(entry.parent, entry.name)));
      entry.placed = null;
    }
    this.identify(entry.file, id);
    return entry;
  }

  private rebind(entry: Entry, file: RunFile): void {
    this.noteChange(entry);
    entry.rebind(file);
    this.lastOrder++;
  }

  /** An entry is to be changed; paths may go through it. */
  private noteChange(entry: Entry): void {
    if (entry.isPassed) this.walk.noteChange();
  }

  /** Returns an open file that has no name any more: the kernel reports the last one. */
  private removedFile(where: Location): RunFile | undefined {
    const { directory, name } = this.walk.parent(where);
    return directory.removedFile(name);
  }

  private identify(file: RunFile, id: FileId): void {
    if (id === null) return;
    if (typeof file.target === "string") this.walk.noteChange();
    file.id = id;
    file.target = null;
    this.byId.set(id, file);
  }

  /** A lookup found the path, whatever it is. */
  found(where: Location, followsLink: boolean): Found {
    return this.foundAt(this.walk.follow(where, followsLink));
  }

  /** A process executes the file. */
  execute(where: Location): RunFile {
    const entry = this.walk.follow(where, false);
    this.access("run", entry);
    return entry.file;
  }

  truncate(where: Location, actor: Actor): RunFile {
    const { file } = this.changed(where, true);
    file.written = countAction(file.written, actor);
    return file;
  }

  /** Returns the entry of a file that is changed, which counts as written. */
  private changed(where: Location, followsLink: boolean): Entry {
    const removed = this.removedFile(where);
    if (removed) return new Entry("", null, removed);
    const entry = this.walk.follow(where, followsLink);
    this.access("write", entry);
    return entry;
  }

  /** @param target of a symbolic link; null for other files */
  create(where: Location, actor: Actor, directory = false, target: string | null = null): RunFile {
    const entry = this.walk.follow(where, false);
    const file = new RunFile(entry.file.volume, null);
    file.directory = directory;
    file.target = target;
    file.written = countAction(null, actor);
    this.place(entry, file, actor);
    return file;
  }

  /**
   * @param from null for a file that has no name
   * @param id of the file, if it is known
   */
  link(
    from: Location | null,
    followsLink: boolean,
    to: Location,
    id: FileId,
    actor: Actor,
  ): RunFile {
    const entry = this.walk.follow(to, false);
    const { volume } = entry.file;
    const known = id === null ? undefined : (this.nameFile(id, volume) ?? this.byId.get(id));
    const file =
      known ?? (from ? this.walk.follow(from, followsLink).file : new RunFile(volume, null));
    // Its content can be read by the new name.
    if (file.origin !== null && !file.written) this.accessOrigin("read", file, file.origin);
    this.place(entry, file, actor);
    return file;
  }

  /** Returns a file that was created without a name, which it gets now. */
  private nameFile(id: string, volume: Volume): RunFile | undefined {
    const written = this.nameless.get(id);
    if (!written) return undefined;
    this.nameless.delete(id);
    this.temporary--;
    const file = new RunFile(volume, null);
    file.written = written;
    this.identify(file, id);
    return file;
  }

  private place(entry: Entry, file: RunFile, actor: Actor): void {
    this.rebind(entry, file);
    this.notePlaced(entry, actor);
    entry.clearChildren();
  }

  private notePlaced(entry: Entry, actor: Actor): void {
    entry.placed = countAction(null, actor);
    entry.order = ++this.lastOrder;
    this.access("write", entry);
  }

  changeMetadata(where: Location, actor: Actor, followsLink: boolean): void {
    const { file } = this.changed(where, followsLink);
    file.changed = countAction(file.changed, actor);
  }

  remove(where: Location, actor: Actor): RunFile {
    const entry = this.walk.follow(where, false);
    if (!entry.parent) return entry.file;
    this.leave(entry, actor);
    this.drop(entry);
    return entry.file;
  }

  /** Returns the file that moved, if one did, and the one whose name it took. */
  rename(
    from: Location,
    to: Location,
    actor: Actor,
  ): [moved: RunFile | null, replaced: RunFile | null] {
    const entry = this.walk.follow(from, false);
    const { directory, name } = this.walk.parent(to);
    const replaced = directory.children.get(name);
    // rename(2) does nothing where both names lead to one file.
    if (!entry.parent || replaced?.file === entry.file) return [null, null];
    if (replaced) {
      this.leave(replaced, actor);
      this.drop(replaced);
    }
    this.leave(entry, actor);
    this.noteChange(entry);
    entry.file.noteMoved(entry.path);
    entry.detach();
    // The new name goes through the link that moved, whose target is not known.
    if (entry.contains(directory)) return [entry.file, replaced?.file ?? null];
    entry.attach(directory, name);
    this.notePlaced(entry, actor);
    entry.isDirectory = this.isRenamedDirectory(entry);
    if (entry.file.target === undefined && entry.hadChildren) this.learnTarget(entry, from);
    return [entry.file, replaced?.file ?? null];
  }

  /**
   * A symbolic link was taken for a directory if it had moved already when its target was asked for.
   * Asks again, and moves what was made, read and removed below it to where it led.
   * @param before where it was
   */
  private learnTarget(entry: Entry, before: Location): void {
    const target = this.linkTarget(entry);
    if (target === null) return;
    this.walk.noteChange();
    const parent = before.path.replace(/\/[^/]+\/*$/, "");
    const path = target.startsWith("/") ? target : `${parent}/${target}`;
    const directory = this.walk.follow({ ...before, path, followed: false }, true);
    for (const child of [...entry.children.values()]) this.moveToTarget(child, directory);
    entry.clearChildren();
    this.moveCountsToTarget(entry.file, directory);
  }

  /** Moves what was placed through a symbolic link to the directory that it led to. */
  private moveToTarget(child: Entry, directory: Entry): void {
    const other = directory.children.get(child.name);
    const isReplaced = other !== undefined && other.order > child.order;
    if (!child.placed || isReplaced || child.contains(directory)) return;
    if (other?.hadChildren && !other.placed) {
      // The same directory, which later events had by its own path.
      for (const each of [...other.children.values()]) {
        each.detach();
        each.attach(child, each.name);
      }
      other.detach();
      this.moveCountsToTarget(other.file, child);
    } else if (other) {
      this.leave(other, child.placed.first);
      this.drop(other);
    }
    child.detach();
    child.attach(directory, child.name);
  }

  /** Counts what was read and removed through a symbolic link in the directory that it led to. */
  private moveCountsToTarget({ volume, origin }: RunFile, directory: Entry): void {
    if (origin === null) return;
    const { file } = directory;
    if (file.origin !== null) this.moveOrigins(volume, origin, file.origin);
    const inputs = this.inputs.takeBelow(volume, origin);
    const left = this.left.takeBelow(volume, origin);
    if (file.origin !== null)
      for (const [path, count] of inputs)
        this.inputs.put(file.volume, childPath(file.origin, path), count);
    for (const [path, count] of left) {
      const entry = file.volume.find(path, directory);
      if (entry && entry.order < count.order) this.drop(entry);
      // Only the run's own file had this name.
      if (entry?.placed || file.origin === null) continue;
      this.left.put(file.volume, childPath(file.origin, path), count);
    }
  }

  /** What left a directory was in another one at the start. */
  private moveOrigins(volume: Volume, from: string, to: string): void {
    for (const { file } of volume.entries())
      if (file.origin?.startsWith(`${from}/`))
        file.origin = childPath(to, file.origin.slice(from.length + 1));
  }

  exchange(one: Location, other: Location, actor: Actor): RunFile[] {
    const [first, second] = [one, other].map((where) => this.walk.follow(where, false));
    const [{ parent, name }, { parent: secondParent, name: secondName }] = [first, second];
    if (first.contains(second) || second.contains(first) || !parent || !secondParent) return [];
    for (const entry of [first, second]) {
      this.leave(entry, actor);
      this.noteChange(entry);
      entry.file.noteMoved(entry.path);
      entry.detach();
      this.notePlaced(entry, actor);
    }
    first.attach(secondParent, secondName);
    second.attach(parent, name);
    for (const entry of [first, second]) entry.isDirectory = this.isRenamedDirectory(entry);
    return [first.file, second.file];
  }

  /** Notes that an entry of the start leaves its path. */
  private leave(entry: Entry, actor: Actor): void {
    if (entry.placed || !entry.parent) return;
    const origin = originOf(entry.parent, entry.name);
    this.left.add(entry.file.volume, origin, actor, ++this.lastOrder);
    this.accessOrigin("remove", entry.file, origin);
  }

  private drop(entry: Entry): void {
    this.noteChange(entry);
    entry.detach();
    this.lastOrder++;
    const { file } = entry;
    entry.parent?.noteRemoved(entry.name, file);
    if (file.names > 0) return;
    if (file.origin === null) this.temporary++;
    // The inode's number is free for another file.
    if (file.id !== null) this.byId.delete(file.id);
  }
}
