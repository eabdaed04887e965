/**
 * Makes the body of a request of lines of the spool: ExportLogsServiceRequest of
 * opentelemetry/proto/collector/logs/v1/logs_service.proto, in its JSON encoding.
 */
import { printableText } from "../../../text/printable.ts";
import { type Attribute, attributesOf, type Row, textAttributes, toText } from "./attributes.ts";

/** SeverityNumber of logs.proto, and the text, by the severities of rules. */
const SEVERITIES: Readonly<Record<string, readonly [number: number, text: string]>> = {
  info: [9, "INFO"],
  warning: [13, "WARN"],
  danger: [17, "ERROR"],
};
/** Notes that say that events are missing. */
const LOSSES = new Set(["Q_OVERFLOW", "NOT_WRITTEN"]);
/** The time of a line, with all its digits. */
const TIME = /^\{"time":(-?\d+)\.(\d{9}),/;

/** Returns the time in nanoseconds; "0" if there is none. */
function nanosecondsOf(line: string): string {
  const [, seconds, rest] = TIME.exec(line) ?? [];
  if (seconds === undefined || seconds.startsWith("-")) return "0";
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}

/** Returns what happened in a line for people. */
function bodyOf({ type, path, old_path: old, comm, pid, user }: Row): string {
  const from = typeof old === "string" ? `${old} → ` : "";
  const by = comm ? ` by ${comm}` : "";
  const who = [pid ? `pid ${pid}` : "", user ?? ""].filter((each) => each !== "").join(", ");
  return `${type}${path ? ` ${from}${path}` : ""}${by}${who && ` (${who})`}`;
}

function severityOf({ severity, type }: Row) {
  const level = LOSSES.has(String(type)) ? "warning" : String(severity || "info");
  const [severityNumber, severityText] = SEVERITIES[level] ?? SEVERITIES.info;
  return { severityNumber, severityText };
}

/** Returns a LogRecord. @param uid identifies it */
function recordOf(line: string, uid: string): object {
  const row = JSON.parse(line) as Row;
  const time = nanosecondsOf(line);
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    ...severityOf(row),
    eventName: `trace.watch.${String(row.type).toLowerCase()}`,
    body: { stringValue: toText(printableText(bodyOf(row))) },
    attributes: [...attributesOf(row), ...textAttributes({ "log.record.uid": uid })],
  };
}

export interface Batch {
  readonly body: string;
  /** Number of records. */
  readonly records: number;
}

/** Where the events come from. */
export interface Origin {
  readonly resource: readonly Attribute[];
  readonly version: string;
}

/**
 * @param text lines of the spool; those that are no JSON are left out
 * @param id what the names of the events begin with
 */
export function toBatch(text: string, id: string, { resource, version }: Origin): Batch {
  const logRecords = text.split("\n").flatMap((line, index) => {
    try {
      return line === "" ? [] : recordOf(line, `${id}-${index}`);
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
  const scope = { name: "trace.watch", version };
  const scopeLogs = [{ scope, logRecords }];
  const body = JSON.stringify({
    resourceLogs: [{ resource: { attributes: resource }, scopeLogs }],
  });
  return { body, records: logRecords.length };
}
