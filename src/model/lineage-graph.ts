/**
 * The graph of what a file was made from, back to what was there at the start, or of what was made of
 * it. Only what was early enough counts: what a process read after another had read its file cannot
 * be in that.
 */
import {
  endOf,
  type FileUse,
  type Lineage,
  type LineageFile,
  type LineageProcess,
  type Link,
  startOf,
} from "./lineage.ts";
import type { Process } from "./process.ts";
import type { RunFile } from "./volume.ts";

export type Node<P = Process, F = RunFile> = F | P;

/** An arrow in the direction of the data. */
export interface Arrow<P = Process, F = RunFile> {
  readonly from: Node<P, F>;
  readonly to: Node<P, F>;
  /** What the process did to the file; null between processes. */
  readonly use: FileUse<P, F> | null;
  /** Null between a process and a file. */
  readonly link: Link | null;
}

export interface Graph<P = Process, F = RunFile> {
  readonly root: F;
  readonly direction: "up" | "down";
  /** The arrows of each node away from the root, in order of time. */
  readonly arrows: ReadonlyMap<Node<P, F>, readonly Arrow<P, F>[]>;
  /** Nodes whose arrows were left out because of the depth. */
  readonly cut: ReadonlySet<Node<P, F>>;
}

export interface GraphOptions<F = RunFile> {
  /** How many processes lie between the root and the farthest file; Infinity for all. */
  readonly depth: number;
  /** Whether a file is shown and followed; others are left out. */
  isShown(file: F): boolean;
  /** Whether data may pass through a file: not through /dev/null. */
  isFollowed(file: F): boolean;
}

/** What is known of a node that was reached: the widest span of all ways that lead to it. */
interface Reached<P, F> {
  /** Up: when its data was used last. Down: when the root's data got to it first. */
  time: number;
  /** Up, of a file: when it was read first. */
  since: number;
  /** Down, of a file: those that wrote root's data into it. */
  readonly makers: Map<P, FileUse<P, F>>;
  depth: number;
}

export function isProcess<P extends LineageProcess<P> = Process, F extends LineageFile = RunFile>(
  node: Node<P, F>,
): node is P {
  return "pid" in node;
}

export function graphOf<P extends LineageProcess<P>, F extends LineageFile>(
  lineage: Lineage<P, F>,
  root: F,
  direction: Graph["direction"],
  options: GraphOptions<F>,
): Graph<P, F> {
  const walk = direction === "up" ? new Upward(lineage, options) : new Downward(lineage, options);
  walk.start(root);
  return { root, direction, arrows: withoutDeadEnds(walk.arrows), cut: walk.cut };
}

/** Drops copies of a process that lead nowhere. */
function withoutDeadEnds<P, F>(arrows: Graph<P, F>["arrows"]): Graph<P, F>["arrows"] {
  const kept = new Map<Node<P, F>, readonly Arrow<P, F>[]>();
  for (const [node, each] of arrows) {
    const other = ({ from, to }: Arrow<P, F>) => (from === node ? to : from);
    kept.set(
      node,
      each.filter((arrow) => arrow.link !== "fork" || arrows.has(other(arrow))),
    );
  }
  return kept;
}

abstract class Walk<P extends LineageProcess<P>, F extends LineageFile> {
  readonly arrows = new Map<Node<P, F>, Arrow<P, F>[]>();
  readonly cut = new Set<Node<P, F>>();
  protected readonly lineage: Lineage<P, F>;
  protected readonly options: GraphOptions<F>;
  protected readonly reached = new Map<Node<P, F>, Reached<P, F>>();
  private readonly pending = new Set<Node<P, F>>();
  private root: F | null = null;

  constructor(lineage: Lineage<P, F>, options: GraphOptions<F>) {
    this.lineage = lineage;
    this.options = options;
  }

  protected walkFrom(root: F, time: number, since: number): void {
    this.root = root;
    this.reached.set(root, { time, since, makers: new Map(), depth: 0 });
    this.pending.add(root);
    // A node is expanded again if another way to it shows more.
    for (const node of this.pending) {
      this.pending.delete(node);
      const reached = this.reached.get(node)!;
      if (reached.depth >= this.options.depth && !isProcess<P, F>(node)) {
        if (this.hasMore(node, reached)) this.cut.add(node);
        continue;
      }
      this.cut.delete(node);
      const arrows = isProcess<P, F>(node)
        ? this.ofProcess(node, reached)
        : this.options.isFollowed(node) || node === root
          ? this.ofFile(node, reached)
          : [];
      if (arrows.length) this.arrows.set(node, arrows);
    }
  }

  /** Whether a file at the greatest depth has arrows. */
  private hasMore(file: F, reached: Reached<P, F>): boolean {
    return this.options.isFollowed(file) && this.usesOf(file, reached).length > 0;
  }

  protected abstract usesOf(file: F, reached: Reached<P, F>): FileUse<P, F>[];
  protected abstract ofProcess(process: P, reached: Reached<P, F>): Arrow<P, F>[];
  protected abstract ofFile(file: F, reached: Reached<P, F>): Arrow<P, F>[];
  /** Whether a way reaches more than those before. */
  protected abstract isWider(time: number, known: number): boolean;

  /** Notes a way to a node. @param maker down, of a file: who wrote it */
  protected reach(
    node: Node<P, F>,
    time: number,
    since: number,
    depth: number,
    maker?: FileUse<P, F>,
  ): void {
    if (node === this.root) return;
    const known = this.reached.get(node);
    if (!known) {
      const makers = new Map(maker ? [[maker.process, maker]] : []);
      this.reached.set(node, { time, since, makers, depth });
      this.pending.add(node);
      return;
    }
    const isNewMaker = maker !== undefined && !known.makers.has(maker.process);
    if (maker) known.makers.set(maker.process, maker);
    if (!this.isWider(time, known.time) && since >= known.since && depth >= known.depth) {
      if (!isNewMaker) return;
    }
    if (this.isWider(time, known.time)) known.time = time;
    known.since = Math.min(known.since, since);
    known.depth = Math.min(known.depth, depth);
    this.pending.add(node);
  }
}

class Upward<P extends LineageProcess<P>, F extends LineageFile> extends Walk<P, F> {
  start(root: F): void {
    this.walkFrom(root, Infinity, Infinity);
  }

  protected isWider(time: number, known: number): boolean {
    return time > known;
  }

  protected usesOf(file: F, { time, since }: Reached<P, F>): FileUse<P, F>[] {
    return this.lineage
      .makers(file)
      .filter((made) => made.first <= time && !this.lineage.isDiscarded(made, since));
  }

  protected ofFile(file: F, reached: Reached<P, F>): Arrow<P, F>[] {
    return this.usesOf(file, reached).map((use) => {
      this.reach(use.process, Math.min(reached.time, endOf(use.process)), 0, reached.depth);
      return { from: use.process, to: file, use, link: null };
    });
  }

  protected ofProcess(process: P, { time, depth }: Reached<P, F>): Arrow<P, F>[] {
    const uses = this.lineage
      .usedBy(process)
      .filter(({ file, first }) => first <= time && this.options.isShown(file))
      .filter(({ file }) => !this.lineage.isOwn(file, process));
    const arrows: Arrow<P, F>[] = uses.map((use) => {
      this.reach(use.file, Math.min(time, use.last), use.first, depth + 1);
      return { from: use.file, to: process, use, link: null };
    });
    for (const { process: source, by } of this.lineage.sources(process, time)) {
      const until = by === "fork" ? startOf(process) : time;
      this.reach(source, Math.min(until, endOf(source)), 0, depth);
      arrows.push({ from: source, to: process, use: null, link: by });
    }
    return arrows;
  }
}

class Downward<P extends LineageProcess<P>, F extends LineageFile> extends Walk<P, F> {
  start(root: F): void {
    this.walkFrom(root, 0, 0);
  }

  protected isWider(time: number, known: number): boolean {
    return time < known;
  }

  protected usesOf(file: F, { time, makers }: Reached<P, F>): FileUse<P, F>[] {
    return this.lineage.users(file).filter(({ process, first, last }) => {
      if (last < time || (makers.size > 0 && this.lineage.isOwn(file, process))) return false;
      return makers.size === 0 || this.survives([...makers.values()], first);
    });
  }

  /** Whether anything that processes wrote was still there when the file was read. */
  private survives(makers: readonly FileUse<P, F>[], read: number): boolean {
    return makers.some((made) => !this.lineage.isDiscarded(made, read));
  }

  protected ofFile(file: F, reached: Reached<P, F>): Arrow<P, F>[] {
    return this.usesOf(file, reached).map((use) => {
      this.reach(use.process, Math.max(reached.time, use.first), 0, reached.depth);
      return { from: file, to: use.process, use, link: null };
    });
  }

  protected ofProcess(process: P, { time, depth }: Reached<P, F>): Arrow<P, F>[] {
    const uses = this.lineage.madeBy(process).filter(({ file }) => this.options.isShown(file));
    const arrows: Arrow<P, F>[] = uses.map((use) => {
      this.reach(use.file, Math.max(time, use.first), 0, depth + 1, use);
      return { from: process, to: use.file, use, link: null };
    });
    for (const { process: receiver, by } of this.lineage.receivers(process, time)) {
      this.reach(receiver, Math.max(time, startOf(receiver)), 0, depth);
      arrows.push({ from: process, to: receiver, use: null, link: by });
    }
    return arrows;
  }
}
