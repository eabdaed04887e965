/** Where `trace watch` sends events besides its log and standard output: `--otlp`. */
import { version } from "../../../package.json";
import { invokingUser, spoolDirectory } from "../../daemon/state-directory.ts";
import { LOG_WARNING, syslog } from "../../daemon/syslog.ts";
import { machineId, machineIdentity } from "../../process/machine.ts";
import { sudoCaller } from "../../process/user.ts";
import type { DeliverySink } from "../../sinks/watch/delivery.ts";
import { type Attribute, textAttributes } from "../../sinks/watch/otlp/attributes.ts";
import { type OtlpReports, OtlpSink } from "../../sinks/watch/otlp/sink.ts";
import { openSpool } from "../../storage/spool/open.ts";
import { printableText } from "../../text/printable.ts";
import { withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import { type OtlpArgs, type OtlpTarget, parseOtlp } from "../options/otlp.ts";

export interface DeliveryArgs extends OtlpArgs {
  readonly daemon?: boolean;
}

/** Checks the options. Returns a function that opens the sinks. @throws UsageError */
export function parseDeliveries(args: DeliveryArgs): () => DeliverySink[] {
  const otlp = parseOtlp(args, process.env);
  return () => (otlp ? [openOtlp(otlp, args.daemon === true)] : []);
}

function openOtlp({ url, headers, resource, maxSpool }: OtlpTarget, isDaemon: boolean): OtlpSink {
  const user = sudoCaller(process.env);
  const parent = spoolDirectory(invokingUser(process.env), process.env);
  return new OtlpSink({
    spool: withStartErrors(parent, () => openSpool(parent, url, user)),
    maxSize: maxSpool,
    receiver: { url, headers: { "user-agent": `trace/${version}`, ...headers } },
    origin: { resource: resourceAttributes(resource), version },
    user,
    reports: otlpReports(url, isDaemon),
  });
}

/** Returns the attributes of this machine and program. @param more those of the user */
function resourceAttributes(more: Readonly<Record<string, string>>): Attribute[] {
  const { host, kernel, machine } = machineIdentity();
  return textAttributes({
    "service.name": "trace",
    "service.version": version,
    "service.instance.id": crypto.randomUUID(),
    "host.name": host,
    "host.id": machineId(),
    "host.arch": machine === "aarch64" ? "arm64" : "amd64",
    "os.type": "linux",
    "os.name": "Linux",
    "os.version": kernel,
    ...more,
  });
}

/** Returns reports that are messages; a daemon tells the system log, too. */
function otlpReports(url: string, isDaemon: boolean): OtlpReports {
  const warn = (text: string) => {
    logger.warn(text);
    if (isDaemon) syslog(LOG_WARNING, printableText(text));
  };
  return {
    onFailure: ({ message }) => warn(`${message}; events for ${url} are dropped`),
    onRecovery: (lost, since) =>
      warn(`${url}: ${lost} events since ${new Date(since).toISOString()} were dropped`),
    onFailing: (problem) => warn(`${url}: ${problem}; events wait on disk`),
    onTaking: () => logger.info(`${url} takes events again`),
  };
}
