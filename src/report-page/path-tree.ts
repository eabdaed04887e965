/**
 * The rows of a list as a tree of directories, of which some are folded. Numbers of paths are in
 * preorder, so that a directory's rows follow each other.
 */
import type { ListColumns } from "../sinks/reports/page/data.ts";
import type { RunView } from "./run-view.ts";

export interface TreeRow {
  /** Number of the path. */
  readonly node: number;
  /** Index in the list, or -1 for a directory that is no entry. */
  readonly entry: number;
  readonly depth: number;
  /** From the directory above, with those of directories that have nothing else. */
  readonly label: string;
  /** Number of entries below; 0 for a file. */
  readonly below: number;
}

/** A directory with entries below. */
interface Directory {
  /** Number of entries below it. */
  entries: number;
  /** Number of its directories and entries. */
  children: number;
}

/** Directories with more entries than this are folded at first, unless they lead to a shown one. */
const MAX_OPEN = 40;
/** So many rows are open at first. */
const OPEN_ROWS = 400;

export class PathTree {
  private readonly view: RunView;
  private readonly list: ListColumns;
  private readonly directories = new Map<number, Directory>();
  readonly entries: number;

  constructor(view: RunView, list: ListColumns) {
    this.view = view;
    this.list = list;
    this.entries = list.paths.length;
    const seen = new Set<number>();
    for (const node of list.paths) this.addAbove(node, seen);
    for (const node of list.paths) this.countAbove(node);
  }

  private parent(node: number): number {
    return this.view.data.paths.parents[node];
  }

  /** Adds a path and the directories above it, as far as they are not known. */
  private addAbove(node: number, seen: Set<number>): void {
    for (let at = node; at >= 0 && !seen.has(at); at = this.parent(at)) {
      seen.add(at);
      const above = this.parent(at);
      const directory = this.directories.get(above);
      if (directory) directory.children++;
      else if (above >= 0) this.directories.set(above, { entries: 0, children: 1 });
    }
  }

  private countAbove(node: number): void {
    for (let at = this.parent(node); at >= 0; at = this.parent(at))
      this.directories.get(at)!.entries++;
  }

  isDirectory(node: number): boolean {
    return this.directories.has(node);
  }

  /** The directories that are open at first: the working directory, and small ones. */
  openAtFirst(): Set<number> {
    const { cwd } = this.view.data;
    const open = new Set<number>();
    for (let at = cwd; at >= 0; at = this.parent(at)) open.add(at);
    let rows = 0;
    for (const [node, { entries, children }] of this.directories) {
      if (children > 1 && entries > MAX_OPEN && !this.isIn(node, cwd)) continue;
      if (rows > OPEN_ROWS && !open.has(node)) continue;
      open.add(node);
      rows += children;
    }
    return open;
  }

  private isIn(node: number, directory: number): boolean {
    for (let at = node; at >= 0; at = this.parent(at)) if (at === directory) return true;
    return false;
  }

  allDirectories(): Set<number> {
    return new Set(this.directories.keys());
  }

  /**
   * Returns the rows that are shown.
   * @param open directories that are not folded; null for all
   * @param matches whether an entry is shown; null for all
   */
  rows(open: ReadonlySet<number> | null, matches: Uint8Array | null): TreeRow[] {
    const tree = matches ? this.filtered(matches) : this;
    return tree.flatten(open);
  }

  private filtered(matches: Uint8Array): PathTree {
    const { paths, times, who, targets, notes } = this.list;
    const kept: number[] = [];
    for (let entry = 0; entry < paths.length; entry++) if (matches[entry]) kept.push(entry);
    const column = (numbers: readonly number[]) => kept.map((entry) => numbers[entry]);
    const list = {
      paths: column(paths),
      times: column(times),
      who: column(who),
      targets: column(targets),
      notes: column(notes),
    };
    const tree = new PathTree(this.view, list);
    tree.original = kept;
    return tree;
  }

  /** The numbers of the entries before they were filtered. */
  private original: readonly number[] | null = null;

  private flatten(open: ReadonlySet<number> | null): TreeRow[] {
    const rows: TreeRow[] = [];
    const { paths } = this.list;
    /** The directories above the present entry that have rows, with the depths of what is in them. */
    const stack: { node: number; depth: number }[] = [];
    /** The folded directory that hides what is below it. */
    let hiding = -1;
    for (let entry = 0; entry < paths.length; entry++) {
      const node = paths[entry];
      if (hiding >= 0 && this.isIn(node, hiding) && node !== hiding) continue;
      hiding = -1;
      while (stack.length && !this.isIn(node, stack[stack.length - 1].node)) stack.pop();
      hiding = this.descend(node, entry, stack, rows, open);
    }
    return rows;
  }

  /** Adds the rows of the directories that lead to an entry, and its own. @returns the folded one */
  private descend(
    node: number,
    entry: number,
    stack: { node: number; depth: number }[],
    rows: TreeRow[],
    open: ReadonlySet<number> | null,
  ): number {
    const top = stack.at(-1);
    const way: number[] = [];
    for (let at = node; at >= 0 && at !== top?.node; at = this.parent(at)) way.push(at);
    // Of a directory that is several entries, all but the first have no way from the first.
    if (way.length === 0) way.push(node);
    let depth = top ? top.depth : 0;
    let label = "";
    for (const at of way.reverse()) {
      const directory = this.directories.get(at);
      label = joinLabel(label, this.view.data.paths.names[at]);
      const isEntry = at === node;
      if (directory && !isEntry && (directory.children === 1 || this.parent(at) < 0)) continue;
      const number = isEntry ? (this.original?.[entry] ?? entry) : -1;
      rows.push({ node: at, entry: number, depth, label, below: directory?.entries ?? 0 });
      if (!directory) return -1;
      depth++;
      label = "";
      stack.push({ node: at, depth });
      if (open && !open.has(at)) return at;
    }
    return -1;
  }
}

function joinLabel(above: string, name: string): string {
  return above === "" || above === "/" ? above + name : `${above}/${name}`;
}
