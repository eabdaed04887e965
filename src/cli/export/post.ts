/** Sends events of OpenLineage to a server: its HTTP transport, one request an event. */
import { StartError, UsageError } from "../errors.ts";

const TIMEOUT_MS = 10_000;
const MAX_REASON = 200;

/** @throws UsageError */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError(
    `--post ${text}: expected a URL such as http://localhost:5000/api/v1/lineage`,
  );
}

/**
 * @param kept where the events are, too
 * @throws StartError if the server does not accept one
 */
export async function postEvents(url: URL, events: readonly object[], kept: string): Promise<void> {
  let sent = 0;
  for (const event of events) {
    const problem = await post(url, event);
    if (problem !== null) {
      const count = `${sent} of ${events.length} events were accepted`;
      throw new StartError(
        `POST ${withoutPassword(url)}: ${problem}; ${count}; all are in ${kept}`,
      );
    }
    sent++;
  }
}

/** Returns what went wrong; null if nothing did. */
async function post(url: URL, event: object): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return null;
    const reason = (await response.text()).trim().split("\n", 1)[0].slice(0, MAX_REASON);
    return `HTTP ${response.status}${reason ? `: ${reason}` : ""}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name === "TimeoutError" ? `no answer in ${TIMEOUT_MS / 1000} s` : error.message;
  }
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.password = "";
  return shown.href;
}
