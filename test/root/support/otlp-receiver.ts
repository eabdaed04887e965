/** A receiver of OTLP/HTTP logs that checks requests against the published messages. */
import { join } from "node:path";
import { loadProto, protoErrors } from "../../proto-json.ts";

const FIXTURES = join(import.meta.dir, "../../fixtures/otlp");
const REQUEST = "opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest";
const proto = loadProto(FIXTURES, "opentelemetry/proto/collector/logs/v1/logs_service.proto");

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
}
interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}
export interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: readonly Attribute[];
}
type Plain = string | number | Buffer | readonly Plain[];

function plain({ stringValue, intValue, bytesValue, arrayValue }: AnyValue): Plain {
  if (arrayValue) return arrayValue.values.map(plain);
  if (bytesValue !== undefined) return Buffer.from(bytesValue, "base64");
  return intValue === undefined ? (stringValue ?? "") : Number(intValue);
}

/** Returns attributes by their keys, of which none may occur twice. */
export function attributesOf({ attributes }: Pick<LogRecord, "attributes">) {
  const keys = attributes.map(({ key }) => key);
  if (new Set(keys).size < keys.length) throw new Error(`an attribute twice: ${keys}`);
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

export class OtlpReceiver {
  /** The answers to the next requests, a status or more; then all are accepted. */
  readonly answers: (number | Answer)[] = [];
  readonly records: LogRecord[] = [];
  readonly resources: Record<string, Plain>[] = [];
  /** What is wrong with requests. */
  readonly errors: string[] = [];
  readonly headers: Headers[] = [];
  /** When requests were not accepted. */
  readonly refusedAt: number[] = [];
  requests = 0;
  private server: ReturnType<typeof Bun.serve> | null = null;
  private port = 0;

  constructor() {
    this.listen();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  listen(): void {
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: this.port,
      fetch: (request) => this.receive(request),
    });
    this.port = this.server.port ?? 0;
  }

  /** Ends, also what is open. */
  stop(): void {
    this.server?.stop(true);
    this.server = null;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  private async receive(request: Request): Promise<Response> {
    this.requests++;
    this.headers.push(request.headers);
    const body = await request.text();
    const next = this.answers.shift() ?? 200;
    const answer: Answer = typeof next === "number" ? { status: next } : next;
    const value = JSON.parse(body);
    this.errors.push(...this.problems(request, value));
    if (answer.status !== 200) {
      this.refusedAt.push(performance.now());
      return new Response("no", answer);
    }
    for (const { resource, scopeLogs } of value.resourceLogs) {
      this.resources.push(attributesOf(resource));
      for (const { logRecords } of scopeLogs) this.records.push(...logRecords);
    }
    return Response.json(answer.body ?? {}, answer);
  }

  private problems(request: Request, value: unknown): string[] {
    const { method, url, headers } = request;
    const kind = `${method} ${new URL(url).pathname} ${headers.get("content-type")}`;
    const expected = "POST /v1/logs application/json";
    return [...(kind === expected ? [] : [kind]), ...protoErrors(proto, REQUEST, value)];
  }
}
