/** `trace lock --format TOOL`: what a task reads and writes, for the configuration of that tool. */
import { subjectsOf } from "../../policy/subjects.ts";
import { TaskFiles } from "../../policy/task-files.ts";
import { type TaskFormat, taskFormats } from "../../sinks/reports/task-config/formats.ts";
import { entryLine, plural } from "../../sinks/reports/violations/report.ts";
import { encodeLatin1 } from "../../text/latin1.ts";
import { EXIT } from "../errors.ts";
import { logger } from "../messages.ts";
import { openOutput } from "../options/output.ts";
import { observations, type Running } from "./observations.ts";
import type { Target } from "./options.ts";
import { isUsable } from "./usable.ts";
import { findWorkspace, isRunner } from "./workspace.ts";

const MAX_NAMED = 5;

interface TaskRunning extends Omit<Running, "fds"> {
  readonly args: Running["args"] & { output?: string; "allow-incomplete"?: boolean };
}

/** @returns the exit status */
export async function writeTaskConfig(
  format: TaskFormat,
  target: Target,
  running: TaskRunning,
  runs: number,
): Promise<number> {
  const { args, user } = running;
  const workspace = findWorkspace(format);
  const output = openOutput(args.output ?? "-", user);
  const files = new TaskFiles(isRunner(format));
  let failure = 0;
  const all = { ...running, fds: [output.fd], depth: workspace.depth };
  for await (const [observation, bases] of observations(target, `${workspace.root}/-`, all, runs)) {
    if (!isUsable(observation, args["allow-incomplete"])) return EXIT.incomplete;
    files.add(subjectsOf(observation.run, bases));
    if (observation.name === null && observation.status) failure ||= observation.status;
  }
  const { text, omitted } = taskFormats[format](files, workspace);
  const bytes = encodeLatin1(text);
  output.begin();
  output.write(bytes, bytes.length);
  warn(failure, files, omitted);
  return failure;
}

function warn(status: number, files: TaskFiles, omitted: readonly string[]): void {
  if (status !== 0)
    logger.warn(`the command exited with status ${status}; this is what it did until then`);
  const remarks: [texts: readonly string[], remark: string][] = [
    [[...files.outside], "outside of the workspace, cannot be declared"],
    [omitted, "cannot be declared in this format"],
    [files.changed, "read and written; if it is an output, run the command without it"],
  ];
  for (const [texts, remark] of remarks) if (texts.length) logger.warn(remarkText(texts, remark));
}

function remarkText(texts: readonly string[], remark: string): string {
  const more = texts.length > MAX_NAMED ? `, and ${plural(texts.length - MAX_NAMED, "other")}` : "";
  return `${texts.slice(0, MAX_NAMED).map(entryLine).join(", ")}${more}: ${remark}`;
}
