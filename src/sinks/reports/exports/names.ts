/**
 * How exports name files and arguments: relative to the working directory where they can be, as valid
 * Unicode and as URIs (RFC 3986), without what the user wants kept private.
 */
import { encodeLatin1, textToLatin1 } from "../../../text/latin1.ts";
import { isPathWithin } from "../../../text/path.ts";
import { decodeUtf8 } from "../../../text/utf8.ts";

/** What can be taken out of an export. */
export const REDACTIONS = ["home", "user", "host", "env"] as const;
export type Redaction = (typeof REDACTIONS)[number];

/** What is private in a run; latin1. "" or null if it is not known. */
export interface PrivateNames {
  readonly home: string | null;
  readonly user: string | null;
  readonly host: string | null;
}

interface NameOptions {
  /** The directory that names are relative to; latin1. */
  readonly directory: string;
  readonly redacted: ReadonlySet<Redaction>;
  readonly names: PrivateNames;
}

type Replacement = readonly [pattern: RegExp, text: string];

const UNRESERVED = /[A-Za-z0-9\-._~/]/;
/** An assignment, as in `make CC=gcc` and `env TOKEN=x make`, and the value of an option. */
const ASSIGNMENT = /^(-{0,2}[A-Za-z_][\w.-]*=)[\s\S]+$/;

export class Names {
  readonly redacted: ReadonlySet<Redaction>;
  private readonly directory: string;
  private readonly replacements: readonly Replacement[];

  constructor({ directory, redacted, names }: NameOptions) {
    this.directory = directory;
    this.redacted = redacted;
    this.replacements = replacementsOf(redacted, names);
  }

  /** Whether a path is below the working directory. */
  isLocal(path: string): boolean {
    const { directory } = this;
    if (directory === "/" || directory === "" || !path.startsWith(`${directory}/`)) return false;
    // A record may contain any path: what is copied by such a name stays in its directory.
    return !path.slice(directory.length).split("/").includes("..");
  }

  /** Returns a path as text. @param path latin1 */
  name(path: string): string {
    return toUnicode(this.publicName(path));
  }

  private publicName(path: string): string {
    return this.redact(this.isLocal(path) ? path.slice(this.directory.length + 1) : path);
  }

  /** Returns an absolute path as text. */
  absolute(path: string): string {
    return toUnicode(this.redact(path));
  }

  /** Returns a URI that has every byte of the path. */
  uri(path: string): string {
    const shown = this.redact(path);
    return `file://${escapeUri(shown.startsWith("/") ? shown : `/${shown}`)}`;
  }

  /** Returns a reference that is relative to the working directory; the URI if it is elsewhere. */
  reference(path: string): string {
    if (!this.isLocal(path)) return this.uri(path);
    const escaped = escapeUri(this.publicName(path));
    // A first segment with a colon would be a scheme.
    return escaped.split("/", 1)[0].includes(":") ? `./${escaped}` : escaped;
  }

  /** Returns an argument of a command as text. @param argument latin1 */
  argument(argument: string): string {
    const hidden = this.redacted.has("env") ? argument.replace(ASSIGNMENT, "$1REDACTED") : argument;
    return toUnicode(this.redact(hidden));
  }

  /** Returns a command line, quoted for a shell, as text. */
  commandLine(argv: readonly string[]): string {
    return argv.map((each) => quoted(this.argument(each))).join(" ");
  }

  /** Returns a text without what is private. @param text latin1 */
  redact(text: string): string {
    return this.replacements.reduce((rest, [from, to]) => rest.replace(from, to), text);
  }
}

function replacementsOf(redacted: ReadonlySet<Redaction>, names: PrivateNames): Replacement[] {
  const { home, user, host } = names;
  const list: Replacement[] = [];
  if (redacted.has("home") && home && home !== "/")
    list.push([new RegExp(`${RegExp.escape(home)}(?=/|$|[^\\w.-])`, "g"), "~"]);
  if (redacted.has("user") && user) list.push([wholeWord(user), "USER"]);
  if (redacted.has("host") && host) list.push([wholeWord(host), "HOST"]);
  return list;
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\w-])${RegExp.escape(word)}(?![\\w-])`, "g");
}

/** Returns a latin1 name as text; a byte that is no UTF-8 becomes `\xHH`. */
export function toUnicode(name: string): string {
  const hex = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;
  return decodeUtf8(encodeLatin1(name), hex);
}

/** Whether a latin1 name is UTF-8, so that its text is the name itself. */
export function isUnicode(name: string): boolean {
  return textToLatin1(toUnicode(name)) === name;
}

/** Escapes every byte that cannot be in a path of a URI. @param path latin1 */
function escapeUri(path: string): string {
  return Array.from(path, (character) =>
    UNRESERVED.test(character)
      ? character
      : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a path is where the system keeps its own files. */
export function isSystemPath(path: string): boolean {
  return SYSTEM_DIRECTORIES.some((directory) => isPathWithin(path, directory));
}

const SYSTEM_DIRECTORIES = [
  ...["/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/etc", "/opt", "/snap"],
  ...["/proc", "/sys", "/dev", "/run", "/boot", "/nix/store", "/gnu/store"],
  ...["/var/lib", "/var/cache", "/var/run"],
];
