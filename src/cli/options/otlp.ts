/** The options of sending events by OTLP: `--otlp`, `--otlp-headers`, `--otlp-spool`. */
import { InputError, readInput } from "../../storage/input.ts";
import { UsageError } from "../errors.ts";
import { parseSize } from "./size.ts";
import type { OptionTable } from "./values.ts";

export const OTLP_ARGS = {
  otlp: {
    type: "string",
    valueHint: "URL",
    description: "also send events to a receiver of OpenTelemetry logs, by OTLP/HTTP",
  },
  "otlp-headers": {
    type: "string",
    valueHint: "FILE",
    description: 'headers of its requests, one "NAME: VALUE" a line, such as Authorization',
  },
  "otlp-spool": {
    type: "string",
    valueHint: "SIZE",
    default: "64M",
    description: "how much may wait on disk while the receiver does not answer",
  },
} as const satisfies OptionTable;

export interface OtlpArgs {
  readonly otlp?: string;
  readonly "otlp-headers"?: string;
  readonly "otlp-spool": string;
}

type Environment = Record<string, string | undefined>;
type HeaderTable = Readonly<Record<string, string>>;

/** Of all signals, and of logs, which has precedence: the specification of OTLP exporters. */
const HEADER_VARIABLES = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS"];
const CERTIFICATE_VARIABLES = [
  "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_CERTIFICATE",
];
const LOGS_PATH = "/v1/logs";

export interface OtlpTarget {
  readonly url: string;
  readonly headers: HeaderTable;
  /** PEM of the trusted authorities, if the environment names a file. */
  readonly certificates?: string;
  /** Attributes of the resource that the environment has. */
  readonly resource: HeaderTable;
  /** Bytes. */
  readonly maxSpool: number;
}

/** Returns where to send events; null if nowhere. Takes secrets out of the environment. @throws UsageError */
export function parseOtlp(args: OtlpArgs, env: Environment): OtlpTarget | null {
  const maxSpool = parseSize("--otlp-spool", args["otlp-spool"]);
  if (args.otlp === undefined) return null;
  const file = args["otlp-headers"];
  const headers = { ...environmentHeaders(env), ...(file === undefined ? {} : fileHeaders(file)) };
  const target = { url: parseUrl(args.otlp), headers, resource: resourceOf(env), maxSpool };
  const certificates = certificatesOf(env);
  // Neither commands of --on-event nor other programs get them.
  for (const variable of HEADER_VARIABLES) delete env[variable];
  return certificates === undefined ? target : { ...target, certificates };
}

/** The text is not shown: it may have a password. */
function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError("--otlp: expected a URL such as http://localhost:4318");
  if (url.username || url.password)
    throw new UsageError(
      "--otlp: the URL has a user name or password, which others can see; use --otlp-headers",
    );
  if (url.pathname === "/") url.pathname = LOGS_PATH;
  url.hash = "";
  return url.href;
}

/** @throws UsageError that does not show the value */
function checkHeaders(source: string, headers: HeaderTable): HeaderTable {
  try {
    new Headers(headers);
    return headers;
  } catch {
    throw new UsageError(`${source}: a name or value is none of an HTTP header`);
  }
}

function fileHeaders(file: string): HeaderTable {
  const headers: Record<string, string> = {};
  for (const [index, line] of readFile("--otlp-headers", file).split("\n").entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, value] = /^([^\s:]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined)
      throw new UsageError(`--otlp-headers ${file}: line ${index + 1}: expected NAME: VALUE`);
    headers[name.toLowerCase()] = value;
  }
  return checkHeaders(`--otlp-headers ${file}`, headers);
}

/** @param subject the option or variable that names the file */
function readFile(subject: string, file: string): string {
  try {
    return readInput(file).toString();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(`${subject} ${error.message}`, { cause: error });
  }
}

function certificatesOf(env: Environment): string | undefined {
  const variable = CERTIFICATE_VARIABLES.find((name) => env[name]);
  return variable && readFile(variable, env[variable] ?? "");
}

function environmentHeaders(env: Environment): HeaderTable {
  const pairs = HEADER_VARIABLES.flatMap((variable) => pairsOf(variable, env));
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  return checkHeaders(HEADER_VARIABLES.join(", "), headers);
}

/** Attributes that the specification of OpenTelemetry's SDKs has variables for. */
function resourceOf(env: Environment): HeaderTable {
  const { OTEL_SERVICE_NAME: name } = env;
  const attributes = Object.fromEntries(pairsOf("OTEL_RESOURCE_ATTRIBUTES", env));
  return name ? { ...attributes, "service.name": name } : attributes;
}

/** Returns names and values, percent-encoded and separated by commas as in W3C Baggage. */
function pairsOf(variable: string, env: Environment): [name: string, value: string][] {
  const parts = (env[variable] ?? "").split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(part) ?? [];
    if (name === undefined) throw new UsageError(`${variable}: expected NAME=VALUE`);
    return [name, decoded(variable, value.trim())];
  });
}

function decoded(variable: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch (error) {
    throw new UsageError(`${variable}: a value has a % that encodes nothing`, { cause: error });
  }
}
