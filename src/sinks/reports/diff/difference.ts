/** How two runs differ, as formats show it. */
import type { DigestRole, FileDigest } from "../../../events/file-digest.ts";
import type { OutcomeKind, Task } from "../../../model/outcomes.ts";

/** "a" is the first run, "b" the second one. */
export type Side = "a" | "b";

/** How something ended in one run. */
export interface Ending {
  /** "" for success, "created", an error's name, or how a process exited. */
  readonly result: string;
  /** Where the path led, if that is another path. */
  readonly target: string;
  /** What the first call returned. */
  readonly value: number;
}

interface Common {
  /** The process that did it, by its chain; null for what is of the whole run. */
  readonly task: Task | null;
}

/** A variable of the command's environment that was changed, or that only one run has. */
export interface EnvironmentDifference extends Common {
  readonly type: "environment";
  readonly name: string;
  /** Null if both have it. */
  readonly only: Side | null;
}

/** A file whose content is another one. */
export interface ContentDifference extends Common {
  readonly type: "content";
  readonly role: DigestRole;
  readonly path: string;
  readonly a: FileDigest;
  readonly b: FileDigest;
}

/** The same program with other arguments. */
export interface ArgumentsDifference extends Common {
  readonly type: "arguments";
  readonly program: string;
  /** The arguments that only the first run, or only the second one, has. */
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** A program that only one run executed. */
export interface ProgramDifference extends Common {
  readonly type: "program";
  readonly only: Side;
  readonly argv: readonly string[];
}

/** Something that both runs did, with different ends. */
export interface OutcomeDifference extends Common {
  readonly type: "outcome";
  readonly kind: OutcomeKind;
  readonly path: string;
  readonly path2: string;
  readonly a: readonly Ending[];
  readonly b: readonly Ending[];
}

/** Something that only one run did. */
export interface AccessDifference extends Common {
  readonly type: "access";
  readonly only: Side;
  readonly kind: OutcomeKind;
  readonly path: string;
  readonly path2: string;
  readonly endings: readonly Ending[];
}

export type Difference =
  | EnvironmentDifference
  | ContentDifference
  | ArgumentsDifference
  | ProgramDifference
  | OutcomeDifference
  | AccessDifference;

/** A difference with its place in time, and how many processes have it. */
export type PlacedDifference = Difference & {
  /** Nanoseconds since the start of the first run, or where that would be. */
  readonly at: number;
  /** Processes of the same chain and arguments count once. */
  readonly tasks: number;
};

/** Of two that are at the same time, the one that is more likely the cause comes first. */
const ORDER: Readonly<Record<Difference["type"], number>> = {
  environment: 0,
  content: 1,
  outcome: 1,
  arguments: 2,
  program: 3,
  access: 4,
};

/** Returns differences in the order of time. */
export function inOrder(differences: readonly PlacedDifference[]): PlacedDifference[] {
  return differences.toSorted((x, y) => x.at - y.at || ORDER[x.type] - ORDER[y.type]);
}
