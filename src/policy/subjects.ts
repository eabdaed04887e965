/** What a run accessed, by the names that a lock knows: what is learnt, and what is judged. */
import type { Access } from "../model/accesses.ts";
import { isKernelAddress } from "../model/kernel-address.ts";
import type { Run } from "../model/run.ts";
import { isPathWithin, normalizePath } from "../text/path.ts";
import { type Bases, type Name, namesOf, restAbove } from "./names.ts";
import { isSecret, systemGroup } from "./places.ts";
import { type Section, sectionOf } from "./sections.ts";
import { temporaryName } from "./temporary-names.ts";

export interface Subject {
  readonly access: Access;
  readonly section: Section;
  /** The absolute path as the run itself sees it, or the address; latin1. */
  readonly path: string;
  /** By which entries allow it, the best first. */
  readonly names: readonly Name[];
  /** As a lock names it: where the best name changes with each run, a glob; null for the best name. */
  readonly temporary: string | null;
  readonly isSecret: boolean;
  readonly isDirectory: boolean;
}

const NAMELESS_PATH = /^[^/]/;
const PROCESS_PATH = /^\/proc\/(\d+)(?=\/|$)/;
/** A program's name in a directory of PATH. */
const PATH_LOOKUP = /\/(?:s?bin|\.bin|games|shims|node-gyp-bin)\/([^/]+)$/;

/** Returns what a run accessed, without what every policy allows. */
export function subjectsOf(run: Run, bases: Bases): Subject[] {
  const own = new Set(run.processes.all.map(({ pid }) => pid));
  const builder = new SubjectBuilder(run, bases, own);
  return [...(run.accesses ?? [])].flatMap((access) => builder.build(access) ?? []);
}

/** Returns how many components at the end of a path are not there. */
function missingComponents(volume: NonNullable<Access["volume"]>, path: string): number {
  let count = 0;
  for (let at = path; at !== "" && !volume.find(at); at = at.slice(0, at.lastIndexOf("/"))) count++;
  return count;
}

class SubjectBuilder {
  private readonly run: Run;
  private readonly bases: Bases;
  private readonly ownPids: ReadonlySet<number>;
  /** The names that were looked up below the lock's directory, and how often above it. */
  private readonly below = new Set<string>();
  private readonly above = new Map<string, number>();

  constructor(run: Run, bases: Bases, ownPids: ReadonlySet<number>) {
    this.run = run;
    this.bases = bases;
    this.ownPids = ownPids;
    for (const { kind, path } of run.accesses ?? []) if (kind === "lookup") this.noteLookup(path);
  }

  private noteLookup(lookup: string): void {
    const path = normalizePath(lookup);
    const [base = "/"] = this.bases.base;
    if (isPathWithin(path, base)) {
      for (let at = path.indexOf("/", base.length + 1); at >= 0; at = path.indexOf("/", at + 1))
        this.below.add(path.slice(at + 1));
      this.below.add(path.slice(base.length + 1));
      return;
    }
    const rest = restAbove(path, this.bases);
    if (rest !== null) this.above.set(rest, (this.above.get(rest) ?? 0) + 1);
  }

  /** Returns null for an access that no policy is about. */
  build(access: Access): Subject | null {
    const { kind, volume, view } = access;
    const [home] = this.run.files.namespaces;
    if (kind === "connect" || kind === "listen") {
      if (view === null) return this.address(access);
    }
    if (kind === "remove" && volume?.find(access.path)) return null; // replaced
    const seen = volume?.viewPath(access.path, home) ?? { view: view ?? home, path: access.path };
    const path = this.canonical(normalizePath(seen.path));
    if (kind === "run" && systemGroup("read", path) !== null)
      return this.file({ ...access, kind: "read" }, path); // the dynamic loader
    const section = sectionOf(kind);
    if (seen.view !== home || NAMELESS_PATH.test(path)) {
      const name = { scope: "ns:", rest: path };
      return this.subject(access, section, path, [name]);
    }
    return this.file(access, path);
  }

  private file(access: Access, path: string): Subject {
    return this.subject(access, sectionOf(access.kind), path, this.names(access, path));
  }

  private subject(access: Access, section: Section, path: string, names: readonly Name[]): Subject {
    const { volume, file, kind } = access;
    const entry = volume?.find(access.path);
    const isDirectory =
      kind === "write" && (file?.directory === true || entry?.file.directory === true);
    const isCreated = kind === "write" && file?.origin === null;
    const temporary = temporaryName(names[0], {
      gone: isCreated && volume !== null ? missingComponents(volume, access.path) : 0,
      isOwn: isCreated || kind === "lookup",
      pids: this.ownPids,
    });
    return { access, section, path, names, temporary, isSecret: isSecret(path), isDirectory };
  }

  private address(access: Access): Subject | null {
    const { kind, path } = access;
    if (isKernelAddress(path) || path === "") return null;
    const names = [{ scope: kind === "listen" ? "listen:" : "", rest: path }];
    return {
      access,
      section: "hosts",
      path,
      names,
      temporary: null,
      isSecret: false,
      isDirectory: false,
    };
  }

  /** Names a process of the run "self". */
  private canonical(path: string): string {
    return path.replace(PROCESS_PATH, (whole, pid) =>
      this.ownPids.has(Number(pid)) ? "/proc/self" : whole,
    );
  }

  private names({ kind }: Access, path: string): Name[] {
    const names = namesOf(path, this.bases);
    const group = systemGroup(kind, path);
    if (group !== null) names.unshift({ scope: "system:", rest: group });
    if (kind !== "lookup") return names;
    const program = path.match(PATH_LOOKUP)?.[1];
    if (program !== undefined) names.unshift({ scope: "path:", rest: program });
    if (group !== null) return names;
    const above = names[0]?.scope === "" ? null : restAbove(path, this.bases);
    if (above !== null && above !== "") {
      const up = { scope: "up:", rest: above };
      if (this.isSearchedUpwards(above)) names.unshift(up);
      else names.push(up);
    }
    return names;
  }

  /** Whether the same name was also looked up below the lock's directory, or elsewhere above it. */
  private isSearchedUpwards(rest: string): boolean {
    return this.below.has(rest) || (this.above.get(rest) ?? 0) > 1;
  }
}
