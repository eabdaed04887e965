/**
 * What a file was made from, and what was made of it, through processes, pipes and other files. Events
 * say which files a process opened, not which bytes went where: a file may depend on all that its
 * writers read. Only what was early enough counts: what was read after a file was used is not in it.
 */
import type { RunView } from "./run-view.ts";

/** Files that are reached from another. */
export interface Reached {
  /** By one process, or by a pipe to or from it. */
  readonly direct: readonly number[];
  /** Through other files as well. */
  readonly all: readonly number[];
}

/** Walks over files and processes; a node is visited again if another way to it allows more. */
class Walk {
  readonly files = new Map<number, number>();
  readonly direct = new Set<number>();
  private readonly processes = new Map<number, number>();
  private readonly pending: [isFile: boolean, node: number, isDirect: boolean][] = [];
  private readonly isWider: (time: number, known: number) => boolean;

  constructor(isWider: (time: number, known: number) => boolean) {
    this.isWider = isWider;
  }

  file(node: number, time: number, isDirect: boolean): void {
    if (isDirect) this.direct.add(node);
    this.reach(this.files, true, node, time, false);
  }

  process(node: number, time: number, isDirect: boolean): void {
    this.reach(this.processes, false, node, time, isDirect);
  }

  private reach(
    known: Map<number, number>,
    isFile: boolean,
    node: number,
    time: number,
    isDirect: boolean,
  ): void {
    const before = known.get(node);
    if (before !== undefined && !this.isWider(time, before)) return;
    known.set(node, time);
    this.pending.push([isFile, node, isDirect]);
  }

  run(
    ofFile: (file: number, time: number, isRoot: boolean) => void,
    ofProcess: (process: number, time: number, isDirect: boolean) => void,
  ): void {
    for (let isRoot = true, next = this.pending.pop(); next; next = this.pending.pop()) {
      const [isFile, node, isDirect] = next;
      if (isFile) ofFile(node, this.files.get(node)!, isRoot);
      else ofProcess(node, this.processes.get(node)!, isDirect);
      isRoot = false;
    }
  }

  /** @param root where the walk began */
  result(root: number): Reached {
    this.files.delete(root);
    this.direct.delete(root);
    return { direct: [...this.direct], all: [...this.files.keys()] };
  }
}

export function madeFrom(view: RunView, target: number): Reached {
  const walk = new Walk((time, known) => time > known);
  walk.file(target, Number.POSITIVE_INFINITY, false);
  walk.run(
    (file, time, isRoot) => {
      for (const { process, first } of view.writers(file))
        if (first <= time) walk.process(process, Math.min(time, view.end(process)), isRoot);
    },
    (process, time, isDirect) => {
      for (const { target: file, first, last } of view.reads(process))
        if (first <= time) walk.file(file, Math.min(time, last), isDirect);
      for (const source of view.pipedFrom(process))
        if (view.start(source) <= time)
          walk.process(source, Math.min(time, view.end(source)), isDirect);
      const copied = view.copiedFrom(process);
      if (copied >= 0) walk.process(copied, Math.min(time, view.start(process)), isDirect);
    },
  );
  return walk.result(target);
}

export function usedFor(view: RunView, target: number): Reached {
  const walk = new Walk((time, known) => time < known);
  walk.file(target, 0, false);
  walk.run(
    (file, time, isRoot) => {
      for (const { process, first, last } of view.readers(file))
        if (last >= time) walk.process(process, Math.max(time, first), isRoot);
    },
    (process, time, isDirect) => {
      for (const { target: file, first } of view.writes(process))
        if (view.end(process) >= time) walk.file(file, Math.max(time, first), isDirect);
      for (const reader of view.pipedTo(process))
        if (view.end(reader) >= time)
          walk.process(reader, Math.max(time, view.start(reader)), isDirect);
    },
  );
  return walk.result(target);
}

const SYSTEM = /^\/(?:usr|lib|lib32|lib64|bin|sbin|etc|proc|sys|dev|opt|run|snap|nix)\//;

/** Files of the system are what nearly every process reads, unless the run wrote them. */
export function isOfSystem(view: RunView, target: number): boolean {
  return SYSTEM.test(view.targetPath(target)) && view.writers(target).length === 0;
}
