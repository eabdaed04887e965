/** Sends one batch to a receiver: OTLP/HTTP of the OpenTelemetry Protocol's specification. */

/** How long a receiver may take to answer. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 64 << 10;
const MAX_REASON = 200;
/** The answers after which the same request is sent again. */
const RETRIED = new Set([429, 502, 503, 504]);
/** No receiver is waited for longer than this. */
const MAX_RETRY_AFTER_MS = 3_600_000;

export interface Receiver {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM of the authorities that are trusted; by default those that the executable has. */
  readonly certificates?: string;
}

export type Outcome =
  /** @param refused records that it did not take, with its reason */
  | { readonly kind: "sent"; readonly refused: number; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** @param after milliseconds that the receiver asks for; null if it does not */
  | { readonly kind: "retry"; readonly reason: string; readonly after: number | null };

export async function post(
  { url, headers, certificates }: Receiver,
  body: string,
): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      redirect: "manual",
      ...(certificates === undefined ? {} : { tls: { ca: certificates } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status } = response;
    const answer = await textOf(response);
    if (response.ok) return { kind: "sent", ...partialSuccess(answer) };
    const detail = answer.trim().split("\n", 1)[0].slice(0, MAX_REASON);
    const reason = `HTTP ${status}${detail && `: ${detail}`}`;
    if (!RETRIED.has(status)) return { kind: "refused", reason };
    return { kind: "retry", reason, after: retryAfter(response.headers.get("retry-after")) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "retry", reason: failure(error), after: null };
  }
}

function failure({ name, message }: Error): string {
  if (name === "TimeoutError") return `no answer in ${TIMEOUT_MS / 1000} s`;
  // Without the question that Bun asks.
  return message.replace(/\.? Is the computer .*$/s, "");
}

/** Returns the start of an answer. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body)
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER) break;
    }
  return Buffer.concat(chunks).toString();
}

/** Returns what ExportLogsServiceResponse says of records that were not taken. */
function partialSuccess(answer: string): { refused: number; reason: string } {
  try {
    const { partialSuccess: part } = Object(JSON.parse(answer));
    const refused = Number(Object(part).rejectedLogRecords ?? 0);
    const reason = String(Object(part).errorMessage ?? "").slice(0, MAX_REASON);
    return { refused: Number.isSafeInteger(refused) && refused > 0 ? refused : 0, reason };
  } catch {
    return { refused: 0, reason: "" };
  }
}

/** Returns the milliseconds of a Retry-After: seconds, or a date. */
export function retryAfter(value: string | null, now = Date.now()): number | null {
  if (value === null) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}
