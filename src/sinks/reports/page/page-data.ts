/** Makes the data of a page from the model of a run. */
import { lossText } from "../../../events/loss.ts";
import { ACTIONS } from "../../../model/edges.ts";
import type { Run } from "../../../model/run.ts";
import { printable } from "../../../text/printable.ts";
import { surrogateUnescape } from "../../../text/surrogate-escape.ts";
import { choiceTexts, shownReport } from "../summary/chosen.ts";
import { buildReport, type FileLists, type Report, type ReportEntry } from "../summary/report.ts";
import type { CombinedRun, SummaryRun } from "../summary/run.ts";
import { commandLine } from "./command-line.ts";
import { LISTS, type ListColumns, type ListName, type PageData, type PageRun } from "./data.ts";
import { PathTable, TextTable } from "./path-table.ts";
import { criticalColumns, edgeColumns, processColumns, startOf } from "./process-columns.ts";
import { rootName } from "./root-name.ts";
import { Targets } from "./targets.ts";

function pageRun(run: SummaryRun): PageRun {
  const { command, cwd, host, kernel, started, ended, status, complete, losses } = run;
  const text = (name: string | null) => name && printable(surrogateUnescape(name));
  return {
    command: command && printable(commandLine(command.map(surrogateUnescape))),
    cwd: text(cwd),
    host: text(host),
    kernel: text(kernel),
    started: text(started),
    ended: text(ended),
    status,
    complete,
    losses: (losses ?? []).map((loss) => printable(lossText(loss))),
    choices: choiceTexts(null, run).map(printable),
  };
}

/** Collects the rows of a list. */
class ListBuilder {
  private readonly rows: number[][] = [];
  private readonly texts: TextTable;

  constructor(texts: TextTable) {
    this.texts = texts;
  }

  add(node: number, target: number, { times, pid, comm, errno, argv }: ReportEntry): void {
    const note = errno ?? (argv ? commandLine(argv) : null);
    const who = this.texts.add(`${comm}[${pid}]`);
    this.rows.push([node, times, who, target, note === null ? -1 : this.texts.add(note)]);
  }

  /** Returns the columns, in the order of the paths. */
  finish(paths: PathTable): ListColumns {
    const { rows } = this;
    for (const row of rows) row[0] = paths.finalNumber(row[0]);
    rows.sort((a, b) => a[0] - b[0]);
    const column = (index: number) => rows.map((row) => row[index]);
    return {
      paths: column(0),
      times: column(1),
      who: column(2),
      targets: column(3),
      notes: column(4),
    };
  }
}

/** The lists of a report by their names in a page. */
function entriesOf(lists: Partial<Report> & FileLists, name: ListName): readonly ReportEntry[] {
  return lists[name] ?? [];
}

/**
 * @param run the model
 * @param about what is known of the run
 * @param version of trace
 */
export function pageData(run: Run, about: CombinedRun, version: string): PageData {
  const paths = new PathTable();
  const texts = new TextTable();
  const start = startOf(run);
  const targets = new Targets(run, paths, texts);
  const report = shownReport(buildReport(run), about, null);
  const [home] = run.files.namespaces;
  const builders = LISTS.map((name) => [name, new ListBuilder(texts)] as const);
  const addLists = (lists: Partial<Report> & FileLists, viewId: string, root: string) => {
    for (const [name, builder] of builders)
      for (const entry of entriesOf(lists, name))
        builder.add(paths.add(entry.path, root), targets.find(name, viewId, entry), entry);
  };
  addLists(report, home.id, "/");
  for (const { mntns, ...lists } of report.mountNamespaces)
    addLists(lists, String(mntns), rootName({ id: String(mntns) }, home));
  const directory = about.cwd === null ? -1 : paths.add(surrogateUnescape(about.cwd));
  const processes = processColumns(run, start, texts);
  const columns = paths.finish();
  return {
    format: 1,
    trace: version,
    runs: (about.runs ?? [about]).map(pageRun),
    complete: about.complete,
    events: report.events,
    processCount: report.processes,
    temporary: report.temporary,
    start: start === null ? null : start / 1000,
    end: processes.end,
    cwd: paths.finalNumber(directory),
    actions: ACTIONS,
    texts: texts.texts,
    paths: columns,
    processes: processes.columns,
    targets: targets.finish(),
    critical: about.command?.length ? criticalColumns(run, start) : [],
    edges: edgeColumns(run, start),
    pipes: Array.from(run.pipes.values(), ({ writers, readers }) => [
      Array.from(writers, ({ index }) => index),
      Array.from(readers, ({ index }) => index),
    ]),
    lists: Object.fromEntries(
      builders.map(([name, builder]) => [name, builder.finish(paths)]),
    ) as Record<ListName, ListColumns>,
  };
}
