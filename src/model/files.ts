/**
 * What a run does to files: which it reads, writes, creates, moves and removes. A file keeps its
 * identity through renames, links and the replacement of its name; what was read stays known by the
 * path that it had when the run started. Memory grows with the number of files, not of events.
 */
import { type ActionCount, type Actor, countAction, type FileId, RunFile } from "./file.ts";
import { childPath, type Entry, NameTree, splitPath } from "./names.ts";

/** What the machine can still say of files that no event describes. Paths as in events. */
export interface MachineFiles {
  /** Target of a symbolic link; null for another file, undefined where it is not known. */
  symlinkTarget(path: string): string | null | undefined;
  isDirectory(path: string): boolean;
}

const NO_MACHINE_FILES: MachineFiles = { symlinkTarget: () => undefined, isDirectory: () => false };

/** As many symbolic links as the kernel follows: MAXSYMLINKS of include/linux/namei.h. */
const MAX_SYMLINKS = 40;

export class Files {
  /** Number of files that the run created and removed again. */
  temporary = 0;
  readonly tree: NameTree;
  /** Files whose content was read before the run changed it; some have no name any more. */
  private readonly inputs = new Set<RunFile>();
  private readonly byId = new Map<string, RunFile>();
  /** Paths of the start that were removed or renamed; some may be in use again. */
  private readonly left = new Map<string, ActionCount>();
  private readonly machine: MachineFiles;

  /** @param machine where the run takes place; none for a record of a past run */
  constructor(machine = NO_MACHINE_FILES) {
    const root = new RunFile("/");
    root.target = null;
    this.tree = new NameTree(root, discover);
    this.machine = machine;
  }

  /** @param path without symbolic links, as the kernel reports it for an open file */
  read(path: string, id: FileId, actor: Actor): RunFile {
    const { file } = this.opened(path, id, false);
    if (file.written || file.origin === null) return file;
    file.read = countAction(file.read, actor);
    this.inputs.add(file);
    return file;
  }

  /** @param path as in `read` */
  write(path: string, id: FileId, actor: Actor, created: boolean): RunFile {
    const entry = this.opened(path, id, created);
    entry.file.written = countAction(entry.file.written, actor);
    if (created) entry.placed = countAction(null, actor);
    return entry.file;
  }

  /** Returns the entry of an open file, which leads to the file that the id says. */
  private opened(path: string, id: FileId, created: boolean): Entry {
    const entry = this.tree.at(path);
    const known = id === null ? undefined : this.byId.get(id);
    if (created) this.tree.rebind(entry, new RunFile(null));
    else if (known) {
      if (known !== entry.file) this.tree.rebind(entry, known);
    } else if (id !== null && entry.file.id !== null && entry.parent) {
      // Something that was not recorded put another file there: a mount, an untraced process.
      this.tree.rebind(entry, discover(entry.parent, entry.name));
      entry.placed = null;
    }
    this.identify(entry.file, id);
    return entry;
  }

  private identify(file: RunFile, id: FileId): void {
    if (id === null) return;
    file.id = id;
    file.target = null;
    this.byId.set(id, file);
  }

  /** A lookup found the path, whatever it is. */
  found(path: string, followsLink: boolean): RunFile {
    return this.tree.at(this.resolve(path, followsLink)).file;
  }

  truncate(path: string, actor: Actor): RunFile {
    return this.write(this.resolve(path, true), null, actor, false);
  }

  /** @param target of a symbolic link; null for other files */
  create(path: string, actor: Actor, directory = false, target: string | null = null): RunFile {
    const file = new RunFile(null);
    file.directory = directory;
    file.target = target;
    file.written = countAction(null, actor);
    this.place(this.resolve(path, false), file, actor);
    return file;
  }

  link(from: string, to: string, actor: Actor): RunFile {
    const { file } = this.tree.at(this.resolve(from, false));
    this.place(this.resolve(to, false), file, actor);
    return file;
  }

  private place(path: string, file: RunFile, actor: Actor): void {
    const entry = this.tree.at(path);
    this.tree.rebind(entry, file);
    entry.placed = countAction(null, actor);
    entry.children.clear();
  }

  changeMetadata(path: string, actor: Actor, followsLink: boolean): void {
    const { file } = this.tree.at(this.resolve(path, followsLink));
    file.changed = countAction(file.changed, actor);
  }

  remove(path: string, actor: Actor): RunFile {
    const entry = this.tree.at(this.resolve(path, false));
    if (!entry.parent) return entry.file;
    this.leave(entry, actor);
    this.drop(entry);
    return entry.file;
  }

  /** Returns the file that moved, and the one whose name it took. */
  rename(from: string, to: string, actor: Actor): [moved: RunFile, replaced: RunFile | null] {
    const [source, target] = [this.resolve(from, false), this.resolve(to, false)];
    const entry = this.tree.at(source);
    const replaced = this.tree.find(target);
    // rename(2) does nothing where both names lead to one file.
    if (!entry.parent || replaced?.file === entry.file) return [entry.file, null];
    if (replaced) {
      this.leave(replaced, actor);
      this.drop(replaced);
    }
    this.leave(entry, actor);
    this.tree.detach(entry);
    this.tree.attach(entry, target);
    entry.placed = countAction(null, actor);
    return [entry.file, replaced?.file ?? null];
  }

  exchange(one: string, other: string, actor: Actor): RunFile[] {
    const [first, second] = [one, other].map((path) => this.tree.at(this.resolve(path, false)));
    const [firstPath, secondPath] = [first.path, second.path];
    if (first === second || !first.parent || !second.parent) return [];
    for (const entry of [first, second]) {
      this.leave(entry, actor);
      this.tree.detach(entry);
      entry.placed = countAction(null, actor);
    }
    this.tree.attach(first, secondPath);
    this.tree.attach(second, firstPath);
    return [first.file, second.file];
  }

  /** Notes that an entry of the start leaves its path. */
  private leave(entry: Entry, actor: Actor): void {
    if (entry.placed) return;
    const path = originOf(entry);
    this.left.set(path, countAction(this.left.get(path), actor));
  }

  private drop(entry: Entry): void {
    this.tree.detach(entry);
    const { file } = entry;
    if (file.names > 0) return;
    if (file.origin === null) this.temporary++;
    // The inode's number is free for another file.
    if (file.id !== null) this.byId.delete(file.id);
  }

  /** Whether an entry leads to a directory, as far as it is known. */
  isDirectory(entry: Entry): boolean {
    const { file, children } = entry;
    return file.directory || children.size > 0 || this.machine.isDirectory(entry.path);
  }

  /** Files that were read, by their paths at the start. */
  *readFiles(): Iterable<[path: string, count: ActionCount]> {
    for (const { origin, read } of this.inputs) if (origin !== null && read) yield [origin, read];
  }

  /** Paths of the start that lead nowhere now. */
  *removed(): Iterable<[path: string, count: ActionCount]> {
    for (const [path, count] of this.left) if (!this.tree.find(path)) yield [path, count];
  }

  /**
   * Resolves ".." and the symbolic links in a path, as far as they are known.
   * @param followsLast whether a link in the last component is followed too
   */
  resolve(path: string, followsLast: boolean): string {
    let pending = splitPath(path);
    let resolved: string[] = [];
    let links = 0;
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
      if (name === "..") {
        resolved.pop();
        continue;
      }
      resolved.push(name);
      if (pending.length === 0 && !followsLast) continue;
      const target = this.linkTarget(`/${resolved.join("/")}`);
      if (target === null || links++ >= MAX_SYMLINKS) continue;
      resolved = target.startsWith("/") ? [] : resolved.slice(0, -1);
      pending = [...splitPath(target), ...pending];
    }
    return `/${resolved.join("/")}`;
  }

  private linkTarget(path: string): string | null {
    const { file } = this.tree.at(path);
    if (file.target === undefined) file.target = this.machine.symlinkTarget(path) ?? null;
    return file.target;
  }
}

/** Within a directory that was renamed, a file was elsewhere at the start. */
function discover(parent: Entry, name: string): RunFile {
  return new RunFile(childPath(parent.file.origin ?? parent.path, name));
}

/** The path at the start of an entry that was there at the start. */
function originOf(entry: Entry): string {
  return entry.parent ? childPath(entry.parent.file.origin ?? entry.parent.path, entry.name) : "/";
}
