/**
 * The names of files as a run changes them: a tree of entries, each leading to a file. A rename
 * moves an entry with everything below it, a hard link is a second entry of a file. Names have one
 * character per byte (latin1).
 */
import type { ActionCount, RunFile } from "./file.ts";

/** A name in a directory. */
export class Entry {
  name: string;
  /** Null for the root of a file system. */
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
    parent?.children.set(name, this);
  }

  /** The path within the file system. */
  get path(): string {
    return this.parent ? childPath(this.parent.path, this.name) : "/";
  }

  /** Makes the entry lead to another file. */
  rebind(file: RunFile): void {
    this.file.names--;
    this.file = file;
    file.names++;
  }

  /** Removes the entry from its directory. */
  detach(): void {
    this.parent?.children.delete(this.name);
    this.file.names--;
  }

  /** Puts a detached entry, with everything below it, into a directory without this name. */
  attach(parent: Entry, name: string): void {
    this.name = name;
    this.parent = parent;
    parent.children.set(name, this);
    this.file.names++;
  }
}

export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** Returns the components of a path, without empty ones and ".": "/a//b/." has two. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** Whether a path is a directory or below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** Appends a path that is "" or starts with "/" to a directory. */
export function joinPaths(directory: string, rest: string): string {
  if (rest === "" || rest === "/") return directory;
  return directory === "/" ? rest : directory + rest;
}
