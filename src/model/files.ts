/**
 * What a run does to files: which it reads, writes, creates, moves and removes. A file keeps its
 * identity through renames, links and the replacement of its name; what was read stays known by the
 * path that it had when the run started. A path is followed as the processes of its mount namespace
 * see it. Memory grows with the number of files, not of events.
 */
import type { Accesses, AccessKind } from "./accesses.ts";
import { type ActionCount, type Actor, countAction, type FileId } from "./file.ts";
import { OriginCounts } from "./origin-counts.ts";
import { type Location, PathWalk } from "./path-walk.ts";
import { childPath } from "./paths.ts";
import { type Mount, View } from "./view.ts";
import { Entry, isBack, originOf, RunFile, type ViewPath, Volume } from "./volume.ts";

/** What the machine can still say of files that no event describes. Paths as in events. */
export interface MachineFiles {
  /** Target of a symbolic link; null for another file, undefined where there is none now. */
  symlinkTarget(path: string): string | null | undefined;
  isDirectory(path: string): boolean;
}

const NO_MACHINE_FILES: MachineFiles = { symlinkTarget: () => null, isDirectory: () => false };

/** A path of an event, and what the event says of it. */
export interface SeenPath {
  readonly path: string;
  /** The process's mount namespace; "" if it is not known. */
  readonly mntns: string;
  /** The mount of the path if it is `followed`, else that of the directory. */
  readonly mount: Mount | null;
  /** The directory in which the name starts; null if it is not known. */
  readonly directory: string | null;
  /** As in Location. */
  readonly followed: boolean;
}

/** A path that the run left, and a count of how often. */
export type CountedPath = readonly [path: ViewPath, count: ActionCount];

/** The file system of paths whose mount is not known. */
const UNKNOWN_DEV = "";

export class Files {
  /**
   * Called when a file of the start is read for the first time, with the path that it had then. The
   * count is what readFiles has.
   */
  onInput: ((count: ActionCount, file: RunFile, where: ViewPath) => void) | null = null;
  /** Number of files that the run created and removed again. */
  temporary = 0;
  /** File systems by their device. */
  private readonly volumes = new Map<string, Volume>();
  /** Those too whose device is not known. */
  private readonly allVolumes = new Set<Volume>();
  private readonly views = new Map<string, View>();
  /** The mount namespace of the first event: the run's own. */
  private homeView: View | null = null;
  /** Files whose content was read before the run changed it; some have no name any more. */
  private readonly inputs = new OriginCounts();
  private readonly listed = new Set<RunFile>();
  /** Files that were created without a name, and have not got one yet. */
  private readonly nameless = new Map<string, ActionCount>();
  private readonly byId = new Map<string, RunFile>();
  /** Entries of the start that were removed or renamed; some may be in use again. */
  private readonly left = new OriginCounts();
  /** Of the changes of names. */
  private lastOrder = 0;
  /** How often mounts changed, as far as events show it. */
  mountChanges = 0;
  private readonly machine: MachineFiles;
  private readonly accesses: Accesses | null;
  private readonly walk = new PathWalk((entry) => this.linkTarget(entry));

  /**
   * @param machine where the run takes place; none for a record of a past run
   * @param accesses counts what is accessed, if that is wanted
   */
  constructor(machine = NO_MACHINE_FILES, accesses: Accesses | null = null) {
    this.machine = machine;
    this.accesses = accesses;
  }

  /** Counts an access of a name. */
  private access(kind: AccessKind, entry: Entry): void {
    const { file, parent } = entry;
    if (!parent || !this.accesses) return;
    this.accesses.add(kind, { volume: file.volume, view: null, path: entry.path }, file);
  }

  /** Counts an access of a file of the start. */
  private accessOrigin(kind: AccessKind, file: RunFile, origin: string): void {
    this.accesses?.add(kind, { volume: file.volume, view: null, path: origin }, file);
  }

  /** How often names changed, or other files were seen to have them. */
  get nameChanges(): number {
    return this.lastOrder;
  }

  private get home(): View {
    return this.homeView ?? this.view("");
  }

  /** Returns the view of a mount namespace. */
  private view(id: string): View {
    let view = this.views.get(id);
    if (!view) {
      view = new View(id, this.volume(UNKNOWN_DEV), this.homeView, () => this.mountChanges++);
      this.homeView ??= view;
      this.views.set(id, view);
    }
    return view;
  }

  /** @param unnamed a file system whose device was not known: it may be this one */
  private volume(dev: string, unnamed: Volume | null = null): Volume {
    let volume = this.volumes.get(dev);
    if (!volume) {
      volume = unnamed ?? new Volume();
      this.volumes.set(dev, volume);
      this.allVolumes.add(volume);
    }
    return volume;
  }

  /** Returns the location of an event's path. */
  locate({ path, mntns, mount, directory, followed }: SeenPath): Location {
    const view = this.view(mntns);
    const seen = followed ? path : directory;
    if (mount) view.observe(seen, mount, (unnamed) => this.volume(mount.dev, unnamed));
    return { view, path, followed };
  }

  /** Returns the location of a file to which no path of a mount namespace leads. */
  locateDetached(dev: string, path: string): Location {
    return { view: new View("", this.volume(dev), null), path, followed: true };
  }

  /** Returns the entry of a directory, which keeps it when it is moved. */
  entryOf(where: Location): Entry {
    return this.walk.follow(where, false);
  }

  /** Returns the location of a name in a directory; null if the run itself does not see that. */
  locateIn(directory: Entry, name: string): Location | null {
    const { view, path } = directory.file.volume.viewPath(directory.path, this.home);
    return view === this.home
      ? { view: this.home, path: `${path}/${name}`, followed: false }
      : null;
  }

  /** A file system was mounted that was not seen yet. */
  mount(where: Location): void {
    const volume = new Volume();
    this.allVolumes.add(volume);
    where.view.mount(this.walk.path(where), { dev: null, volume, root: "/" });
  }

  /** A directory, or a file, was mounted at another path. */
  bindMount(from: Location, to: Location): void {
    const { file, path: root } = this.walk.follow(from, true);
    const { volume } = file;
    const dev = Array.from(this.volumes).find(([, known]) => known === volume)?.[0] ?? null;
    to.view.mount(this.walk.path(to), { dev, volume, root });
  }

  moveMount(from: Location, to: Location): void {
    to.view.move(this.walk.path(from), this.walk.path(to));
  }

  unmount(where: Location): void {
    where.view.unmount(this.walk.path(where));
  }

  pivotRoot({ view }: Location): void {
    view.unmountAll();
  }

  /** @param where without symbolic links, as the kernel reports it for an open file */
  read(where: Location, id: FileId, actor: Actor): RunFile {
    const entry = this.opened(where, id, false);
    const origin = this.countInput(entry, actor);
    if (origin !== null) this.accessOrigin("read", entry.file, origin);
    return entry.file;
  }

  /** Returns the path at the start of an input; null for a file that the run wrote. */
  private countInput({ file, parent, name, placed }: Entry, actor: Actor): string | null {
    if (file.written || file.origin === null) return null;
    // Another hard link of the start has a path of its own.
    const origin = placed || !parent ? file.origin : originOf(parent, name);
    const count = this.inputs.add(file.volume, origin, actor);
    if (count.times === 1) this.onInput?.(count, file, file.volume.viewPath(origin, this.home));
    return origin;
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
    entry.rebind(file);
    this.lastOrder++;
  }

  /** Returns an open file that has no name any more: the kernel reports the last one. */
  private removedFile(where: Location): RunFile | undefined {
    const { directory, name } = this.walk.parent(where);
    return directory.removedFile(name);
  }

  private identify(file: RunFile, id: FileId): void {
    if (id === null) return;
    file.id = id;
    file.target = null;
    this.byId.set(id, file);
  }

  /** A lookup found the path, whatever it is. */
  found(where: Location, followsLink: boolean): RunFile {
    return this.walk.follow(where, followsLink).file;
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
  link(from: Location | null, to: Location, id: FileId, actor: Actor): RunFile {
    const entry = this.walk.follow(to, false);
    const { volume } = entry.file;
    const known = id === null ? undefined : (this.nameFile(id, volume) ?? this.byId.get(id));
    const file = known ?? (from ? this.walk.follow(from, false).file : new RunFile(volume, null));
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
    entry.file.movedFrom = entry.path;
    entry.detach();
    // The new name goes through the link that moved, whose target is not known.
    if (entry.contains(directory)) return [entry.file, replaced?.file ?? null];
    entry.attach(directory, name);
    this.notePlaced(entry, actor);
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

  exchange(one: Location, other: Location, actor: Actor): RunFile[] {
    const [first, second] = [one, other].map((where) => this.walk.follow(where, false));
    const [{ parent, name }, { parent: secondParent, name: secondName }] = [first, second];
    if (first.contains(second) || second.contains(first) || !parent || !secondParent) return [];
    for (const entry of [first, second]) {
      this.leave(entry, actor);
      entry.detach();
      this.notePlaced(entry, actor);
    }
    first.attach(secondParent, secondName);
    second.attach(parent, name);
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
    entry.detach();
    this.lastOrder++;
    const { file } = entry;
    entry.parent?.noteRemoved(entry.name, file);
    if (file.names > 0) return;
    if (file.origin === null) this.temporary++;
    // The inode's number is free for another file.
    if (file.id !== null) this.byId.delete(file.id);
  }

  /** All names that are known, with their paths. */
  *entries(): Iterable<[entry: Entry, path: ViewPath]> {
    for (const volume of this.allVolumes)
      for (const entry of volume.entries())
        if (entry.parent) yield [entry, volume.viewPath(entry.path, this.home)];
  }

  /** Whether an entry leads to a directory, as far as it is known. */
  isDirectory({ file, children }: Entry, { view, path }: ViewPath): boolean {
    return (
      file.directory || children.size > 0 || (view === this.home && this.machine.isDirectory(path))
    );
  }

  /** Returns the file that an open descriptor leads to, if an event named it. */
  byIdentity(id: string): RunFile | undefined {
    return this.byId.get(id);
  }

  /** Returns the file that a path of the run leads to, without following links, if it is known. */
  find(path: string): RunFile | undefined {
    const { home } = this;
    const place = home.placeOf(path);
    const entry = place
      ? place.volume.find(place.path)
      : home.root.file.volume.find(path, home.root);
    return entry?.file;
  }

  /** Returns the path of a file, or the last that it had; null if it never had one. */
  pathOf({ volume, entry, origin }: RunFile): string | null {
    const path = entry?.path ?? origin;
    return path === null ? null : volume.viewPath(path, this.home).path;
  }

  /** Returns the path that a file had before it was renamed; null if it was not. */
  formerPathOf({ volume, movedFrom }: RunFile): string | null {
    return movedFrom === null ? null : volume.viewPath(movedFrom, this.home).path;
  }

  /** Whether no path leads to a file any more. */
  isGone(file: RunFile): boolean {
    const { entry } = file;
    if (entry?.file === file && entry.isAttached) return false;
    return entry === null ? file.origin === null : !this.linked(file);
  }

  /** Whether another hard link leads to a file. */
  private linked(file: RunFile): boolean {
    if (file.names === 0) return false;
    for (const entry of file.volume.entries()) if (entry.file === file) return true;
    return false;
  }

  /** Files that were read, by their paths at the start. */
  *readFiles(): Iterable<CountedPath> {
    for (const [volume, path, count] of this.inputs)
      yield [volume.viewPath(path, this.home), count];
  }

  /** Directories of the start that were listed, by their paths then. */
  *listedDirectories(): Iterable<CountedPath> {
    for (const { volume, origin, listed } of this.listed)
      if (origin !== null && listed) yield [volume.viewPath(origin, this.home), listed];
  }

  /** Paths of the start that lead nowhere now, other than because a directory above them was renamed. */
  *removed(): Iterable<CountedPath> {
    const returned = this.returned();
    for (const [volume, path, count] of this.left)
      if (!volume.find(path) && !returned.get(volume)?.has(path))
        yield [volume.viewPath(path, this.home), count];
  }

  /** The paths at the start of files that were moved away and are in their directory again. */
  private returned(): ReadonlyMap<Volume, ReadonlySet<string | null>> {
    const originsIn = (volume: Volume) =>
      Array.from(volume.entries())
        .filter((entry) => entry.placed && isBack(entry))
        .map(({ file }) => file.origin);
    return new Map(Array.from(this.allVolumes, (each) => [each, new Set(originsIn(each))]));
  }

  /** The mount namespaces of the run, its own first. */
  get namespaces(): View[] {
    return [this.home, ...[...this.views.values()].filter((view) => view !== this.home)];
  }

  /** Returns the path by which the run itself sees a location, if it does, without following links. */
  viewPath({ view, path }: Location): ViewPath {
    const place = view.placeOf(path);
    if (!place) return { view, path, mounted: true };
    return place.volume.viewPath(place.path, this.home);
  }

  /** Returns the path that a location leads to, as far as symbolic links and ".." are known. */
  resolve(where: Location, followsLast: boolean): string {
    const entry = this.walk.follow(where, followsLast);
    return entry.file.volume.viewPath(entry.path, this.home).path;
  }

  private linkTarget({ file, path }: Entry): string | null {
    if (file.target !== undefined) return file.target;
    const seen = file.volume.viewPath(path, this.home);
    const isSeen = seen.view === this.home && seen.mounted;
    file.target = isSeen ? this.machine.symlinkTarget(seen.path) : null;
    return file.target ?? null;
  }
}
