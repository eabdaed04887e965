/** The systemd unit that `trace watch --print-unit` prints: systemd.service(5), systemd.exec(5). */

import { isUnsafe, printableText } from "../../text/printable.ts";

/** The log of the service; systemd creates its directory by StateDirectory=. */
const SERVICE_LOG = "/var/lib/trace/history.ndjson";

/** The capabilities that the service needs: capabilities(7). */
const CAPABILITIES = [
  "CAP_SYS_ADMIN", // fanotify
  "CAP_DAC_READ_SEARCH", // paths of file handles, directories of all users
  "CAP_SYS_PTRACE", // identity of processes
  "CAP_NET_ADMIN", // process events
  "CAP_BPF",
  "CAP_PERFMON",
  "CAP_SYS_RESOURCE", // memory for eBPF programs before Linux 5.11
  "CAP_SYS_NICE", // real-time priority, to read names of short-lived processes
];

/** C-style escapes of single characters, and the doubled % and $ of systemd. */
const LETTERS: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "%": "%%",
  $: "$$",
};

/** Quotes an argument of a command line in a unit, so that systemd takes it literally. */
export function quoteArgument(argument: string): string {
  const escaped = argument.replace(/[^ -~]|["\\%$]/gu, (character) => {
    if (LETTERS[character] !== undefined) return LETTERS[character];
    if (!isUnsafe(character.codePointAt(0)!)) return character;
    const bytes = [...Buffer.from(character)];
    return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  });
  return /^[\w/.,:=@+-]+$/.test(argument) ? argument : `"${escaped}"`;
}

/** Escapes the text of Description=: only % is special there, and it is one line. */
function escapeDescription(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
  return printableText(text.replace(/[\x00-\x1f\x7f]/g, "?")).replaceAll("%", "%%");
}

/** Options that a service does not get: it has its own log and standard output. */
const INTERACTIVE_OPTIONS =
  /^--(?:print-unit|daemon|output|format|timefmt|no-newline|columns|ancestors|quiet)\b/;

/** Returns the options that a service does not get, without their values. */
export function interactiveOptions(options: readonly string[]): string[] {
  return options
    .filter((option) => INTERACTIVE_OPTIONS.test(option) && option !== "--print-unit")
    .map((option) => option.replace(/=.*/s, ""));
}

/**
 * @param program absolute path of the executable
 * @param options of `trace watch`, as `--name=value`
 * @param paths absolute
 */
export function systemdUnit(
  program: string,
  options: readonly string[],
  paths: readonly string[],
): string {
  const args = options.filter((option) => !INTERACTIVE_OPTIONS.test(option));
  const sends = args.some((option) => option.startsWith("--otlp="));
  // By default the journal drops what exceeds 10,000 messages of a service in half a minute.
  const logs = args.some((option) => option.startsWith("--to="));
  const rate = logs ? "LogRateLimitIntervalSec=0\n" : "";
  const families = ["AF_UNIX", "AF_NETLINK", ...(sends ? ["AF_INET", "AF_INET6"] : [])];
  const command = [program, "watch", "-o", SERVICE_LOG, ...args, "--", ...paths];
  return `# Install as /etc/systemd/system/trace-watch.service, then:
#   systemctl daemon-reload && systemctl enable --now trace-watch
#   trace query ${SERVICE_LOG}
[Unit]
Description=trace: who changes ${escapeDescription(paths.join(", "))}
Documentation=man:fanotify(7)

[Service]
Type=notify
ExecStart=${command.map(quoteArgument).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
StandardOutput=null
${rate}Restart=on-failure
StateDirectory=trace
StateDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=${CAPABILITIES.join(" ")}
NoNewPrivileges=yes
RestrictAddressFamilies=${families.join(" ")}
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
