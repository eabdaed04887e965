/**
 * Paths that a policy treats apart. One list each: the groups that `system:` names, the secrets that
 * no glob covers, and the directories that are never folded into a glob.
 */
import type { AccessKind } from "../model/accesses.ts";

interface Group {
  readonly name: string;
  readonly pattern: RegExp;
  /** Whether it may be written, too. */
  readonly writable?: boolean;
}

const LIBRARY_DIRECTORY = "\\/(?:usr\\/)?(?:local\\/)?lib(?:32|64|x32)?";

/** The groups of `system:NAME`; the first that matches counts. */
const GROUPS: readonly Group[] = [
  {
    name: "libraries",
    pattern: new RegExp(
      `^${LIBRARY_DIRECTORY}(?:\\/.*\\.so(?:\\.[\\d.]+)?$|(?:\\/[\\w.-]+-linux-\\w+)?\\/(?:tls|glibc-hwcaps|haswell|x86_64|avx512_1)(?:\\/|$))|^\\/etc\\/ld\\.so\\.(?:cache|preload|conf.*|nohwcap)$`,
    ),
  },
  {
    name: "locale",
    pattern:
      /^\/usr\/(?:share\/(?:locale|i18n|zoneinfo|locale-langpack)|lib\/locale)(?:\/|$)|^\/usr\/lib(?:64|32)?\/(?:[^/]+\/)?gconv(?:\/|$)|^\/etc\/(?:locale\.alias|localtime|timezone)$/,
  },
  {
    name: "certificates",
    pattern:
      /^\/etc\/(?:ssl\/(?:certs(?:\/|$)|openssl\.cnf$|ct_log_list\.cnf$)|ca-certificates(?:\/|$|\.conf$)|pki\/(?:tls|ca-trust)\/(?!private)|crypto-policies(?:\/|$))|^\/usr\/(?:share\/(?:ca-certificates|ssl)|lib\/ssl)(?!\/private)(?:\/|$)/,
  },
  {
    name: "names",
    pattern:
      /^\/etc\/(?:nsswitch\.conf|passwd|group|hosts|host\.conf|resolv\.conf|gai\.conf|services|protocols|networks)$|^(?:\/var)?\/run\/(?:nscd(?:\/|$)|systemd\/(?:userdb|resolve)(?:\/|$)|systemd\/machines$)/,
  },
  {
    name: "proc",
    pattern:
      /^\/proc(?:\/(?:(?:self|thread-self)(?:\/.*)?|cpuinfo|meminfo|stat|loadavg|uptime|version|filesystems|mounts|devices|cgroups|swaps|partitions|modules|cmdline|sys(?:\/(?:kernel|vm|fs|net)(?:\/.*)?)?|pressure(?:\/.*)?))?$/,
    writable: true,
  },
  { name: "sys", pattern: /^\/sys(?:\/|$)/ },
  {
    name: "devices",
    pattern:
      /^\/dev(?:$|\/(?:null|zero|full|random|urandom|tty|ptmx|console|fd|std(?:in|out|err)|pts(?:\/\d+)?|pts\/ptmx)$)/,
    writable: true,
  },
];

/** Failed lookups where packages are installed: what is there differs with each release. */
const PACKAGES: Group = { name: "packages", pattern: /^\/(?:usr|lib(?:32|64|x32)?)(?:\/|$)/ };

/** The names of the groups. */
export const GROUP_NAMES: readonly string[] = [...GROUPS, PACKAGES].map(({ name }) => name);

/** Files of a process in /proc that only concern itself may be written; others change the machine. */
const OWN_PROC = /^\/proc\/(?:self|thread-self)\//;

/** Returns the group of an access; null for none. @param path with "self" for processes of the run */
export function systemGroup(kind: AccessKind, path: string): string | null {
  const group = GROUPS.find(({ pattern }) => pattern.test(path));
  if (!group) return kind === "lookup" && PACKAGES.pattern.test(path) ? PACKAGES.name : null;
  const changes = kind === "write" || kind === "remove" || kind === "connect";
  if (!changes) return group.name;
  if (kind === "connect") return group.name === "names" ? group.name : null;
  if (!group.writable || kind === "remove") return null;
  return group.name !== "proc" || OWN_PROC.test(path) ? group.name : null;
}

/** Directories and files of secrets, wherever they are. */
const SECRETS: readonly RegExp[] = [
  /\/\.(?:ssh|aws|gnupg|kube|azure|password-store)(?:\/|$)/,
  /\/\.docker\/config\.json$/,
  /\/\.(?:netrc|npmrc|yarnrc|yarnrc\.yml|pypirc|git-credentials|pgpass|my\.cnf|vault-token)$/,
  /\/\.(?:bash|zsh|sh|node_repl|python|psql|mysql)_history$/,
  /\/\.cargo\/credentials(?:\.toml)?$/,
  /\/\.config\/(?:gh|gcloud|rclone|op|hub|doctl|heroku)(?:\/|$)/,
  /\/\.(?:mozilla|thunderbird)(?:\/|$)/,
  /\/\.config\/(?:google-chrome|chromium|BraveSoftware|microsoft-edge|vivaldi|opera)[^/]*(?:\/|$)/,
  /\/\.local\/share\/keyrings(?:\/|$)/,
  /\/\.env(?:\.(?!example$|sample$|template$|dist$)[^/]+)?$/,
  /^\/etc\/(?:shadow|gshadow|sudoers)(?:-|$)/,
  /^\/etc\/(?:sudoers\.d|ssl\/private|pki\/tls\/private)(?:\/|$)/,
  /^\/etc\/ssh\/ssh_host_[^/]*_key$/,
  /^(?:\/var)?\/run\/secrets(?:\/|$)/,
  // Of processes that are not of the run; theirs are "/proc/self".
  /^\/proc\/\d+\/(?:task\/\d+\/)?(?:mem|environ)$/,
];

/** Whether a path is a secret, which only a literal entry allows. */
export function isSecret(path: string): boolean {
  return SECRETS.some((pattern) => pattern.test(path));
}

const ROOTS = new Set(
  [
    "/ /bin /boot /dev /etc /home /lib /lib32 /lib64 /libx32 /media /mnt /nix /opt /proc /root /run",
    "/sbin /snap /srv /sys /tmp /usr /var /usr/bin /usr/sbin /usr/lib /usr/lib32 /usr/lib64",
    "/usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /usr/share",
    "/usr/libexec /var/cache /var/lib /var/log /var/tmp /etc/ssl /etc/ssh",
    "/usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu",
  ]
    .join(" ")
    .split(" "),
);
const HOME_ROOTS = [
  "",
  "/.config",
  "/.local",
  "/.local/share",
  "/.local/bin",
  "/.cargo",
  "/.docker",
];

/** Whether a directory is never folded into a glob. @param bases the lock's and the tokens' */
export function isRoot(
  directory: string,
  bases: { readonly base: readonly string[] } & Readonly<
    Record<"home" | "tmp" | "cache", readonly string[]>
  >,
): boolean {
  if (ROOTS.has(directory) || isSecret(directory)) return true;
  if ([...bases.base, ...bases.tmp, ...bases.cache].includes(directory)) return true;
  if (/^\/home\/[^/]+$/.test(directory)) return true;
  return bases.home.some((home) => HOME_ROOTS.some((name) => directory === home + name));
}
