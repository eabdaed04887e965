/** Where `trace watch` sends events besides its log and standard output: `--otlp`, `--to`. */
import { version } from "../../../package.json";
import { invokingUser, spoolDirectory } from "../../daemon/state-directory.ts";
import { LOG_WARNING, syslog } from "../../daemon/syslog.ts";
import { machineId, machineIdentity } from "../../process/machine.ts";
import { sudoCaller } from "../../process/user.ts";
import type { DeliveryReports, DeliverySink } from "../../sinks/watch/delivery.ts";
import { type Attribute, textAttributes } from "../../sinks/watch/otlp/attributes.ts";
import { type OtlpReports, OtlpSink } from "../../sinks/watch/otlp/sink.ts";
import { SYSTEM_LOGS, SystemLogSink } from "../../sinks/watch/system-log/sink.ts";
import { openSpool } from "../../storage/spool/open.ts";
import { printableText } from "../../text/printable.ts";
import { withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import { parseNames } from "../options/names.ts";
import { type OtlpArgs, type OtlpTarget, parseOtlp } from "../options/otlp.ts";

export interface DeliveryArgs extends OtlpArgs {
  readonly daemon?: boolean;
  readonly to?: string;
}

/** Checks the options. Returns a function that opens the sinks. @throws UsageError */
export function parseDeliveries(args: DeliveryArgs): () => DeliverySink[] {
  const otlp = parseOtlp(args, process.env);
  const logs = args.to === undefined ? [] : new Set(parseNames("--to", args.to, SYSTEM_LOGS));
  const isDaemon = args.daemon === true;
  return () => [
    ...(otlp ? [openOtlp(otlp, isDaemon)] : []),
    ...[...logs].map((log) => new SystemLogSink(log, deliveryReports(log, "in memory", isDaemon))),
  ];
}

function openOtlp(target: OtlpTarget, isDaemon: boolean): OtlpSink {
  const { url, headers, certificates, resource, maxSpool } = target;
  const user = sudoCaller(process.env);
  const parent = spoolDirectory(invokingUser(process.env), process.env);
  return new OtlpSink({
    spool: withStartErrors(parent, () => openSpool(parent, url, user)),
    maxSize: maxSpool,
    receiver: { url, headers: { "user-agent": `trace/${version}`, ...headers }, certificates },
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

/** Returns a function that warns; a daemon warns in the system log, too. */
function warner(isDaemon: boolean): (text: string) => void {
  return (text) => {
    logger.warn(text);
    if (isDaemon) syslog(LOG_WARNING, printableText(text));
  };
}

/** @param place where events wait */
function deliveryReports(to: string, place: string, isDaemon: boolean): DeliveryReports {
  const warn = warner(isDaemon);
  return {
    onFailing: (problem) => warn(`${to}: ${problem}; events wait ${place}`),
    onTaking: () => logger.info(`${to} takes events again`),
  };
}

function otlpReports(url: string, isDaemon: boolean): OtlpReports {
  const warn = warner(isDaemon);
  return {
    ...deliveryReports(url, "on disk", isDaemon),
    onFailure: ({ message }) => warn(`${url}: ${message}; events are dropped`),
    onRecovery: (lost, since) =>
      warn(`${url}: ${lost} events since ${new Date(since).toISOString()} were dropped`),
  };
}
