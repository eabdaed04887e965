/**
 * Runs real commands under two tracers at once and compares all fields that both have: trace by
 * eBPF with strace, and trace by ptrace with trace by eBPF. `make truth [ONLY=NAME]` prints recall
 * and precision by command and by kind, and every event that differs. Exits with status 1 if a
 * difference is not explained.
 */
import { run, temporaryDirectory } from "../root/support/harness.ts";
import { asRoot } from "./as-root.ts";
import { byKind, type Comparison, compare, precision, recall, scoreOf, sum } from "./compare.ts";
import { corpus, type Explained, type Work } from "./corpus.ts";
import { explain, shown } from "./explain.ts";
import { printedEvents } from "./report.ts";
import { underBackends, underBoth } from "./run-both.ts";
import { table } from "./table.ts";

interface Compared {
  readonly comparison: Comparison;
  /** trace's completeness report, if it is not the expected one. */
  readonly incomplete: string | null;
  readonly explained?: readonly Explained[];
}

interface Backend {
  readonly name: string;
  /** The tracer that it is compared with. */
  readonly peer: string;
  compared(work: Work, cwd: string): Compared;
}

const COMPLETE = /^trace: \d+ events, complete$/;
/** By ptrace, the requests of a polling thread of io_uring are not recorded, but the rings are counted. */
const COMPLETE_BY_PTRACE = /^trace: \d+ events, complete \(by ptrace\)$/;
const WITH_POLLED_RINGS =
  /^trace: \d+ events, INCOMPLETE: \d+ io_uring rings with a polling thread not traced [^,]*$/;

const BACKENDS: readonly Backend[] = [
  {
    name: "by eBPF",
    peer: "strace",
    compared({ command, explained }, cwd) {
      const { strace, trace, stdout, verdict } = underBoth(command, { cwd });
      const comparison = compare([...strace, ...printedEvents(stdout)], trace);
      return { comparison, incomplete: COMPLETE.test(verdict) ? null : verdict, explained };
    },
  },
  {
    name: "by ptrace",
    peer: "eBPF",
    compared({ command, explainedByPtrace }, cwd) {
      const { bpf, ptrace, verdict } = underBackends(command, { cwd });
      const seen = bpf.filter(({ note }) => !note?.includes("sqpoll"));
      const wanted = seen.length < bpf.length ? WITH_POLLED_RINGS : COMPLETE_BY_PTRACE;
      const incomplete = wanted.test(verdict) ? null : verdict;
      return { comparison: compare(seen, ptrace), incomplete, explained: explainedByPtrace };
    },
  },
];

interface Result {
  readonly name: string;
  readonly comparison: Comparison;
  readonly applied: readonly Explained[];
  readonly incomplete: string | null;
}

/** @throws Error if the preparation of a command fails */
function judge(backend: Backend, work: Work): Result {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  if (work.before) {
    const { status, stderr } = run(work.before, { cwd });
    if (status !== 0) throw new Error(`${work.name}: preparation failed: ${stderr}`);
  }
  const { comparison, incomplete, explained = [] } = backend.compared(work, cwd);
  const { rest, applied } = explain(comparison, explained, cwd);
  return { name: work.name, comparison: rest, applied, incomplete };
}

function report({ name: backend, peer }: Backend, results: readonly Result[]): void {
  const scores = results.map(({ comparison }) => scoreOf(comparison));
  const commands = results.map(({ name }, i) => [name, scores[i]] as const);
  console.log(table(`command, ${backend}`, peer, [...commands, ["all", sum(scores)]]));
  console.log(table("kind", peer, [...byKind(results.map(({ comparison }) => comparison))]));
  for (const { name, comparison, applied, incomplete } of results) {
    if (incomplete) console.log(`${name}: ${incomplete}`);
    for (const event of comparison.missing) console.log(`${name}: ${peer} only: ${shown(event)}`);
    for (const event of comparison.extra) console.log(`${name}: trace only: ${shown(event)}`);
    for (const { peer: other, trace, why } of applied) {
      console.log(`${name}: explained: ${why}:`);
      if (other !== undefined) console.log(`  ${peer}: ${other}`);
      if (trace !== undefined) console.log(`  trace: ${trace}`);
    }
  }
}

function isComplete(results: readonly Result[]): boolean {
  const total = sum(results.map(({ comparison }) => scoreOf(comparison)));
  const whole = results.every(({ incomplete }) => incomplete === null);
  return whole && recall(total) === 1 && precision(total) === 1;
}

asRoot();
const [only = ""] = process.argv.slice(2);
const works = corpus().filter(({ name }) => name.includes(only));
const good = BACKENDS.map((backend) => {
  const results = works.map((work) => {
    process.stderr.write(`${work.name}, ${backend.name}\n`);
    return judge(backend, work);
  });
  report(backend, results);
  return isComplete(results);
});
process.exit(good.every((each) => each) ? 0 : 1);
