/** The policy of `--inputs`, `--outputs` and `--network`, without a lock file. */
import { PatternError } from "../../filters/glob.ts";
import { Entry } from "../../policy/entry.ts";
import { bySection, type Entries } from "../../policy/lock-file.ts";
import { Policy } from "../../policy/policy.ts";
import type { Subject } from "../../policy/subjects.ts";
import { isScratch } from "../../policy/task-files.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { toUsageError, UsageError } from "../errors.ts";
import { optionValues } from "../parse-args.ts";

/** Whether the options give a policy. */
export function hasOptionPolicy(options: readonly string[]): boolean {
  return ["inputs", "outputs", "network"].some((name) => optionValues(options, name).length > 0);
}

/**
 * Inputs are judged below the current directory, and where they are secrets; outputs everywhere. A
 * name allows what is below it, too.
 * @throws UsageError
 */
export function optionPolicy(options: readonly string[]): Policy {
  const inputs = optionValues(options, "inputs");
  const outputs = optionValues(options, "outputs");
  const network = optionValues(options, "network").at(-1);
  if (network !== undefined && network !== "none")
    throw new UsageError(
      `--network ${network}: expected none; to allow some addresses, use a lock file`,
    );
  const reads = inputs.flatMap((text) => entriesOf("--inputs", text));
  const writes = outputs.flatMap((text) => entriesOf("--outputs", text));
  const entries: Entries = { ...bySection(() => []), reads, writes };
  const judged = { inputs: inputs.length > 0, outputs: outputs.length > 0, network };
  return new Policy(entries, (subject) => isConcerned(subject, judged));
}

function isConcerned(
  { access, names, isSecret, path }: Subject,
  judged: { inputs: boolean; outputs: boolean; network?: string },
): boolean {
  switch (access.kind) {
    case "read":
      return judged.inputs && (isSecret || names[0].scope === "");
    case "write":
    case "remove":
      return judged.outputs && (isSecret || !isScratch(names[0]));
    case "connect":
    case "listen":
      // Sockets with paths and abstract names do not leave the machine.
      return judged.network === "none" && !/^[/@]/.test(path);
    default:
      return false;
  }
}

function entriesOf(option: string, text: string): Entry[] {
  const name = textToLatin1(text).replace(/\/+$/, "") || "/";
  try {
    return [new Entry(name), new Entry(`${name}/*`)];
  } catch (error) {
    if (error instanceof PatternError) throw toUsageError(`${option} ${text}`, error);
    throw error;
  }
}
