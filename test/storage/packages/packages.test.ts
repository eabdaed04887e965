import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findPackages } from "../../../src/storage/packages/index.ts";

const scratch = mkdtempSync(join(tmpdir(), "trace-packages-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Makes a root directory of files. */
function makeRoot(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(scratch, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe("dpkg", () => {
  const root = makeRoot("deb", {
    "etc/os-release": 'NAME="Debian"\nID=debian\n',
    "var/lib/dpkg/status":
      "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n\n" +
      "Package: libc6\nArchitecture: i386\nVersion: 2.36-8\n\n" +
      "Package: dash\nArchitecture: amd64\nVersion: 1:0.5-2\n\n" +
      "Package: bash\nArchitecture: amd64\nVersion: 5.2\n",
    "var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib\n/lib/x/libc.so.6\n",
    "var/lib/dpkg/info/libc6:i386.list": "/lib/y/libc.so.6\n",
    "var/lib/dpkg/info/dash.list": "/bin/dash\n/bin/sh\n",
    "var/lib/dpkg/info/bash.list": "/bin/bash\n/bin/sh\n",
    "var/lib/dpkg/diversions": "/bin/sh\n/bin/sh.distrib\ndash\n",
  });
  const found = findPackages(
    ["/usr/lib/x/libc.so.6", "/lib/y/libc.so.6", "/usr/bin/sh", "/bin/sh.distrib", "/tmp/x"],
    root,
  );
  const versions = Array.from(found, ([path, { name, version, epoch, arch }]) => [
    path,
    name,
    version,
    epoch,
    arch,
  ]);

  test("finds packages by either name of a merged /usr, by architecture, through diversions", () => {
    expect(versions).toEqual([
      ["/usr/lib/x/libc.so.6", "libc6", "2.36-9", null, "amd64"],
      ["/lib/y/libc.so.6", "libc6", "2.36-8", null, "i386"],
      ["/usr/bin/sh", "dash", "0.5-2", "1", "amd64"],
      ["/bin/sh.distrib", "bash", "5.2", null, "amd64"],
    ]);
    expect(found.get("/usr/bin/sh")?.vendor).toBe("debian");
  });
});

type Tag = readonly [tag: number, type: number, values: readonly (string | number)[]];

/** Returns a header of rpm: its index and its store. */
function rpmHeader(tags: readonly Tag[]): Buffer {
  const store: Buffer[] = [];
  let offset = 0;
  const index = tags.map(([tag, type, values]) => {
    const entry = Buffer.alloc(16);
    [tag, type, offset, values.length].forEach((value, at) => {
      entry.writeUInt32BE(value, at * 4);
    });
    for (const value of values) {
      const bytes = Buffer.alloc(typeof value === "number" ? 4 : value.length + 1);
      if (typeof value === "number") bytes.writeUInt32BE(value);
      else bytes.write(value, "latin1");
      store.push(bytes);
      offset += bytes.length;
    }
    return entry;
  });
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(tags.length, 0);
  sizes.writeUInt32BE(offset, 4);
  return Buffer.concat([sizes, ...index, ...store]);
}

describe("rpm", () => {
  const header = rpmHeader([
    [1000, 6, ["bash"]],
    [1001, 6, ["5.2.26"]],
    [1002, 6, ["3.fc40"]],
    [1003, 4, [7]],
    [1022, 6, ["x86_64"]],
    [1116, 4, [0, 1, 0]],
    [1117, 8, ["bash", "bashrc", "sh"]],
    [1118, 8, ["/usr/bin/", "/etc/"]],
  ]);

  function makeDatabase(name: string, ...blobs: readonly Uint8Array[]): string {
    const root = makeRoot(name, {
      "usr/lib/os-release": "ID=fedora\n",
      "usr/lib/sysimage/rpm/x": "",
    });
    using database = new Database(join(root, "usr/lib/sysimage/rpm/rpmdb.sqlite"));
    database.run("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)");
    database.transaction(() => {
      for (const blob of blobs) database.run("INSERT INTO Packages (blob) VALUES (?)", [blob]);
    })();
    return root;
  }

  test("finds the package of a file", () => {
    const found = findPackages(["/bin/sh", "/etc/bashrc", "/etc/x"], makeDatabase("rpm", header));
    const bash = {
      type: "rpm",
      vendor: "fedora",
      name: "bash",
      version: "5.2.26-3.fc40",
      epoch: "7",
      arch: "x86_64",
    } as const;
    expect([...found]).toEqual([
      ["/bin/sh", bash],
      ["/etc/bashrc", bash],
    ]);
  });

  test("a header that is cut off anywhere does not hide others", () => {
    const cuts = Array.from({ length: header.length }, (_, length) => header.subarray(0, length));
    const found = findPackages(["/bin/sh"], makeDatabase("cut", ...cuts, header));
    expect(found.get("/bin/sh")?.version).toBe("5.2.26-3.fc40");
  });

  test("a file that is no database is none", () => {
    const root = makeRoot("none", { "usr/lib/sysimage/rpm/rpmdb.sqlite": "nothing\n" });
    expect(findPackages(["/bin/sh"], root).size).toBe(0);
  });
});
