/** The systemd unit that `trace watch --print-unit` prints: systemd.service(5), systemd.exec(5). */

/** Where a service's history is: systemd makes the directory, StateDirectory=. */
const SERVICE_LOG = "/var/lib/trace/history.ndjson";

/** What watching and naming need, and nothing else: capabilities(7). */
const CAPABILITIES = [
  "CAP_SYS_ADMIN", // fanotify
  "CAP_DAC_READ_SEARCH", // paths of file handles, directories of all users
  "CAP_SYS_PTRACE", // who a process is
  "CAP_NET_ADMIN", // process events
  "CAP_BPF",
  "CAP_PERFMON",
  "CAP_SYS_RESOURCE", // memory for kernel programs before Linux 5.11
  "CAP_SYS_NICE", // names are read in time
];

/** Letters of C's escapes. */
const LETTERS: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "%": "%%",
  $: "$$",
};

/** One argument of a command line in a unit, which stands for itself. */
export function quoteArgument(argument: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const escaped = argument.replace(/[\x00-\x1f\x7f"\\%$]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, "0");
    return LETTERS[character] ?? `\\x${code}`;
  });
  return /^[\w/.,:=@+-]+$/.test(argument) ? argument : `"${escaped}"`;
}

/** In a description nothing but % means anything; it is one line. */
function escapeDescription(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f]/g, "?").replaceAll("%", "%%");
}

/** What is no option of a service: its log and standard output are its own. */
const INTERACTIVE_OPTIONS = /^--(?:print-unit|daemon|output|format|columns|quiet)\b/;

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
  const command = [program, "watch", "-o", SERVICE_LOG, ...args, "--", ...paths];
  return `# To be put into /etc/systemd/system/trace-watch.service, then:
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
Restart=on-failure
StateDirectory=trace
StateDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=${CAPABILITIES.join(" ")}
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
