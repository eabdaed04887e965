/** Paths as numbers: each directory's name is stored once. */
import { printable } from "../../../text/printable.ts";
import type { PathColumns } from "./data.ts";

const NO_PARENT = -1;

export class PathTable {
  private readonly parents: number[] = [];
  private readonly names: string[] = [];
  /** Numbers by the paths below each root, and by addresses. */
  private readonly roots = new Map<string, Map<string, number>>();
  private readonly others = new Map<string, number>();
  /** Numbers after `finish`, by those that `add` returned. */
  private order: Uint32Array | null = null;

  /**
   * Returns the number of a path, which `finalNumber` translates.
   * @param path latin1; what does not start with a slash has no directory: an address
   * @param root the name of the directory that an absolute path starts in
   */
  add(path: string, root = "/"): number {
    if (!path.startsWith("/")) return this.node(this.others, path, NO_PARENT, path);
    let numbers = this.roots.get(root);
    if (!numbers) {
      numbers = new Map();
      this.roots.set(root, numbers);
      this.node(numbers, "/", NO_PARENT, root);
    }
    const isDirectory = path.length > 1 && path.endsWith("/");
    return this.absolute(numbers, isDirectory ? path.replace(/\/+$/, "") || "/" : path);
  }

  private absolute(numbers: Map<string, number>, path: string): number {
    const known = numbers.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf("/");
    const directory = this.absolute(numbers, path.slice(0, slash) || "/");
    return this.node(numbers, path, directory, path.slice(slash + 1));
  }

  private node(numbers: Map<string, number>, key: string, parent: number, name: string): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = this.names.push(name) - 1;
    this.parents.push(parent);
    numbers.set(key, number);
    return number;
  }

  /** Sorts: directories come before files, and all that is in them follows. */
  finish(): PathColumns {
    const order = new Uint32Array(this.names.length);
    const parents: number[] = [];
    const names: string[] = [];
    const children = this.children();
    const pending = [...(children.get(NO_PARENT) ?? [])];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      order[node] = names.push(printable(this.names[node])) - 1;
      const parent = this.parents[node];
      parents.push(parent < 0 ? NO_PARENT : order[parent]);
      for (const child of children.get(node) ?? []) pending.push(child);
    }
    this.order = order;
    return { parents, names };
  }

  /** The names of each directory, the last one first. */
  private children(): Map<number, number[]> {
    const children = new Map<number, number[]>();
    for (const [node, parent] of this.parents.entries()) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(node);
      else children.set(parent, [node]);
    }
    const rank = (node: number) => (children.has(node) ? 0 : 1);
    for (const siblings of children.values())
      siblings.sort((a, b) => rank(b) - rank(a) || (this.names[a] < this.names[b] ? 1 : -1));
    return children;
  }

  /** Returns the number of a path after `finish`; -1 for -1. */
  finalNumber(number: number): number {
    return number < 0 ? number : this.order![number];
  }
}

/** Texts that are there once. */
export class TextTable {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** @param text latin1 @returns its number */
  add(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(printable(text)) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}
