/** Packages of a real rpm database in CycloneDX. `make rpm` installs rpmbuild; without it, it is skipped. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, TRACE } from "./support/harness.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-rpm-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const SPEC = `Name: thing
Version: 1.2
Release: 3
Epoch: 4
Summary: A package for a test
License: MIT
%description
A package for a test.
%install
mkdir -p %{buildroot}/opt/thing/sub
echo one >%{buildroot}/opt/thing/one.txt
echo two >"%{buildroot}/opt/thing/sub/zwei ü.txt"
%files
/opt/thing
`;

/** A directory that the test's own mount namespace has as /var/lib/rpm, another one as /opt. */
const SCRIPT = `
mount --make-rprivate /
mount --bind "$1/db" /var/lib/rpm
mount -t tmpfs tmpfs /opt
rpm --dbpath "$1/db" --initdb
rpm --dbpath "$1/db" --nodeps -i "$1"/RPMS/*/*.rpm
echo other >/opt/thing/other.txt
cd "$1"
exec "$2" export --format cyclonedx -o bom.json -- cat /opt/thing/one.txt "/opt/thing/sub/zwei ü.txt" /opt/thing/other.txt`;

interface Component {
  readonly purl?: string;
}

test.skipIf(!Bun.which("rpmbuild") || !existsSync("/var/lib/rpm"))(
  "a package of an rpm database is a component, with the files that were read",
  () => {
    mkdirSync(join(scratch, "db"));
    const spec = join(scratch, "thing.spec");
    writeFileSync(spec, SPEC);
    const env = { PATH: process.env.PATH, HOME: scratch, LC_ALL: "C.UTF-8" };
    const built = run(["rpmbuild", "-bb", "--define", `_topdir ${scratch}`, spec], { env });
    if (built.status !== 0) throw new Error(built.stderr);
    const { status, stdout, stderr } = run(
      ["unshare", "-m", "sh", "-ec", SCRIPT, "sh", scratch, TRACE],
      { env },
    );
    if (status !== 0) throw new Error(stderr);
    expect(stdout.toString()).toBe("one\ntwo\nother\n");
    const text = readFileSync(join(scratch, "bom.json"), "utf8");
    const packages: Component[] = [];
    JSON.parse(text, (_, value) => {
      if (typeof value?.purl === "string" && value.purl.startsWith("pkg:rpm/"))
        packages.push(value);
      return value;
    });
    expect(packages.map(({ purl }) => purl)).toEqual([
      expect.stringMatching(/^pkg:rpm\/\w+\/thing@1\.2-3\?arch=\w+&epoch=4$/),
    ]);
    expect(JSON.stringify(packages[0])).toContain("zwei ü.txt");
    expect(JSON.stringify(packages[0])).not.toContain("other.txt");
  },
);
