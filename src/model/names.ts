/**
 * The names of files as a run changes them: a tree of entries, each leading to a file. A rename
 * moves an entry with everything below it, a hard link is a second entry of a file. Paths are
 * absolute, with one character per byte (latin1).
 */
import type { ActionCount, RunFile } from "./file.ts";

/** A name in a directory. */
export class Entry {
  name: string;
  parent: Entry | null;
  file: RunFile;
  /** The process that created, linked or renamed this entry; null if it was there at the start. */
  placed: ActionCount | null = null;
  readonly children = new Map<string, Entry>();

  constructor(name: string, parent: Entry | null, file: RunFile) {
    this.name = name;
    this.parent = parent;
    this.file = file;
    file.names++;
  }

  get path(): string {
    if (!this.parent) return "/";
    return childPath(this.parent.path, this.name);
  }
}

export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** Returns the components of a path, without empty ones and ".": "/a//b/." has two. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

export class NameTree {
  readonly root: Entry;
  /** Makes the file of an entry that was not known. */
  private readonly discover: (parent: Entry, name: string) => RunFile;

  constructor(root: RunFile, discover: (parent: Entry, name: string) => RunFile) {
    this.root = new Entry("", null, root);
    this.discover = discover;
  }

  /** Returns the entry of a path without symbolic links, if it is known. */
  find(path: string): Entry | undefined {
    let entry: Entry | undefined = this.root;
    for (const name of splitPath(path)) entry = entry?.children.get(name);
    return entry;
  }

  /** Returns the entry of a path without symbolic links, and adds it where there is none. */
  at(path: string): Entry {
    let entry = this.root;
    for (const name of splitPath(path)) {
      let child = entry.children.get(name);
      if (!child) {
        child = new Entry(name, entry, this.discover(entry, name));
        entry.children.set(name, child);
      }
      entry = child;
    }
    return entry;
  }

  /** Makes an entry lead to another file. */
  rebind(entry: Entry, file: RunFile): void {
    entry.file.names--;
    entry.file = file;
    file.names++;
  }

  /** Removes an entry. */
  detach(entry: Entry): void {
    entry.parent?.children.delete(entry.name);
    entry.file.names--;
  }

  /** Puts a detached entry, with everything below it, at a path that is free. */
  attach(entry: Entry, path: string): void {
    const names = splitPath(path);
    entry.name = names.pop() ?? "";
    entry.parent = this.at(names.join("/"));
    entry.parent.children.set(entry.name, entry);
    entry.file.names++;
  }

  *entries(): Iterable<Entry> {
    const pending = [this.root];
    for (let entry = pending.pop(); entry; entry = pending.pop()) {
      yield entry;
      pending.push(...entry.children.values());
    }
  }
}
