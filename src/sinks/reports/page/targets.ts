/** The files, failed lookups and addresses that the edges of a page lead to. */
import type { Address, FailedLookup, Run } from "../../../model/run.ts";
import { RunFile, type ViewPath } from "../../../model/volume.ts";
import type { ReportEntry } from "../summary/report.ts";
import {
  type ListName,
  TARGET_ADDRESS,
  TARGET_DIRECTORY,
  TARGET_EXISTS,
  TARGET_LOOKUP,
  TARGET_ORIGINAL,
  type TargetColumns,
} from "./data.ts";
import type { PathTable, TextTable } from "./path-table.ts";
import { rootName } from "./root-name.ts";

const NONE = -1;

function keyOf(viewId: string, path: string): string {
  return `${viewId}\0${path}`;
}

export class Targets {
  private readonly kinds: number[] = [];
  private readonly paths: number[] = [];
  private readonly notes: number[] = [];
  /** Targets by the names that files have at the end, had last, or had at the start. */
  private readonly present = new Map<string, number>();
  private readonly gone = new Map<string, number>();
  private readonly original = new Map<string, number>();
  private readonly run: Run;
  private readonly table: PathTable;
  private readonly texts: TextTable;

  constructor(run: Run, table: PathTable, texts: TextTable) {
    this.run = run;
    this.table = table;
    this.texts = texts;
    const { files } = run;
    for (const [{ file }, path] of files.entries()) this.name(file, path, TARGET_EXISTS);
    for (const [file, path] of files.goneFiles()) this.name(file, path, 0);
    for (const lookup of run.failedLookups.values()) this.addLookup(lookup);
    for (const address of [...run.hosts.values(), ...run.bound.values()]) this.addAddress(address);
    this.addUnnamed();
  }

  private get home() {
    return this.run.files.namespaces[0];
  }

  /** Adds a file by a name. */
  private name(file: RunFile, where: ViewPath, kind: number): void {
    const { index } = file;
    if (index < 0) return;
    const names = kind & TARGET_EXISTS ? this.present : this.gone;
    names.set(keyOf(where.view.id, where.path), index);
    if (this.kinds[index] === undefined) this.addFile(file, where, kind);
  }

  private addFile(file: RunFile, where: ViewPath, kind: number): void {
    const { index, volume, origin, directory } = file;
    const path = this.node(where);
    const start = origin === null ? null : volume.viewPath(origin, this.home);
    if (start) this.original.set(keyOf(start.view.id, start.path), index);
    const isOriginal = origin === null ? 0 : TARGET_ORIGINAL;
    this.kinds[index] = kind | isOriginal | (directory ? TARGET_DIRECTORY : 0);
    this.paths[index] = path;
    const startNode = start === null ? path : this.node(start);
    this.notes[index] = startNode === path ? NONE : startNode;
  }

  private node({ view, path }: ViewPath): number {
    return this.table.add(path, rootName(view, this.home));
  }

  private addLookup({ index, view, path, errno }: FailedLookup): void {
    if (index < 0) return;
    this.kinds[index] = TARGET_LOOKUP;
    this.paths[index] = this.table.add(path, rootName(view, this.home));
    this.notes[index] = this.texts.add(errno);
  }

  private addAddress({ index, name }: Address): void {
    if (index < 0) return;
    this.kinds[index] = TARGET_ADDRESS;
    this.paths[index] = this.table.add(name);
    this.notes[index] = NONE;
  }

  /** Adds files whose last name another file has taken: they have that of the start, or none. */
  private addUnnamed(): void {
    const { processes, edges } = this.run;
    for (const process of processes.all)
      for (const { target } of edges.from(process)) {
        if (!(target instanceof RunFile) || this.kinds[target.index] !== undefined) continue;
        const { origin, volume, index } = target;
        if (origin !== null) this.addFile(target, volume.viewPath(origin, this.home), 0);
        else {
          this.kinds[index] = target.directory ? TARGET_DIRECTORY : 0;
          this.paths[index] = this.notes[index] = NONE;
        }
      }
  }

  /** Returns the target that an entry of a list is about, or -1. */
  find(list: ListName, viewId: string, { path, errno }: ReportEntry): number {
    const { present, gone, original, run } = this;
    const key = keyOf(viewId, path.length > 1 ? path.replace(/\/$/, "") : path);
    if (list === "hosts") return run.hosts.get(path)?.index ?? NONE;
    if (list === "listened") return run.bound.get(path)?.index ?? NONE;
    if (list === "probes")
      return run.failedLookups.get(`${errno} ${viewId} ${path}`)?.index ?? NONE;
    const isOfStart = list === "inputs" || list === "removed" || list === "listed";
    const maps = isOfStart ? [original, present, gone] : [present, original, gone];
    for (const names of maps) {
      const found = names.get(key);
      if (found !== undefined) return found;
    }
    return NONE;
  }

  /** Called when the paths have their final numbers. */
  finish(): TargetColumns {
    const { kinds, paths, notes, table } = this;
    const isText = (index: number) => (kinds[index] & TARGET_LOOKUP) !== 0;
    return {
      kinds,
      paths: paths.map((path) => table.finalNumber(path)),
      notes: notes.map((note, index) => (isText(index) ? note : table.finalNumber(note))),
    };
  }
}
