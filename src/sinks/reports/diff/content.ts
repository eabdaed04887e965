/** Compares the contents of files, of which records may have digests. */
import type { DigestRole, FileDigest } from "../../../events/file-digest.ts";
import type { Moment, Outcome, OutcomeKind, Outcomes } from "../../../model/outcomes.ts";
import type { PlacedDifference } from "./difference.ts";
import type { ComparedRun } from "./entries.ts";

/** What is done to a file of each role. */
const KINDS: Readonly<Record<DigestRole, readonly OutcomeKind[]>> = {
  input: ["read", "write", "run"],
  program: ["run"],
  output: ["write", "create", "rename"],
};

/** Returns the files that both runs have a digest of, another one each. */
export function compareContents(a: ComparedRun, b: ComparedRun): PlacedDifference[] {
  const others = new Map<string, FileDigest>();
  for (const digest of b.run.digests) others.set(keyOf(b, digest), digest);
  const pairs = [...a.run.digests].flatMap((digest) => {
    const other = others.get(keyOf(a, digest));
    const hasBoth = digest.sha256 !== null && other?.sha256;
    return hasBoth && digest.sha256 !== other.sha256 ? [[digest, other] as const] : [];
  });
  const outcomes = outcomesByPath(a.run, new Set(pairs.map(([{ path }]) => path)));
  const firsts = a.run.firstOf(new Set(Array.from(outcomes.values()).flat()));
  return pairs.map(([digest, other]) => {
    const { role, path } = digest;
    const access = accessOf(a.run, role, outcomes.get(path) ?? [], firsts);
    const task = access?.task ?? null;
    const at = access ? access.time - a.run.started : -1;
    return { type: "content", role, path, a: digest, b: other, task, at, tasks: 1 };
  });
}

function keyOf({ names }: ComparedRun, { role, path }: FileDigest): string {
  return `${role}\0${names.path(path)}`;
}

function outcomesByPath(run: Outcomes, paths: ReadonlySet<string>): Map<string, Outcome[]> {
  const byPath = new Map<string, Outcome[]>();
  if (paths.size === 0) return byPath;
  for (const outcome of run.outcomes) {
    const path = outcome.path2 || outcome.target || outcome.path;
    if (!paths.has(path)) continue;
    const known = byPath.get(path);
    if (known) known.push(outcome);
    else byPath.set(path, [outcome]);
  }
  return byPath;
}

/** Returns when a file was read first, or written last, and by which processes; null if it was not. */
function accessOf(
  run: Outcomes,
  role: DigestRole,
  outcomes: readonly Outcome[],
  firsts: ReadonlyMap<Outcome, Moment>,
): Moment | null {
  const isOutput = role === "output";
  const moments = outcomes
    .filter(({ kind }) => KINDS[role].includes(kind))
    .flatMap((outcome) => (isOutput ? run.lastOf(outcome) : firsts.get(outcome)) ?? []);
  const inOrder = moments.toSorted((x, y) => (isOutput ? y.time - x.time : x.time - y.time));
  return inOrder[0] ?? null;
}
