/**
 * Attributes of OTLP in its JSON encoding, and which columns become which, by the semantic conventions
 * of OpenTelemetry where they have a name: file, process, user, client and log.record. Others begin
 * with "trace.".
 */
import { unescapeBytes } from "../../../text/surrogate-escape.ts";

/** AnyValue of opentelemetry/proto/common/v1/common.proto. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

export interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}

/** An event as a line of the spool has it. */
export type Row = Readonly<Record<string, unknown>>;

/** A byte of a name that is not UTF-8, as the lines have it. */
const ESCAPED_BYTE = /[\udc80-\udcff]/;

/** Returns text as it may be sent: it has to be Unicode. */
export function toText(name: string): string {
  return name.toWellFormed();
}

const text = (value: unknown): AnyValue => ({ stringValue: toText(String(value)) });
const int = (value: unknown): AnyValue => ({ intValue: String(value) });
const list = (values: readonly unknown[]): AnyValue => ({
  arrayValue: { values: values.map(text) },
});

interface Mapping {
  readonly key: string;
  readonly kind: "text" | "int" | "list" | "name";
}

const name = (key: string): Mapping => ({ key, kind: "name" });
const word = (key: string): Mapping => ({ key, kind: "text" });
const number = (key: string): Mapping => ({ key, kind: "int" });

/** By the keys of the columns. Those that are not here are written elsewhere. */
const MAPPINGS = new Map<string, readonly Mapping[]>(
  Object.entries({
    type: [word("trace.event.type")],
    path: [name("file.path")],
    old_path: [name("trace.file.old_path")],
    link: [name("trace.file.link")],
    size: [number("file.size")],
    change: [number("trace.file.size_change")],
    old_size: [number("trace.file.old_size")],
    ftype: [word("trace.file.type")],
    mode: [word("file.mode")],
    old_mode: [word("trace.file.old_mode")],
    owner: [word("file.owner.name")],
    old_owner: [word("trace.file.old_owner")],
    group: [word("file.group.name")],
    old_group: [word("trace.file.old_group")],
    digest: [word("trace.file.sha256")],
    error: [number("trace.file.errno")],
    pid: [number("process.pid")],
    ppid: [number("process.parent_pid")],
    comm: [word("process.title")],
    argv: [{ key: "process.command_args", kind: "list" }],
    user: [word("user.name"), word("process.user.name")],
    uid: [number("process.user.id")],
    ruser: [word("process.real_user.name")],
    ruid: [number("process.real_user.id")],
    origin: [word("trace.process.origin")],
    login: [word("trace.login.user")],
    session: [number("trace.login.session")],
    tty: [word("trace.login.tty")],
    from: [word("client.address")],
    reason: [word("trace.rule.reason")],
  }),
);

function encode(kind: Mapping["kind"], value: unknown): AnyValue {
  if (kind === "int") return int(value);
  return kind === "list" ? list(value as readonly unknown[]) : text(value);
}

/** Adds an attribute. A name that is not UTF-8 is sent as bytes, too. */
function add(all: Attribute[], { key, kind }: Mapping, value: unknown): void {
  all.push({ key, value: encode(kind, value) });
  if (kind !== "name" || !ESCAPED_BYTE.test(String(value))) return;
  const bytesValue = Buffer.from(unescapeBytes(String(value))).toString("base64");
  const prefix = key.startsWith("trace.") ? "" : "trace.";
  all.push({ key: `${prefix}${key}.bytes`, value: { bytesValue } });
}

interface Link {
  readonly comm: string;
  readonly argv?: readonly string[];
}

/** Adds the processes that led to an event, nearest first, as one text each. */
function addAncestors(all: Attribute[], { ancestors }: Row): void {
  if (!Array.isArray(ancestors) || ancestors.length === 0) return;
  const commands = ancestors.map(({ comm, argv = [] }: Link) => argv.join(" ") || comm);
  all.push({ key: "trace.process.ancestors", value: list(commands) });
}

function addDetails(all: Attribute[], { details }: Row): void {
  for (const [key, value] of Object.entries(Object(details)))
    all.push({
      key: `trace.note.${key}`,
      value: typeof value === "number" ? int(value) : text(value),
    });
}

function addName(all: Attribute[], { path }: Row): void {
  if (typeof path === "string")
    all.push({ key: "file.name", value: text(path.slice(path.lastIndexOf("/") + 1)) });
}

const isPresent = (value: unknown) =>
  value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

/** Returns the attributes of an event. A loop, as a receiver may get many thousands a second. */
export function attributesOf(row: Row): Attribute[] {
  const all: Attribute[] = [];
  for (const column in row) {
    const mappings = MAPPINGS.get(column);
    if (mappings && isPresent(row[column]))
      for (const mapping of mappings) add(all, mapping, row[column]);
  }
  addName(all, row);
  addAncestors(all, row);
  addDetails(all, row);
  return all;
}

/** Returns attributes of texts. */
export function textAttributes(texts: Readonly<Record<string, string>>): Attribute[] {
  return Object.entries(texts)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => ({ key, value: text(value) }));
}
