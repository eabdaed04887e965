/**
 * A compilation database: each source that a compiler was run for, with its arguments and its working
 * directory. https://clang.llvm.org/docs/JSONCompilationDatabase.html
 */
import type { PathFilter } from "../../../filters/path-filter.ts";
import type { Exec, Process } from "../../../model/process.ts";
import type { Run } from "../../../model/run.ts";
import { textToLatin1 } from "../../../text/latin1.ts";
import { normalizePath } from "../../../text/path.ts";
import { printableJson } from "../../../text/printable.ts";
import { surrogateEscape } from "../../../text/surrogate-escape.ts";
import { type CompilerRun, compilerRun } from "./compiler-run.ts";
import { isShown } from "./inputs.ts";

interface Compilation extends CompilerRun {
  readonly time: number;
  readonly directory: string;
}

/**
 * @param directory that of the command, for programs whose own is not known; latin1
 * @param paths of the sources that are wanted; null for all
 */
export function renderCompdb(run: Run, directory: string, paths: PathFilter | null): string {
  const compilations = run.processes.all
    .flatMap((each) => compilationsOf(each, directory))
    .sort((a, b) => a.time - b.time);
  const entries = compilations.flatMap(({ sources, directory, argv, output }) =>
    sources
      .filter((file) => isShown(paths, absolutePath(file, directory)))
      .map((file) => ({
        directory: surrogateEscape(directory),
        file: surrogateEscape(file),
        arguments: argv.map(surrogateEscape),
        ...(output === null ? {} : { output: surrogateEscape(output) }),
      })),
  );
  return textToLatin1(`${printableJson(JSON.stringify(entries, null, 2))}\n`);
}

function absolutePath(file: string, directory: string): string {
  return normalizePath(file.startsWith("/") ? file : `${directory}/${file}`);
}

/** Returns the compilations of a process, besides those that another compiler, or ccache, began. */
function compilationsOf(ran: Process, directory: string): Compilation[] {
  const start = ran.started ?? ran.first;
  if (parentsOf(ran, start).some((exec) => runOf(exec) !== null)) return [];
  const execs: Compilation[] = [];
  for (const exec of ran.execs) {
    const run = runOf(exec);
    if (run) execs.push({ ...run, time: exec.time, directory: exec.cwd ?? directory });
    // A launcher executes the compiler in its own place.
    if (run && run.sources.length > 0) break;
  }
  return execs;
}

function runOf({ path, argv }: Exec): CompilerRun | null {
  return compilerRun(path, argv);
}

/** Returns the program that each process above a process ran when that began. */
function parentsOf(child: Process, start: number): Exec[] {
  const programs: Exec[] = [];
  let time = start;
  for (const parent of child.ancestors()) {
    const exec = parent.execs.findLast((each) => each.time <= time);
    if (exec) programs.push(exec);
    time = parent.started ?? parent.first;
  }
  return programs;
}
