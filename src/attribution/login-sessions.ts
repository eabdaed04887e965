/**
 * Finds the login session of a process: loginuid and sessionid of proc_pid(5), the terminal of
 * proc_pid_stat(5), and the remote host that systemd-logind noted for the session.
 *
 * A session is inherited. A process that has ended by now has that of the nearest process above it
 * that has not, unless one between them is a program that opens sessions.
 */
import { readFileSync } from "node:fs";
import type { LoginSession } from "../events/login-session.ts";
import { cutArguments, type ProcessLink } from "../events/process-chain.ts";
import { chainOf, type ProcessInfo } from "../events/process-info.ts";
import { toProcPid } from "./proc-pids.ts";
import { userName } from "./procfs.ts";

/** loginuid and sessionid of a process that belongs to no session. */
const UNSET = 0xffffffff;
/** Programs that open sessions for others, by the beginnings of their names. */
const SESSION_OPENERS =
  /^\(?(?:sshd|login|cron|atd|agetty|systemd|sd-pam|gdm|sddm|lightdm|xrdp|vsftpd|proftpd|cockpit|su$|runuser)/i;
const LOGIND_SESSIONS = "/run/systemd/sessions";
/** Sessions are remembered up to this number of them. */
const MAX_REMOTES = 4096;

/** device numbers of terminals: Documentation/admin-guide/devices.txt. */
const TTY_MAJOR = 4;
const PTS_FIRST_MAJOR = 136;
const PTS_LAST_MAJOR = 143;
const SERIAL_FIRST_MINOR = 64;

/** Returns the name of a terminal by its device number in proc_pid_stat(5); "" if it has none. */
export function terminalName(device: number): string {
  const major = (device >> 8) & 0xff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= PTS_FIRST_MAJOR && major <= PTS_LAST_MAJOR)
    return `pts/${minor + (major - PTS_FIRST_MAJOR) * 256}`;
  if (major !== TTY_MAJOR) return "";
  return minor < SERIAL_FIRST_MINOR ? `tty${minor}` : `ttyS${minor - SERIAL_FIRST_MINOR}`;
}

const remotes = new Map<number, string>();

/** Returns the host that a session was opened from; "" if it is not known. */
function remoteHost(session: number): string {
  let host = remotes.get(session);
  if (host === undefined) {
    host = readRemoteHost(session);
    if (remotes.size >= MAX_REMOTES) remotes.clear();
    remotes.set(session, host);
  }
  return host;
}

function readRemoteHost(session: number): string {
  try {
    const text = readFileSync(`${LOGIND_SESSIONS}/${session}`, "latin1");
    return /^REMOTE_HOST=(.*)$/m.exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

function readProcFile(pid: number, file: string): string {
  return readFileSync(`/proc/${toProcPid(pid)}/${file}`, "latin1");
}

/** Reads the session of a process. @returns null if it has none, undefined if it has ended */
function readSession({ pid, comm, argv }: ProcessLink): LoginSession | null | undefined {
  try {
    const login = Number(readProcFile(pid, "loginuid"));
    const id = Number(readProcFile(pid, "sessionid"));
    const command = readProcFile(pid, "cmdline").split("\0").slice(0, -1);
    // Last, so that all that was read is of the process that has the name.
    const stat = readProcFile(pid, "stat");
    const end = stat.lastIndexOf(")");
    const isSame = stat.slice(stat.indexOf("(") + 1, end) === comm;
    if (!isSame || cutArguments(command).join("\0") !== argv.join("\0")) return undefined;
    if (login === UNSET || !Number.isInteger(login)) return null;
    const tty = terminalName(Number(stat.slice(end + 2).split(" ")[4]));
    return { user: userName(login), id, tty, from: remoteHost(id) };
  } catch {
    return undefined;
  }
}

/** The sessions of processes that were looked up: each link of a chain is one process. */
export class LoginSessions {
  private readonly known = new WeakMap<ProcessLink, LoginSession | null>();
  private readonly read: typeof readSession;

  /** @param read reads the session of a live process */
  constructor(read = readSession) {
    this.read = read;
  }

  /** Returns the session of a process; null if it is not known or there is none. */
  of(info: ProcessInfo): LoginSession | null {
    const own = chainOf(info)?.links[0];
    if (!own) return null;
    const known = this.known.get(own);
    return known === undefined ? this.find(info, own) : known;
  }

  private find(info: ProcessInfo, own: ProcessLink): LoginSession | null {
    const session = this.firstOf(chainOf(info)?.links ?? []);
    this.known.set(own, session);
    return session;
  }

  private firstOf(links: readonly ProcessLink[]): LoginSession | null {
    for (const link of links) {
      let session = this.known.get(link);
      if (session === undefined) session = this.read(link);
      if (session !== undefined) {
        this.known.set(link, session);
        return session;
      }
      if (SESSION_OPENERS.test(link.comm)) return null;
    }
    return null;
  }
}

let name: string | undefined;

/** Returns the name of this machine; "" if it is not known. */
export function hostName(): string {
  if (name === undefined) {
    try {
      name = readFileSync("/proc/sys/kernel/hostname", "latin1").trimEnd();
    } catch {
      name = "";
    }
  }
  return name;
}
