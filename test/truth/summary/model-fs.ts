/**
 * A file system in memory, with what a summary should say of the calls that change it. It shares no
 * code with trace: it judges summaries of random programs, and of real commands whose calls strace
 * saw. Inodes, hard links, symbolic links, "..", directories that move.
 */

export type Kind = "file" | "directory" | "link" | "other";

/** A file, whatever its names. */
export interface Inode {
  readonly kind: Kind;
  /** Of a directory, by name. */
  readonly entries: Map<string, Entry>;
  /** Of a symbolic link. */
  readonly target: string;
  /** Whether the file begins with "#!" at the start. */
  script: boolean;
  /** Whether it was there at the start. */
  readonly existed: boolean;
  /** The directory that holds this directory; null for the root, and once it is removed. */
  parent: Inode | null;
  /** Its content was made or changed. */
  written: boolean;
}

/** A name of a file. */
export interface Entry {
  readonly node: Inode;
  /** The name's path at the start, or that of the name that it was linked from. */
  readonly origin: string | null;
}

/** Where a path leads, whether something is there or not. */
export interface Place {
  readonly parent: Inode;
  readonly name: string;
  readonly entry: Entry | undefined;
  /** The symbolic links on the way. */
  readonly through: readonly Entry[];
}

/** A path and the directory that it starts from, if it is relative. */
export interface At {
  readonly from: Inode;
  readonly path: string;
}

export interface OpenMode {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly creates?: boolean;
  readonly truncates?: boolean;
}

/** What a summary lists: sorted paths relative to the base. */
export interface Summary {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly removed: readonly string[];
}

/** Linux follows no more: include/linux/namei.h. */
const MAX_SYMLINKS = 40;

const components = (path: string) => path.split("/").filter((name) => name !== "" && name !== ".");
const below = (directory: string, name: string) =>
  directory === "" ? name : `${directory}/${name}`;

export class ModelFs {
  readonly root: Inode = makeInode("directory", true);
  /** The directory that is judged; everything else is only a way to it. */
  readonly base: Inode;
  readonly basePath: string;
  /** Number of changes of names. */
  changes = 0;
  /** Kinds of changes that a tracer cannot understand which learns names after the call. */
  readonly unknowable = new Set<string>();
  private readonly initial = new Map<string, Entry>();
  /** The path at the start of each directory. */
  private readonly origins = new Map<Inode, string>();
  private readonly read = new Set<string>();
  /** Symbolic links of the start that a path went through. */
  private readonly followed = new Set<Inode>();

  /** @param basePath absolute */
  constructor(basePath: string) {
    let directory = this.root;
    for (const name of components(basePath)) {
      const node = makeInode("directory", true);
      attach(directory, name, { node, origin: null });
      directory = node;
    }
    this.base = directory;
    this.basePath = basePath;
    this.origins.set(this.base, "");
  }

  /**
   * Adds a file that is there at the start.
   * @param path relative to the base; its directory was added before
   * @param same another path of the start, of which this one is a hard link
   */
  plant(path: string, kind: Kind, target = "", same?: string): Inode {
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.base : this.initial.get(path.slice(0, slash))?.node;
    if (!parent) throw new Error(`planted before its directory: ${path}`);
    const known = same === undefined ? undefined : this.initial.get(same)?.node;
    const entry = { node: known ?? makeInode(kind, true, target), origin: path };
    attach(parent, path.slice(slash + 1), entry);
    this.initial.set(path, entry);
    if (kind === "directory") this.origins.set(entry.node, path);
    return entry.node;
  }

  /** Every path below the base. */
  *paths(directory = this.base, prefix = ""): Iterable<[path: string, entry: Entry]> {
    for (const [name, entry] of directory.entries) {
      yield [prefix + name, entry];
      if (entry.node.kind === "directory") yield* this.paths(entry.node, `${prefix}${name}/`);
    }
  }

  /** The path of a directory relative to the base; null if it is not below the base. */
  pathOf(directory: Inode): string | null {
    const names: string[] = [];
    let node = directory;
    while (node !== this.base) {
      const { parent } = node;
      if (!parent) return null;
      names.unshift(nameIn(parent, node));
      node = parent;
    }
    return names.join("/");
  }

  /**
   * Returns where a path leads; null if a component is missing or no directory.
   * @param follows whether a symbolic link at the end is followed
   */
  lookup({ from, path }: At, follows: boolean): Place | null {
    const pending = components(path);
    let directory: Inode = path.startsWith("/") ? this.root : from;
    let place = placeOf(directory);
    const through: Entry[] = [];
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
      if (directory.kind !== "directory") return null;
      if (name === "..") {
        directory = directory.parent ?? directory;
        place = placeOf(directory);
        continue;
      }
      const entry = directory.entries.get(name);
      if (entry?.node.kind === "link" && (pending.length > 0 || follows)) {
        through.push(entry);
        if (entry.node.existed) this.followed.add(entry.node);
        if (through.length > MAX_SYMLINKS) return null;
        if (entry.node.target.startsWith("/")) directory = this.root;
        place = placeOf(directory);
        pending.unshift(...components(entry.node.target));
        continue;
      }
      place = { parent: directory, name, entry, through };
      if (pending.length === 0) break;
      if (!entry) return null;
      directory = entry.node;
    }
    return place && { ...place, through };
  }

  private entryAt(at: At, follows: boolean): Entry | undefined {
    return this.lookup(at, follows)?.entry;
  }

  /** Whether the open succeeds. @param follows whether a symbolic link is followed */
  open(at: At, { reads, writes, creates, truncates }: OpenMode, follows = true): boolean {
    const place = this.lookup(at, follows);
    if (!place) return false;
    const { entry } = place;
    if (!entry) return creates === true && this.put(place, makeInode("file", false)) !== null;
    if (entry.node.kind === "directory" || entry.node.kind === "link") return false;
    this.access(entry, { reads: reads && !truncates, writes: writes || truncates === true });
    return true;
  }

  /** Reads a file, changes it, or both in this order. */
  access({ node, origin }: Entry, { reads, writes }: OpenMode): void {
    if (node.kind !== "file") return;
    if (reads && !node.written && origin !== null) this.read.add(origin);
    if (writes) node.written = true;
  }

  /** Creates a file that must not exist. */
  make(at: At, kind: Kind, target = ""): boolean {
    const place = this.lookup(at, false);
    return !!place && !place.entry && this.put(place, makeInode(kind, false, target)) !== null;
  }

  private put(place: Place, node: Inode, origin: string | null = null): Entry | null {
    const { parent, name } = place;
    if (parent.kind !== "directory" || this.isGone(parent)) return null;
    const entry = { node, origin };
    attach(parent, name, entry);
    this.changes++;
    return entry;
  }

  /** Whether a directory was removed; nothing can be created in it then. */
  private isGone(directory: Inode): boolean {
    return directory !== this.root && directory.parent === null;
  }

  link(from: At, to: At, follows = false): boolean {
    const [entry, place] = [this.entryAt(from, follows), this.lookup(to, false)];
    if (!entry || entry.node.kind === "directory" || !place || place.entry) return false;
    return this.put(place, entry.node, entry.origin) !== null;
  }

  unlink(at: At): boolean {
    const place = this.lookup(at, false);
    if (!place?.entry || place.entry.node.kind === "directory") return false;
    this.noteLostLink(place.entry.node);
    detach(place);
    this.changes++;
    return true;
  }

  rmdir(at: At): boolean {
    const place = this.lookup(at, false);
    const node = place?.entry?.node;
    if (!place || node?.kind !== "directory" || node.entries.size > 0) return false;
    detach(place);
    this.changes++;
    return true;
  }

  rename(from: At, to: At): boolean {
    const [source, target] = [this.lookup(from, false), this.lookup(to, false)];
    if (!source?.entry || !target || this.isGone(target.parent)) return false;
    const { node } = source.entry;
    if (target.entry?.node === node) return true; // rename(2): nothing is done
    if (node.kind === "directory" && holds(node, target.parent)) return false;
    this.noteUnknowable(source.entry, [source, target]);
    if (target.entry) {
      const replaced = target.entry.node;
      if ((replaced.kind === "directory") !== (node.kind === "directory")) return false;
      if (replaced.entries.size > 0) return false;
      this.noteLostLink(replaced);
      detach(target);
    }
    this.noteLostLink(node);
    detach(source);
    attach(target.parent, target.name, source.entry);
    this.changes++;
    return true;
  }

  /** Where a link of the start led is read after the call that went through it, by its path. */
  private noteLostLink(lost: Inode): void {
    if (this.followed.has(lost))
      this.unknowable.add("a symbolic link is removed or moved soon after a path went through it");
  }

  private noteUnknowable(moved: Entry, places: readonly Place[]): void {
    const { node } = moved;
    const inMoved = [...this.paths(node)].map(([, entry]) => entry);
    const through = places.flatMap((place) => place.through);
    if (through.some((link) => link === moved || inMoved.includes(link)))
      this.unknowable.add("a rename moves a symbolic link that its names go through");
  }

  exchange(one: At, other: At): boolean {
    const [first, second] = [this.lookup(one, false), this.lookup(other, false)];
    if (!first?.entry || !second?.entry) return false;
    for (const place of [first, second]) detach(place);
    attach(first.parent, first.name, second.entry);
    attach(second.parent, second.name, first.entry);
    this.changes++;
    return true;
  }

  /** What a summary has to say. */
  expected(): Summary {
    const now = new Map(this.paths());
    const outputs = [...now]
      .filter(([path, entry]) => this.isOutput(path, entry, now))
      .map(([path, { node }]) => (node.kind === "directory" ? `${path}/` : path))
      .sort();
    return {
      inputs: [...this.read].sort(),
      // A directory is not listed where something in it is.
      outputs: outputs.filter(
        (path, i) => !path.endsWith("/") || !outputs[i + 1]?.startsWith(path),
      ),
      removed: [...this.initial.keys()].filter((path) => this.isRemoved(path, now)).sort(),
    };
  }

  /** Whether the content at a path, or its name, was made; not if its directory was moved with it. */
  private isOutput(
    path: string,
    { node, origin }: Entry,
    now: ReadonlyMap<string, Entry>,
  ): boolean {
    if (!node.existed || node.written) return true;
    if (this.initial.get(path)?.node === node) return false;
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.base : now.get(path.slice(0, slash))?.node;
    const before = parent && this.origins.get(parent);
    return before === undefined || origin !== below(before, path.slice(slash + 1));
  }

  /** Whether a path is gone, other than by a directory above it that was moved. */
  private isRemoved(path: string, now: ReadonlyMap<string, Entry>): boolean {
    if (now.has(path)) return false;
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.base : this.initial.get(path.slice(0, slash))?.node;
    return parent?.entries.get(path.slice(slash + 1))?.node !== this.initial.get(path)?.node;
  }
}

function makeInode(kind: Kind, existed: boolean, target = ""): Inode {
  const written = !existed && kind !== "directory";
  return { kind, target, existed, script: false, entries: new Map(), parent: null, written };
}

function attach(parent: Inode, name: string, entry: Entry): void {
  parent.entries.set(name, entry);
  if (entry.node.kind === "directory") entry.node.parent = parent;
}

function detach({ parent, name, entry }: Place): void {
  parent.entries.delete(name);
  if (entry?.node.kind === "directory") entry.node.parent = null;
}

function nameIn(parent: Inode, directory: Inode): string {
  for (const [name, { node }] of parent.entries) if (node === directory) return name;
  throw new Error("a directory that its parent does not have");
}

function placeOf(directory: Inode): Place | null {
  const { parent } = directory;
  if (!parent) return null;
  const name = nameIn(parent, directory);
  return { parent, name, entry: parent.entries.get(name), through: [] };
}

/** Whether a directory is the other one or has it below. */
export function holds(directory: Inode, inner: Inode): boolean {
  for (let node: Inode | null = inner; node; node = node.parent)
    if (node === directory) return true;
  return false;
}
