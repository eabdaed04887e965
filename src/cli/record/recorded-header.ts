/** What the header of a record says. Nothing in a file is trusted: values of other types are left out. */
import type { RunHeader } from "../../events/run-info.ts";

type Value<K extends keyof RunHeader> = NonNullable<RunHeader[K]>;

export interface RecordedHeader
  extends Partial<Pick<RunHeader, "trace" | "host" | "kernel" | "machine" | "boot" | "backend">> {
  readonly user: RunHeader["user"] | null;
  /** Null for records of older versions. */
  readonly directories: Partial<Value<"directories">> | null;
  readonly environment: Value<"environment"> | null;
  /** Kinds of events that were recorded. */
  readonly events: readonly string[] | null;
}

const TEXTS = ["trace", "host", "kernel", "machine", "boot"] as const;
const DIRECTORIES = ["home", "tmp", "cache"] as const;
const BACKENDS: readonly unknown[] = ["bpf", "ptrace"] satisfies RunHeader["backend"][];

/** @param value parsed JSON; null if the record has no header */
export function recordedHeader(value: unknown): RecordedHeader {
  const header: { readonly [key in keyof RunHeader]?: unknown } = Object(value);
  const { user, directories, environment, events, backend } = header;
  const { uid, name } = Object(user);
  return {
    ...pick(textsOf(header), TEXTS),
    ...(BACKENDS.includes(backend) ? { backend: backend as RunHeader["backend"] } : {}),
    user: Number.isSafeInteger(uid) && isText(name) ? { uid, name } : null,
    directories: isObject(directories) ? pick(textsOf(directories), DIRECTORIES) : null,
    environment: isObject(environment) ? textsOf(environment) : null,
    events: Array.isArray(events) ? events.filter(isText) : null,
  };
}

function textsOf(object: object): Record<string, string> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => isText(value)));
}

function pick<K extends string>(
  object: Readonly<Record<string, string>>,
  keys: readonly K[],
): { [key in K]?: string } {
  const picked: { [key in K]?: string } = {};
  for (const key of keys) if (Object.hasOwn(object, key)) picked[key] = object[key];
  return picked;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
