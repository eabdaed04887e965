/**
 * A file system in memory, with what a summary should say of the operations on it. It shares no
 * code with trace: it is the judge of random programs. Inodes, hard links, symbolic links, "..".
 */

export interface Inode {
  readonly kind: "file" | "directory" | "link";
  /** The path when the program started; null if the program made it. */
  readonly origin: string | null;
  readonly entries: Map<string, Inode>;
  readonly target: string;
  /** Its content was read before the program changed it. */
  read: boolean;
  /** The program wrote its content. */
  written: boolean;
}

function inode(kind: Inode["kind"], origin: string | null, target = ""): Inode {
  return { kind, origin, entries: new Map(), target, read: false, written: false };
}

interface Place {
  readonly parent: Inode;
  readonly name: string;
  readonly node: Inode | undefined;
}

export class ModelFs {
  readonly root = inode("directory", "");
  private readonly initial: Map<string, Inode>;
  private readonly read = new Set<string>();

  /** @param files paths of the files at the start; their directories are made as well */
  constructor(files: readonly string[], links: Readonly<Record<string, string>> = {}) {
    for (const path of files) this.plant(path, (origin) => inode("file", origin));
    for (const [path, target] of Object.entries(links))
      this.plant(path, (origin) => inode("link", origin, target));
    this.initial = new Map(this.paths());
  }

  private plant(path: string, make: (origin: string) => Inode): void {
    const names = path.split("/");
    let directory = this.root;
    for (const [i, name] of names.entries()) {
      const here = names.slice(0, i + 1).join("/");
      const last = i === names.length - 1;
      if (!directory.entries.has(name))
        directory.entries.set(name, last ? make(here) : inode("directory", here));
      directory = directory.entries.get(name) as Inode;
    }
  }

  /** Every path with its inode, relative to the root. */
  *paths(directory = this.root, prefix = ""): Iterable<[string, Inode]> {
    for (const [name, node] of directory.entries) {
      yield [prefix + name, node];
      if (node.kind === "directory") yield* this.paths(node, `${prefix}${name}/`);
    }
  }

  /** The path that leads to a directory, "" for the root. */
  pathOf(directory: Inode): string {
    for (const [path, node] of this.paths()) if (node === directory) return path;
    return "";
  }

  /** @param from the directory that a relative path starts from */
  lookup(path: string, from: Inode, follow: boolean, depth = 0): Place | null {
    const stack = this.stackOf(path.startsWith("/") ? this.root : from);
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    let place: Place = { parent: stack.at(-2) ?? this.root, name: ".", node: stack.at(-1) };
    for (const [i, name] of names.entries()) {
      const parent = stack.at(-1) as Inode;
      if (parent.kind !== "directory") return null;
      if (name === "..") {
        if (stack.length === 1) return null; // outside of what the model knows
        stack.pop();
        place = { parent: stack.at(-2) ?? this.root, name: ".", node: stack.at(-1) };
        continue;
      }
      const node = parent.entries.get(name);
      const last = i === names.length - 1;
      if (node?.kind === "link" && (!last || follow)) {
        if (depth > 8) return null;
        const rest = [node.target, ...names.slice(i + 1)].join("/");
        return this.lookup(rest, parent, follow, depth + 1);
      }
      place = { parent, name, node };
      if (last) return place;
      if (!node) return null;
      stack.push(node);
    }
    return place;
  }

  private stackOf(directory: Inode): Inode[] {
    const path = this.pathOf(directory);
    const stack = [this.root];
    for (const name of path === "" ? [] : path.split("/"))
      stack.push(stack.at(-1)?.entries.get(name) as Inode);
    return stack;
  }

  readFile(node: Inode): void {
    if (node.origin !== null && !node.written) this.read.add(node.origin);
  }

  create(place: Place, kind: Inode["kind"], target = ""): Inode {
    const node = inode(kind, null, target);
    node.written = true;
    place.parent.entries.set(place.name, node);
    return node;
  }

  /** What a summary has to say: paths relative to the root, sorted. */
  expected() {
    const now = new Map(this.paths());
    const outputs: string[] = [];
    for (const [path, node] of now) {
      const before = this.initial.get(path);
      if (before === node ? node.written && node.kind === "file" : this.isPlaced(path, node, now))
        outputs.push(node.kind === "directory" ? `${path}/` : path);
    }
    outputs.sort();
    return {
      inputs: [...this.read].sort(),
      // A directory is not listed where something in it is.
      outputs: outputs.filter(
        (path, i) => !path.endsWith("/") || !outputs[i + 1]?.startsWith(path),
      ),
      removed: [...this.initial.keys()].filter((path) => this.isRemoved(path, now)).sort(),
    };
  }

  /** Whether a path is gone, other than by a directory above it that was moved or removed. */
  private isRemoved(path: string, now: ReadonlyMap<string, Inode>): boolean {
    if (now.has(path)) return false;
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.root : this.initial.get(path.slice(0, slash));
    return parent?.entries.get(path.slice(slash + 1)) !== this.initial.get(path);
  }

  /** Whether a path leads to another file than at the start, other than by a moved directory. */
  private isPlaced(path: string, node: Inode, now: ReadonlyMap<string, Inode>): boolean {
    if (node.origin === null || node.written) return true;
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? this.root : now.get(path.slice(0, slash));
    const name = path.slice(slash + 1);
    // It is where it was within its directory, which was moved.
    return !(parent && parent.origin !== null && node.origin === join(parent.origin, name));
  }
}

const join = (directory: string, name: string) =>
  directory === "" ? name : `${directory}/${name}`;
