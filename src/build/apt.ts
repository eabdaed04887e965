/**
 * Downloads of Debian's releases from the machine's mirror, verified by apt-secure(8). apt's state is
 * in a directory of its own, so that the machine's lists do not change.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Returns Debian mirrors: $TRACE_DEBIAN_MIRROR, or those in the machine's package sources. */
export function mirrors(): string[] {
  const named = process.env.TRACE_DEBIAN_MIRROR;
  if (named) return [named];
  const lists = run(["apt-get", "--print-uris", "update"]);
  const mirrors = [...lists.matchAll(/^'(\S+\/debian)\/dists\//gm)].map(([, uri]) => uri);
  if (mirrors.length) return [...new Set(mirrors)];
  throw new Error("apt knows no Debian mirror: set TRACE_DEBIAN_MIRROR");
}

/** Returns the parts of a Debian release that the machine gets packages from: mirror and suite. */
function suitesOf(release: string): string[] {
  if (process.env.TRACE_DEBIAN_MIRROR) return mirrors().map((mirror) => `${mirror} ${release}`);
  const lists = run(["apt-get", "--print-uris", "update"]);
  const found = lists.matchAll(/^'(\S+\/debian[a-z-]*)\/dists\/(\S+)\/InRelease'/gm);
  const suites = Array.from(found, ([, mirror, suite]) => `${mirror} ${suite}`);
  return suites.filter((line) => line.includes(` ${release}`));
}

/** Runs apt with its state in a private directory, and the machine's configuration otherwise. */
export class Apt {
  private readonly options: string[];
  private readonly dir: string;
  private readonly architecture: string;

  /** @param architecture Debian's name of the machine */
  constructor(dir: string, architecture = "amd64") {
    this.dir = dir;
    this.architecture = architecture;
    mkdirSync(join(dir, "lists/partial"), { recursive: true });
    mkdirSync(join(dir, "archives/partial"), { recursive: true });
    const settings = {
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
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

  /**
   * Fetches the release's list of packages from the first mirror that has it.
   * @param suite Debian's name of the release
   */
  update(suite: string, type: "deb" | "deb-src" = "deb"): void {
    const errors: string[] = [];
    for (const mirror of mirrors()) {
      const source = `${type} [arch=${this.architecture} signed-by=${KEYRING}] ${mirror} ${suite} main\n`;
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

  /** Fetches the lists of a release with its updates, as far as the machine uses them. */
  updateWithFixes(release: string, type: "deb" | "deb-src" = "deb"): void {
    const options = `[arch=${this.architecture} signed-by=${KEYRING}]`;
    const lines = suitesOf(release).map((suite) => `${type} ${options} ${suite} main\n`);
    if (!lines.length) throw new Error(`apt has no sources of ${release}`);
    writeFileSync(join(this.dir, "sources.list"), lines.join(""));
    run(["apt-get", ...this.options, "-q", "update"]);
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
    return join(this.dir, `${name}_${version.replaceAll(":", "%3a")}_${this.architecture}.deb`);
  }

  /** Downloads the files of a source package into the directory. */
  downloadSource(name: string): void {
    run(["apt-get", ...this.options, "-q", "--download-only", "source", name], this.dir);
  }
}
