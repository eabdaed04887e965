/**
 * The files that a run is known to use: where they are, in file systems that are mounted where a
 * process sees them, and what reports ask of them. What the run does to them is in files.ts.
 */
import type { ActionCount } from "./file.ts";
import { OriginCounts } from "./origin-counts.ts";
import { type Location, PathWalk } from "./path-walk.ts";
import { type Mount, View } from "./view.ts";
import {
  type Entry,
  isBack,
  type Namespace,
  type RunFile,
  type ViewPath,
  Volume,
} from "./volume.ts";

/** What the machine can still say of files that no event describes. Paths as in events. */
export interface MachineFiles {
  /** The mount namespace whose paths it knows; absent for that of the first event. */
  readonly mntns?: string;
  /** Target of a symbolic link; null for another file, undefined where there is none now. */
  symlinkTarget(path: string): string | null | undefined;
  isDirectory(path: string): boolean;
  /** Of a past run: whether the latest rename to a path gave it to a directory. */
  wasDirectory?(path: string): boolean;
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

export class KnownFiles {
  /** How often mounts changed, as far as events show it. */
  mountChanges = 0;
  /** File systems by their device. */
  private readonly volumes = new Map<string, Volume>();
  /** Those too whose device is not known. */
  private readonly allVolumes = new Set<Volume>();
  private readonly views = new Map<string, View>();
  /** The mount namespace of the first event: the run's own. */
  private homeView: View | null = null;
  /** Files whose content was read before the run changed it; some have no name any more. */
  protected readonly inputs = new OriginCounts();
  protected readonly listed = new Set<RunFile>();
  protected readonly byId = new Map<string, RunFile>();
  /** Entries of the start that were removed or renamed; some may be in use again. */
  protected readonly left = new OriginCounts();
  /** Says of files what no event does. */
  machine: MachineFiles;
  protected readonly walk = new PathWalk((entry) => this.linkTarget(entry));

  /** @param machine where the run takes place; none for a record of a past run */
  constructor(machine = NO_MACHINE_FILES) {
    this.machine = machine;
  }

  protected get home(): View {
    return this.homeView ?? this.view("");
  }

  /** Returns the view of a mount namespace. */
  private view(id: string): View {
    let view = this.views.get(id);
    if (!view) {
      view = new View(id, this.volume(UNKNOWN_DEV), this.homeView, () => {
        this.mountChanges++;
        this.walk.noteChange();
      });
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

  /** All names that are known, with their paths. */
  *entries(): Iterable<[entry: Entry, path: ViewPath]> {
    for (const volume of this.allVolumes)
      for (const entry of volume.entries())
        if (entry.parent) yield [entry, volume.viewPath(entry.path, this.home)];
  }

  /** Whether an entry leads to a directory, as far as it is known. */
  isDirectory({ file, children, isDirectory }: Entry, { view, path }: ViewPath): boolean {
    // What seemed to be below a link is below its target.
    if (typeof file.target === "string") return false;
    const isKnown = file.directory || isDirectory || children.size > 0;
    return isKnown || (this.isKnown(view) && this.machine.isDirectory(path));
  }

  /** Returns the file that an open descriptor leads to, if an event named it. */
  byIdentity(id: string): RunFile | undefined {
    return this.byId.get(id);
  }

  /** Returns the file that a path of the run leads to, without following links, if it is known. */
  find(path: string): RunFile | undefined {
    return this.entryAt(path)?.file;
  }

  /** Returns the file that had a path when it was removed, if no other file got it. */
  findRemoved(path: string): RunFile | undefined {
    const slash = path.lastIndexOf("/");
    return this.entryAt(path.slice(0, slash) || "/")?.removedFile(path.slice(slash + 1));
  }

  private entryAt(path: string): Entry | undefined {
    const { home } = this;
    const place = home.placeOf(path);
    return place ? place.volume.find(place.path) : home.root.file.volume.find(path, home.root);
  }

  /** Returns the path of a file, or the last that it had; null if it never had one. */
  pathOf({ volume, entry, origin }: RunFile): string | null {
    const path = entry?.path ?? origin;
    return path === null ? null : volume.viewPath(path, this.home).path;
  }

  /** Returns the paths that a file had before it was renamed, oldest first: the last ones. */
  renamedFrom({ volume, formerPaths }: RunFile): string[] {
    return formerPaths.map((path) => volume.viewPath(path, this.home).path);
  }

  /** Whether a file had a path before it, or a directory above it, was renamed. */
  hadPath({ volume, entries }: RunFile, path: string): boolean {
    return entries
      .flatMap(formerPathsOf)
      .some((former) => volume.viewPath(former, this.home).path === path);
  }

  /** Whether no path leads to a file any more. */
  isGone(file: RunFile): boolean {
    const { entry, origin } = file;
    return entry === null ? origin === null : entry.file !== file || !entry.isAttached;
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

  /** Whether the machine knows the paths of a mount namespace. */
  private isKnown(view: Namespace): boolean {
    const { mntns } = this.machine;
    return mntns === undefined || view.id === "" ? view === this.home : view.id === mntns;
  }

  protected linkTarget(entry: Entry): string | null {
    const { file } = entry;
    if (file.target !== undefined) return file.target;
    const path = this.machinePath(entry);
    file.target = path === null ? null : this.machine.symlinkTarget(path);
    return file.target ?? null;
  }

  /** Whether the rename that just placed an entry is known to be of a directory. */
  protected isRenamedDirectory(entry: Entry): boolean {
    const path = this.machinePath(entry);
    return path !== null && this.machine.wasDirectory?.(path) === true;
  }

  /** Returns the path by which the machine knows an entry; null if it does not. */
  private machinePath({ file, path }: Entry): string | null {
    const seen = file.volume.viewPath(path, this.home);
    return this.isKnown(seen.view) && seen.mounted ? seen.path : null;
  }
}

/** Returns where an entry was before it, or a directory above it, was renamed. */
function formerPathsOf(last: Entry): string[] {
  const paths: string[] = [];
  let below = "";
  for (let entry = last; entry.parent; entry = entry.parent) {
    for (const former of entry.file.formerPaths) paths.push(former + below);
    below = `/${entry.name}${below}`;
  }
  return paths;
}
