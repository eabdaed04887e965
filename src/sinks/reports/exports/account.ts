/** What a run did, as exports say it: its files with digests, and each program that it executed. */
import type { Loss } from "../../../events/loss.ts";
import type { Files } from "../../../model/files.ts";
import type { FailedLookup, Run } from "../../../model/run.ts";
import { type Entry, isBack, type RunFile, type ViewPath } from "../../../model/volume.ts";
import { type Action, ActionFinder } from "./actions.ts";
import type { AccountFile, Hasher } from "./files.ts";
import type { Names } from "./names.ts";

/** What is known of a run besides its events. The command and directories are latin1. */
export interface RunFacts {
  readonly trace: string;
  readonly command: readonly string[];
  readonly cwd: string | null;
  readonly host: string | null;
  readonly kernel: string | null;
  readonly machine: string | null;
  readonly boot: string | null;
  readonly backend: string | null;
  readonly user: { readonly uid: number; readonly name: string } | null;
  readonly home: string | null;
  readonly started: string | null;
  readonly ended: string | null;
  readonly status: number | null;
  /** What is missing; null for a record that does not say it. */
  readonly losses: readonly Loss[] | null;
}

export interface Account {
  readonly facts: RunFacts;
  readonly names: Names;
  /** Files as they were before the run; by path. */
  readonly inputs: readonly AccountFile[];
  /** Files that are there at the end and that the run wrote; by path, without directories. */
  readonly outputs: readonly AccountFile[];
  /** Paths of the start that are gone; latin1. */
  readonly removed: readonly string[];
  readonly listed: readonly string[];
  readonly absent: readonly FailedLookup[];
  readonly connected: readonly string[];
  readonly bound: readonly string[];
  readonly actions: readonly Action[];
  /** Number of files that only other mount namespaces see, and that are not in the lists. */
  readonly elsewhere: number;
}

interface Collected {
  readonly path: string;
  readonly file: RunFile | null;
  readonly times: number;
  readonly isProgram: boolean;
}

const byPath = (a: { path: string }, b: { path: string }) =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** @param hash is called once for each file */
export function buildAccount(run: Run, facts: RunFacts, names: Names, hash: Hasher): Account {
  const finder = new ActionFinder(run);
  const ended = facts.ended === null ? 0 : Date.parse(facts.ended) * 1e6 || 0;
  const files = new Map<string, AccountFile>();
  const account = (role: "input" | "output", { path, file, times, isProgram }: Collected) => {
    const time = role === "output" ? ended : file === null ? 0 : (finder.firstRead(file) ?? 0);
    const result = hash({ path, role, isProgram, id: file?.id ?? null, time });
    const isMissing = typeof result === "string";
    const made: AccountFile = {
      path,
      role,
      digest: isMissing ? null : result,
      missing: isMissing ? result : null,
      times,
      isProgram,
    };
    files.set(`${role} ${path}`, made);
    return made;
  };
  const [inputs, hiddenInputs] = inputsOf(run, finder);
  const [outputs, hiddenOutputs] = outputsOf(run.files);
  const accounted = {
    inputs: inputs.sort(byPath).map((each) => account("input", each)),
    outputs: outputs.sort(byPath).map((each) => account("output", each)),
  };
  const home = run.files.namespaces[0];
  const homePaths = (counts: Iterable<readonly [ViewPath, unknown]>) =>
    [...counts].filter(([{ view }]) => view === home).map(([{ path }]) => path);
  return {
    facts,
    names,
    ...accounted,
    removed: homePaths(run.files.removed()).sort(),
    listed: homePaths(run.files.listedDirectories()).sort(),
    absent: [...run.failedLookups.values()]
      .filter(({ view }) => view === null || view === home)
      .sort(byPath),
    connected: [...run.hosts.keys()].sort(),
    bound: [...run.bound.keys()].sort(),
    actions: finder.actions(outputs, (role, path) => files.get(`${role} ${path}`)),
    elsewhere: hiddenInputs + hiddenOutputs,
  };
}

/** Returns the files that were read or executed, and the number of those in other mount namespaces. */
function inputsOf(run: Run, finder: ActionFinder): [Collected[], number] {
  const [home] = run.files.namespaces;
  const inputs = new Map<string, Collected>();
  let elsewhere = 0;
  for (const [{ view, path }, { times }] of run.files.readFiles())
    if (view === home)
      inputs.set(path, { path, file: finder.fileAt(path) ?? null, times, isProgram: false });
    else elsewhere++;
  for (const [path, file] of finder.programs())
    if (!inputs.has(path)) inputs.set(path, { path, file, times: 1, isProgram: true });
  return [[...inputs.values()], elsewhere];
}

/** Returns the files that the run left, and the number of those in other mount namespaces. */
function outputsOf(files: Files): [Collected[], number] {
  const outputs: Collected[] = [];
  let elsewhere = 0;
  for (const [entry, where] of files.entries()) {
    const count = madeCount(entry);
    if (!count || !where.mounted || files.isDirectory(entry, where)) continue;
    if (where.view !== files.namespaces[0]) elsewhere++;
    else
      outputs.push({
        path: where.path,
        file: entry.file,
        times: count.times,
        isProgram: false,
      });
  }
  return [outputs, elsewhere];
}

function madeCount(entry: Entry) {
  return entry.file.written ?? (isBack(entry) ? null : entry.placed);
}

/** Whether no event is missing; null if that is not known. */
export function isComplete({ losses }: RunFacts): boolean | null {
  return losses && losses.length === 0;
}

/** What an export says of how far it can be relied on, as JSON. */
export function verdictOf({ facts, names, elsewhere }: Account) {
  const redacted = [...names.redacted];
  return {
    complete: isComplete(facts),
    losses: (facts.losses ?? []).map(({ what, count, reason }) => ({
      what,
      count,
      ...(reason ? { reason } : {}),
    })),
    backend: facts.backend,
    ...(elsewhere ? { filesOfOtherMountNamespaces: elsewhere } : {}),
    ...(redacted.length ? { redacted } : {}),
  };
}
