/** A systemd-journald of our own, in a private mount namespace that has its /run and /dev/log. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory, until } from "./harness.ts";

const PROGRAMS = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"];

const SETUP = `
set -e
mount --make-rprivate /
mount -t tmpfs run /run
mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal "$1/dev"
cat >/run/systemd/journald.conf.d/test.conf <<END
[Journal]
Storage=volatile
ReadKMsg=no
Audit=no
RateLimitIntervalSec=0
LineMax=64K
END
mount -t tmpfs dev "$1/dev"
for file in null zero full random urandom tty; do
  : >"$1/dev/$file"
  mount --bind "/dev/$file" "$1/dev/$file"
done
ln -s /run/systemd/journal/dev-log "$1/dev/log"
ln -s /proc/self/fd "$1/dev/fd"
mount --move "$1/dev" /dev
exec "$0"
`;

/** An entry as journalctl has it in JSON: binary values are lists of numbers. */
export type Entry = Readonly<Record<string, string | readonly number[]>>;

export class Journald {
  readonly pid: number;
  /** The command that runs others where this journal is. */
  readonly under: readonly string[];
  private readonly directory = temporaryDirectory();
  private readonly process: Bun.Subprocess;

  private constructor(program: string) {
    this.process = Bun.spawn(["unshare", "-m", "sh", "-c", SETUP, program, this.directory.path], {
      stdio: ["ignore", "ignore", "ignore"],
    });
    this.pid = this.process.pid;
    this.under = ["nsenter", "-m", "-t", String(this.pid), "-w"];
  }

  static async start(): Promise<Journald> {
    const program = PROGRAMS.find((path) => existsSync(path));
    if (program === undefined) throw new Error("systemd is not installed");
    const journald = new Journald(program);
    const socket = join(`/proc/${journald.pid}/root`, "run/systemd/journal/socket");
    await until(() => existsSync(socket));
    return journald;
  }

  /** Has it write what it has, and returns the entries of trace. */
  entries(): Entry[] {
    const script = `kill -USR1 ${this.pid}; journalctl --no-pager -D "$(echo /run/log/journal/*)" -t trace -o json --all`;
    const { stdout, stderr, status } = run([...this.under, "sh", "-c", script]);
    if (status !== 0) throw new Error(stderr);
    return stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  [Symbol.dispose](): void {
    this.process.kill("SIGKILL");
    this.directory[Symbol.dispose]();
  }
}

/** Returns the bytes of a value. */
export function bytesOf(value: Entry[string] | undefined): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value ?? []);
}
