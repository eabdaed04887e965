/** The files, failed lookups and addresses that the edges of a page lead to. */
import type { Address, FailedLookup, Run } from "../../../model/run.ts";
import { type Namespace, RunFile, type ViewPath } from "../../../model/volume.ts";
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

/** Numbers of targets by the paths that processes of each mount namespace see. */
class TargetNames {
  private readonly views = new Map<string, Map<string, number>>();

  set({ view, path }: ViewPath, target: number): void {
    let names = this.views.get(view.id);
    if (!names) {
      names = new Map();
      this.views.set(view.id, names);
    }
    names.set(path, target);
  }

  get(viewId: string, path: string): number | undefined {
    return this.views.get(viewId)?.get(path);
  }
}

export class Targets {
  private readonly kinds: number[] = [];
  private readonly paths: number[] = [];
  private readonly notes: number[] = [];
  /** By the paths of the end, and by those of the start. */
  private readonly present = new TargetNames();
  private readonly original = new TargetNames();
  private readonly run: Run;
  private readonly home: Namespace;
  private readonly table: PathTable;
  private readonly texts: TextTable;

  constructor(run: Run, table: PathTable, texts: TextTable) {
    this.run = run;
    this.home = run.files.namespaces[0];
    this.table = table;
    this.texts = texts;
    for (const target of run.edges.targets) {
      if (target instanceof RunFile) this.addFile(target);
      else if ("errno" in target) this.addLookup(target);
      else this.addAddress(target);
    }
    for (const [{ file }, where] of run.files.entries())
      if (file.index >= 0) this.present.set(where, file.index);
  }

  private addFile(file: RunFile): void {
    const { volume, entry, origin, formerPaths, directory, index } = file;
    const seen = (path: string | null | undefined) =>
      path === null || path === undefined ? null : volume.viewPath(path, this.home);
    const last = seen(entry?.path ?? origin);
    const start = seen(origin);
    if (start) this.original.set(start, index);
    const before = start ?? seen(formerPaths.at(-1));
    this.kinds.push(
      (this.run.files.isGone(file) ? 0 : TARGET_EXISTS) |
        (origin === null ? 0 : TARGET_ORIGINAL) |
        (directory ? TARGET_DIRECTORY : 0),
    );
    this.paths.push(last ? this.node(last) : NONE);
    this.notes.push(before && before.path !== last?.path ? this.node(before) : NONE);
  }

  private node({ view, path }: ViewPath): number {
    return this.table.add(path, rootName(view, this.home));
  }

  private addLookup({ view, path, errno }: FailedLookup): void {
    this.kinds.push(TARGET_LOOKUP);
    this.paths.push(this.table.add(path, rootName(view, this.home)));
    this.notes.push(this.texts.add(errno));
  }

  private addAddress({ name }: Address): void {
    this.kinds.push(TARGET_ADDRESS);
    this.paths.push(this.table.add(name));
    this.notes.push(NONE);
  }

  /** Returns the target that an entry of a list is about, or -1. */
  find(list: ListName, viewId: string, { path, errno }: ReportEntry): number {
    const { present, original, run } = this;
    if (list === "hosts") return run.hosts.get(path)?.index ?? NONE;
    if (list === "listened") return run.bound.get(path)?.index ?? NONE;
    if (list === "probes")
      return run.failedLookups.get(`${errno} ${viewId} ${path}`)?.index ?? NONE;
    const name = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
    const isOfStart = list === "inputs" || list === "removed" || list === "listed";
    const [first, second] = isOfStart ? [original, present] : [present, original];
    return first.get(viewId, name) ?? second.get(viewId, name) ?? NONE;
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
