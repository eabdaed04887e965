/**
 * Names of a run as they are compared with those of another one: without pids, times and what is random
 * in temporary names, and with directories mapped.
 */
import type { Outcomes, Task } from "../../../model/outcomes.ts";
import { isPathWithin } from "../../../text/path.ts";
import { HashNames } from "./hash-names.ts";
import { baseName, commonPattern, OwnNames, shapeOf } from "./own-names.ts";
import { VaryingNumbers } from "./varying-numbers.ts";

/** A directory of the first run, and the one that takes its place in the second; latin1. */
export type DirectoryMap = readonly [from: string, to: string];

export interface RunNaming {
  readonly maps: readonly DirectoryMap[];
  /** Directories of temporary files. */
  readonly temporary: readonly string[];
}

/** A run, and how its names are compared. */
export type NamedRun = readonly [run: Outcomes, naming: RunNaming];

const TEMPORARY_DIRECTORIES = ["/tmp", "/var/tmp", "/dev/shm"];

/** Names of the machine that differ in each run. */
const VARYING: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^\/proc\/\d+(?=\/|$)/, "/proc/PID"],
  [/^(\/proc\/(?:PID|self|thread-self)\/task)\/\d+/, "$1/TID"],
  [/^(\/proc\/(?:PID|self)(?:\/task\/TID)?\/fd(?:info)?)\/\d+/, "$1/FD"],
  [/^\/dev\/pts\/\d+$/, "/dev/pts/N"],
];
const CGROUPS = /^\/sys\/fs\/cgroup\//;
/** Ports that the kernel chooses: ip_local_port_range of ip(7). */
const LOCAL_PORT =
  /^((?:127\.[\d.]+|\[::1\]|\[::ffff:127\.[\d.]+\]):)(?:3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})$/;
/** What may be a path in an argument: -o/tmp/x, @/tmp/x, --out=x. */
const PATH_IN_ARGUMENT = /[^\0\s"'`=,:;@()<>|&]+/g;

export class Names {
  private readonly maps: readonly DirectoryMap[];
  private readonly own: OwnNames;
  private readonly hashes: HashNames;
  private readonly numbers: VaryingNumbers;
  private readonly known = new Map<string, string>();
  /** Last components of names that are compared by a pattern. */
  private readonly patterned = new Set<string>();

  /** Returns the names of two runs, which are compared with each other. */
  static ofBoth(a: NamedRun, b: NamedRun): [Names, Names] {
    const names: [Names, Names] = [new Names(...a), new Names(...b)];
    HashNames.settle(names[0].hashes, names[1].hashes, (path) => names[0].mapped(path));
    Names.settle(...names);
    for (const each of names)
      for (const path of each.own.varying)
        if (each.own.hasPattern(path)) each.patterned.add(baseName(path));
    return names;
  }

  private constructor(run: Outcomes, { maps, temporary }: RunNaming) {
    // The longest first: a map of a directory takes precedence over that of its parent.
    this.maps = maps.toSorted(([a], [b]) => b.length - a.length);
    const directories = new Set([...temporary, ...TEMPORARY_DIRECTORIES]);
    const isTemporary = (path: string) =>
      directories.values().some((directory) => path !== directory && isPathWithin(path, directory));
    this.own = new OwnNames(run, isTemporary);
    this.hashes = new HashNames(run);
    this.numbers = new VaryingNumbers(run);
  }

  /** Returns a path or an address as it is compared. */
  path(path: string): string {
    let name = this.known.get(path);
    if (name === undefined) {
      name = this.compared(path);
      this.known.set(path, name);
    }
    return name;
  }

  private compared(path: string): string {
    if (!path.startsWith("/")) return path.replace(LOCAL_PORT, "$1PORT");
    if (CGROUPS.test(path)) return path.replace(/\d+/g, "N");
    const name = VARYING.reduce((text, [pattern, by]) => text.replace(pattern, by), path);
    return name === path ? this.mapped(this.withoutRandom(path)) : name;
  }

  private mapped(path: string): string {
    for (const [from, to] of this.maps)
      if (isPathWithin(path, from)) return to + path.slice(from.length);
    return path;
  }

  /** Replaces what is random in a path by patterns. */
  private withoutRandom(path: string): string {
    if (this.own.isEmpty && this.hashes.isEmpty) return path;
    const at = path.lastIndexOf("/");
    if (at <= 0) return path;
    const name = this.own.componentOf(path);
    const component = this.hashes.isEmpty ? name : this.hashes.componentOf(path, name);
    return `${this.parentOf(path.slice(0, at))}/${component}`;
  }

  private parentOf(directory: string): string {
    const key = `\0${directory}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const parent = this.withoutRandom(directory);
    this.known.set(key, parent);
    return parent;
  }

  /** Returns the arguments of a task as they are compared. */
  arguments({ words, cwd }: Task): string {
    if (this.patterned.size === 0 && this.maps.length === 0) return words;
    return words.replace(PATH_IN_ARGUMENT, (text) => this.pathInArgument(text, cwd));
  }

  private pathInArgument(text: string, cwd: string | null): string {
    const start = text.indexOf("/");
    // "-I/usr/include": an absolute path after letters of an option.
    const option = text.startsWith("-") && start > 0 ? text.slice(0, start) : "";
    const rest = text.slice(option.length);
    if (rest.startsWith("/")) return option + (this.isPlain(rest) ? rest : this.path(rest));
    if (!this.patterned.has(baseName(rest)) || cwd === null) return text;
    const directory = cwd.endsWith("/") ? cwd : `${cwd}/`;
    const name = this.withoutRandom(directory + rest);
    return name.startsWith(directory) ? name.slice(directory.length) : name;
  }

  /** Whether an absolute path in an argument is compared as it is. */
  private isPlain(path: string): boolean {
    if (this.maps.some(([from]) => isPathWithin(path, from))) return false;
    return !path.split("/").some((name) => this.patterned.has(name));
  }

  /** Returns compared arguments without numbers that are pids, ports or times of the run. */
  withoutNumbers(text: string): string {
    return this.numbers.replaceIn(text);
  }

  /** A name that both runs may have, with its directory as that is compared. */
  private keyOf(path: string): string {
    return this.mapped(`${this.parentOf(path.slice(0, path.lastIndexOf("/")))}/${baseName(path)}`);
  }

  /** The run's own names, by the depth at which the other run has them. */
  private byDepth(): Map<number, string[]> {
    return Map.groupBy(this.own.varying, (path) => this.mapped(path).split("/").length);
  }

  /** Settles how the names that the runs chose are compared. */
  private static settle(a: Names, b: Names): void {
    const [depthsA, depthsB] = [a.byDepth(), b.byDepth()];
    // How a directory is compared is known before the names in it are.
    for (const depth of [...depthsA.keys()].sort((x, y) => x - y)) {
      const names = [depthsA.get(depth) ?? [], depthsB.get(depth) ?? []] as const;
      Names.keepCommon(a, b, ...names);
      Names.joinShapes(a, b, ...names);
    }
  }

  /** Has names compared as they are that both runs chose alike, and not by their pids. */
  private static keepCommon(a: Names, b: Names, namesA: string[], namesB: string[]): void {
    const others = new Map(namesB.map((path) => [b.keyOf(path), path]));
    for (const path of namesA) {
      const other = others.get(a.keyOf(path));
      if (other === undefined || a.own.hasPid(path) || b.own.hasPid(other)) continue;
      a.own.keep(path);
      b.own.keep(other);
    }
  }

  /** Has other names compared by one pattern that are of the same shape in both runs. */
  private static joinShapes(a: Names, b: Names, namesA: string[], namesB: string[]): void {
    const [shapesA, shapesB] = [a.byShape(namesA), b.byShape(namesB)];
    for (const [shape, pathsA] of shapesA) {
      const pathsB = shapesB.get(shape);
      if (!pathsB) continue;
      const pattern = commonPattern([
        ...pathsA.map((path) => a.own.componentOf(path)),
        ...pathsB.map((path) => b.own.componentOf(path)),
      ]);
      for (const path of pathsA) a.own.setPattern(path, pattern);
      for (const path of pathsB) b.own.setPattern(path, pattern);
    }
  }

  private byShape(paths: readonly string[]): Map<string, string[]> {
    const varying = paths.filter((path) => this.own.isVarying(path));
    return Map.groupBy(varying, (path) => {
      const parent = this.mapped(this.parentOf(path.slice(0, path.lastIndexOf("/"))));
      return `${parent}/${shapeOf(this.own.componentOf(path))}`;
    });
  }
}
