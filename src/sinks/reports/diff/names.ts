/**
 * Names of a run as they are compared with those of another one: without pids, times and what is random
 * in temporary names, and with directories mapped.
 */
import type { NameChange, Outcomes, Task } from "../../../model/outcomes.ts";
import { temporaryName } from "../../../policy/temporary-names.ts";
import { isPathWithin } from "../../../text/path.ts";

/** A directory of the first run, and the one that takes its place in the second; latin1. */
export type DirectoryMap = readonly [from: string, to: string];

export interface RunNaming {
  readonly maps: readonly DirectoryMap[];
  /** Directories of temporary files. */
  readonly temporary: readonly string[];
}

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
const PATH_IN_ARGUMENT = /[^\s"'`=,:;@()<>|&]+/g;

export class Names {
  private readonly run: Outcomes;
  private readonly maps: readonly DirectoryMap[];
  private readonly temporary: readonly string[];
  private readonly pids: ReadonlySet<number>;
  private readonly known = new Map<string, string>();
  /** Last components of names that are compared by a pattern, and those of their directories. */
  private readonly patterned = new Set<string>();
  private readonly missing = new Set<string>();

  constructor(run: Outcomes, { maps, temporary }: RunNaming) {
    this.run = run;
    // The longest first: a map of a directory takes precedence over that of its parent.
    this.maps = maps.toSorted(([a], [b]) => b.length - a.length);
    this.temporary = [...new Set([...temporary, ...TEMPORARY_DIRECTORIES])];
    this.pids = new Set(run.processes.all.map(({ pid }) => pid));
    for (const { path, result } of run.outcomes.values())
      if (result === "ENOENT" && this.isInTemporary(path)) this.missing.add(path);
    for (const path of [...run.changes.keys(), ...this.missing])
      if (this.withoutRandom(path) !== path) this.patterned.add(baseName(path));
  }

  private isInTemporary(path: string): boolean {
    return this.temporary.some((directory) => path !== directory && isPathWithin(path, directory));
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
    if (this.run.changes.size === 0 && this.missing.size === 0) return path;
    const at = path.lastIndexOf("/");
    if (at <= 0) return path;
    const directory = path.slice(0, at);
    const parent = this.known.get(`\0${directory}`) ?? this.withoutRandom(directory);
    this.known.set(`\0${directory}`, parent);
    return `${parent}/${this.componentOf(path, path.slice(at + 1))}`;
  }

  private componentOf(path: string, name: string): string {
    const change: NameChange | undefined = this.run.changes.get(path);
    const isOwn = change?.created === true || this.missing.has(path);
    if (!isOwn) return name;
    const isGone = change?.created === true && !change.exists;
    const scope = this.isInTemporary(path) ? "tmp:" : "/";
    const glob = temporaryName({ scope, rest: name }, { isGone, isOwn, pids: this.pids });
    return glob === null ? name : glob.slice(scope.length);
  }

  /** Returns the arguments of a task as they are compared. */
  arguments({ argv, cwd }: Task): string {
    const words = argv.map((word) => this.argument(word, cwd));
    return words.join("\0");
  }

  private argument(word: string, cwd: string | null): string {
    if (this.patterned.size === 0 && this.maps.length === 0) return word;
    return word.replace(PATH_IN_ARGUMENT, (text) => this.pathInArgument(text, cwd));
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

  /** Returns compared arguments without numbers that may be pids or times. */
  static withoutNumbers(text: string): string {
    return text.replace(/\d{3,}/g, "N");
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
