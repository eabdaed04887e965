/**
 * A model of a file tree: random operations on it, and the events that a watcher of one part of it
 * must report for each. The real events are compared with these.
 */
import type { Random } from "../../random.ts";

interface Inode {
  readonly isDirectory: boolean;
  links: number;
}

interface Entry {
  parent: Entry | null;
  name: string;
  readonly inode: Inode;
  readonly children: Set<Entry>;
}

export interface Operation {
  /** The input line for test/programs/treeops.c. */
  readonly line: string;
  /** "TYPE path", "RENAME path old-path". */
  readonly events: readonly string[];
}

const NAMES = ["a", "file", "ein Wort", "日本", "\\", "'\"", "%s", "x".repeat(40)];
/** Relative frequencies of the operations. */
const KINDS = {
  create: 26,
  write: 22,
  renameFile: 12,
  renameDirectory: 14,
  renameOver: 6,
  link: 6,
  unlink: 12,
  mkdir: 12,
  rmdir: 8,
};
type Kind = keyof typeof KINDS;
const WEIGHTED = (Object.keys(KINDS) as Kind[]).flatMap((kind) => Array(KINDS[kind]).fill(kind));

function entry(parent: Entry | null, name: string, inode: Inode): Entry {
  const created = { parent, name, inode, children: new Set<Entry>() };
  parent?.children.add(created);
  return created;
}

export function pathOf(of: Entry): string {
  return of.parent ? `${pathOf(of.parent)}/${of.name}` : of.name;
}

function isBelow(of: Entry, above: Entry): boolean {
  return of === above || (of.parent !== null && isBelow(of.parent, above));
}

export class TreeModel {
  private readonly random: Random;
  private readonly isWhole: boolean;
  private readonly top: Entry;
  /** The watched directory. */
  readonly watched: Entry;
  private readonly outside: Entry;
  private count = 0;

  /**
   * @param top path of a directory that contains two others: `in`, which is watched, and `out`
   * @param isWhole whether one mark covers the file system; otherwise no operation happens in
   *   `out`, and events that need a mark on the file itself are not expected
   */
  constructor(random: Random, top: string, isWhole = true) {
    this.random = random;
    this.isWhole = isWhole;
    const directory = () => ({ isDirectory: true, links: 1 });
    this.top = entry(null, top, directory());
    this.watched = entry(this.top, "in", directory());
    this.outside = entry(this.top, "out", directory());
  }

  /** Applies a random operation that is possible now. */
  next(): Operation {
    for (;;) {
      const operation = this.attempt(this.random.pick(WEIGHTED));
      if (operation) return operation;
    }
  }

  private attempt(kind: Kind): Operation | null {
    if (kind === "renameFile") return this.rename(false, null);
    if (kind === "renameDirectory") return this.rename(true, null);
    if (kind === "renameOver") return this.renameOver();
    return this[kind]();
  }

  private all(isDirectory: boolean, from = this.top): Entry[] {
    return [...from.children].flatMap((child) => [
      ...(child.inode.isDirectory === isDirectory ? [child] : []),
      ...this.all(isDirectory, child),
    ]);
  }

  /** Picks a directory, mostly a watched one. */
  private directory(): Entry {
    const all = this.all(true);
    const inside = all.filter((each) => isBelow(each, this.watched));
    return this.random.pick(this.random.below(8) || !this.isWhole ? inside : all);
  }

  private file(): Entry | null {
    const files = this.all(false);
    return files.length ? this.random.pick(files) : null;
  }

  /** Picks a directory that may be moved or removed. */
  private movable(): Entry | null {
    const all = this.all(true).filter((each) => each !== this.watched && each !== this.outside);
    return all.length ? this.random.pick(all) : null;
  }

  private name(): string {
    return `${this.random.pick(NAMES)}${this.count++}`;
  }

  private isIn(of: Entry): boolean {
    return isBelow(of, this.watched);
  }

  /** Returns events of these types if the entry is watched. */
  private ifWatched(of: Entry, ...types: string[]): string[] {
    return this.isIn(of) ? types.map((type) => `${type} ${pathOf(of)}`) : [];
  }

  /** Returns events that need a mark on the file itself, if it has one. */
  private ifMarked(of: Entry, ...types: string[]): string[] {
    return this.isWhole || of.inode.isDirectory ? this.ifWatched(of, ...types) : [];
  }

  private create(): Operation | null {
    if (this.all(false).length > 150) return null;
    const created = entry(this.directory(), this.name(), { isDirectory: false, links: 1 });
    const line = `create\t${pathOf(created)}`;
    return { line, events: this.ifWatched(created, "CREATE", "OPEN", "CLOSE_WRITE") };
  }

  private write(): Operation | null {
    const file = this.file();
    if (!file) return null;
    const line = `write\t${pathOf(file)}`;
    return { line, events: this.ifWatched(file, "OPEN", "MODIFY", "CLOSE_WRITE") };
  }

  private mkdir(): Operation | null {
    if (this.all(true).length > 80) return null;
    const created = entry(this.directory(), this.name(), { isDirectory: true, links: 1 });
    return { line: `mkdir\t${pathOf(created)}`, events: this.ifWatched(created, "CREATE") };
  }

  private link(): Operation | null {
    const file = this.file();
    if (!file) return null;
    file.inode.links++;
    const created = entry(this.directory(), this.name(), file.inode);
    const line = `link\t${pathOf(file)}\t${pathOf(created)}`;
    return {
      line,
      events: [...this.ifWatched(created, "CREATE"), ...this.ifMarked(created, "ATTRIB")],
    };
  }

  private unlink(): Operation | null {
    const file = this.file();
    if (!file) return null;
    const isLast = --file.inode.links === 0;
    const itself = this.ifMarked(file, "ATTRIB", ...(isLast ? ["DELETE_SELF"] : []));
    const events = [...this.ifWatched(file, "DELETE"), ...itself];
    const operation = { line: `unlink\t${pathOf(file)}`, events };
    file.parent!.children.delete(file);
    return operation;
  }

  private rmdir(): Operation | null {
    const empty = this.movable();
    if (!empty || empty.children.size > 0) return null;
    const line = `rmdir\t${pathOf(empty)}`;
    const operation = { line, events: this.ifWatched(empty, "DELETE", "DELETE_SELF") };
    empty.parent!.children.delete(empty);
    return operation;
  }

  private renameOver(): Operation | null {
    const isDirectory = this.random.below(3) === 0;
    const over = isDirectory ? this.movable() : this.file();
    if (!over || over.children.size > 0) return null;
    return this.rename(isDirectory, over);
  }

  /** @param over the entry that the move replaces, if any */
  private rename(isDirectory: boolean, over: Entry | null): Operation | null {
    const moved = isDirectory ? this.movable() : this.file();
    const to = over?.parent ?? this.directory();
    if (!moved || moved.inode === over?.inode || isBelow(to, moved)) return null;
    const from = pathOf(moved);
    const replacedEvents = over ? this.replaced(over) : [];
    const left = this.ifWatched(moved, "MOVED_FROM");
    moved.parent!.children.delete(moved);
    moved.parent = to;
    moved.name = over?.name ?? this.name();
    to.children.add(moved);
    const arrived = [...this.ifWatched(moved, "MOVED_TO"), ...this.ifMarked(moved, "MOVE_SELF")];
    const both = left.length || arrived.length ? [`RENAME ${pathOf(moved)} ${from}`] : [];
    return {
      line: `rename\t${from}\t${pathOf(moved)}`,
      events: [...both, ...left, ...arrived, ...replacedEvents],
    };
  }

  private replaced(over: Entry): string[] {
    const isLast = --over.inode.links === 0;
    over.parent!.children.delete(over);
    const types = over.inode.isDirectory
      ? ["ATTRIB", "DELETE_SELF"]
      : ["ATTRIB", ...(isLast ? ["DELETE_SELF"] : [])];
    return this.ifMarked(over, ...types);
  }
}
