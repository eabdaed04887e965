/** The options --depfile and --target of `trace exec`. */
import type { ArgsDef } from "citty";
import type { MachineFiles } from "../../model/known-files.ts";
import { renderDepfile } from "../../sinks/reports/build/depfile.ts";
import { BuildReportSink } from "../../sinks/reports/build/sink.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { printable } from "../../text/printable.ts";
import { UsageError } from "../errors.ts";
import { logger } from "../messages.ts";
import { optionValues } from "../parse-args.ts";

export const DEPFILE_ARGS = {
  depfile: {
    type: "string",
    valueHint: "FILE",
    description: "write the inputs of the command as a rule of make, which ninja reads too",
  },
  target: {
    type: "string",
    valueHint: "NAME",
    description: "what the command makes: the target of that rule; repeatable",
  },
} as const satisfies ArgsDef;

export interface Depfile {
  readonly path: string;
  /** Latin1. */
  readonly targets: readonly string[];
}

/** @param options as `--name=value` @returns null if none is wanted @throws UsageError */
export function parseDepfile(options: readonly string[]): Depfile | null {
  const path = optionValues(options, "depfile").at(-1);
  if (path === undefined) return null;
  const targets = optionValues(options, "target").map(textToLatin1);
  if (targets.length === 0)
    throw new UsageError("--depfile needs --target NAME, which the command makes");
  for (const target of targets)
    if (target === "" || target.includes("\n"))
      throw new UsageError("--target: expected a name that is not empty and has no newline");
  return { path, targets };
}

export function openDepfile(
  { targets }: Depfile,
  output: FileOutput,
  machine: MachineFiles,
): BuildReportSink {
  return new BuildReportSink(
    output,
    (run, { cwd }, { complete: isComplete }) => {
      const facts = { targets, directory: textToLatin1(cwd), isComplete };
      const { text, unnamed } = renderDepfile(run, facts);
      for (const name of unnamed)
        logger.warn(`not in the depfile, which cannot name it: ${printable(name)}`);
      return text;
    },
    machine,
  );
}
