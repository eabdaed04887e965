/**
 * Kernels from Debian's releases, downloaded with apt from the machine's mirror. apt's state is in
 * a directory of its own, so that the machine's lists do not change. apt-secure(8) verifies them.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A kernel on which the tests run. */
export interface Kernel {
  /** The version that the suite must have; "newest" for any. */
  readonly name: string;
  /** Debian's name of the release. */
  readonly suite: string;
}

export const ROW: readonly Kernel[] = [
  { name: "5.10", suite: "bullseye" },
  { name: "6.1", suite: "bookworm" },
  { name: "6.12", suite: "trixie" },
  { name: "newest", suite: "sid" },
];

/** A bootable kernel. */
export interface Image {
  /** As uname(2) will return it: "6.1.0-50-amd64". */
  readonly release: string;
  readonly path: string;
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** The package that depends on the newest kernel of a suite. */
const META = "linux-image-amd64";
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "trace-test-vm");

function run(command: string[], cwd?: string): string {
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd, stdin: null });
  if (!success) throw new Error(`${command.slice(0, 2).join(" ")}: ${stderr.toString().trim()}`);
  return stdout.toString();
}

/** Returns Debian mirrors: $TRACE_DEBIAN_MIRROR, or those in the machine's package sources. */
function mirrors(): string[] {
  const named = process.env.TRACE_DEBIAN_MIRROR;
  if (named) return [named];
  const lists = run(["apt-get", "--print-uris", "update"]);
  const mirrors = [...lists.matchAll(/^'(\S+\/debian)\/dists\//gm)].map(([, uri]) => uri);
  if (mirrors.length) return [...new Set(mirrors)];
  throw new Error("apt knows no Debian mirror: set TRACE_DEBIAN_MIRROR");
}

/** Runs apt with its state in a private directory, and the machine's configuration otherwise. */
class Apt {
  private readonly options: string[];
  private readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(join(dir, "lists/partial"), { recursive: true });
    mkdirSync(join(dir, "archives/partial"), { recursive: true });
    const settings = {
      "APT::Architecture": "amd64",
      "APT::Sandbox::User": "root", // the user _apt may not enter the cache
      "APT::Update::Error-Mode": "any",
      "Acquire::Languages": "none",
      "Acquire::Retries": "3",
      "Dir::Cache": dir,
      "Dir::Etc::PreferencesParts": "/dev/null",
      "Dir::Etc::SourceList": join(dir, "sources.list"),
      "Dir::Etc::SourceParts": "/dev/null",
      "Dir::State": dir,
      "Dir::State::status": "/dev/null",
    };
    this.options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  }

  /** Fetches the suite's list of packages from the first mirror that has it. */
  update(suite: string): void {
    const errors: string[] = [];
    for (const mirror of mirrors()) {
      const source = `deb [arch=amd64 signed-by=${KEYRING}] ${mirror} ${suite} main\n`;
      writeFileSync(join(this.dir, "sources.list"), source);
      try {
        run(["apt-get", ...this.options, "-q", "update"]);
        return;
      } catch (error) {
        errors.push((error as Error).message);
      }
    }
    throw new Error(
      `${suite}: ${errors.join("\n")}\n(set TRACE_DEBIAN_MIRROR to a mirror that has it)`,
    );
  }

  /** Returns the version and the dependencies of a package. */
  show(name: string): { version: string; depends: string } {
    const text = run(["apt-cache", ...this.options, "show", "--no-all-versions", name]);
    const field = (key: string) => text.match(new RegExp(`^${key}: (.*)$`, "m"))?.[1] ?? "";
    return { version: field("Version"), depends: field("Depends") };
  }

  /** Downloads one version of a package into the directory; returns the file. */
  download(name: string, version: string): string {
    run(["apt-get", ...this.options, "-q", "download", `${name}=${version}`], this.dir);
    return join(this.dir, `${name}_${version.replaceAll(":", "%3a")}_amd64.deb`);
  }
}

/** Since 7.x, linux-image-… depends on a package of its own that contains the image. */
function packageOf(apt: Apt, release: string): string {
  const binary = `linux-binary-${release}`;
  const { depends } = apt.show(`linux-image-${release}`);
  return depends.includes(binary) ? binary : `linux-image-${release}`;
}

/**
 * Extracts the kernel from a package: /boot/vmlinuz-…, in newer ones vmlinuz beside the modules.
 */
function unpack(file: string, into: string): void {
  const files = run(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -t', "sh", file]);
  const member = files.split("\n").find((path) => /\/vmlinuz[^/]*$/.test(path));
  if (!member) throw new Error(`${file}: no kernel in it`);
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" >"$3"';
  run(["sh", "-c", script, "sh", file, member, `${into}.part`]);
  renameSync(`${into}.part`, into);
}

/**
 * Returns the newest kernel of a suite, from the cache if possible.
 * @throws Error if it cannot be downloaded
 */
export function fetchKernel({ name, suite }: Kernel): Image {
  const dir = join(CACHE, suite);
  const apt = new Apt(dir);
  apt.update(suite);
  const release = apt.show(META).depends.match(/\blinux-image-(\d\S*)/)?.[1];
  if (!release || (name !== "newest" && !release.startsWith(`${name}.`)))
    throw new Error(`${suite}: expected Linux ${name}, mirrors ${release}`);
  const path = join(dir, `vmlinuz-${release}`);
  if (!existsSync(path)) {
    const wanted = packageOf(apt, release);
    const file = apt.download(wanted, apt.show(wanted).version);
    unpack(file, path);
    run(["rm", file]);
  }
  return { release, path };
}
