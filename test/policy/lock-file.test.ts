import { describe, expect, test } from "bun:test";
import { LockFile } from "../../src/policy/lock-file.ts";

const parse = (text: string) => LockFile.parse(Buffer.from(text, "latin1"));
const formatted = (lock: LockFile) => Buffer.from(lock.format()).toString("latin1");

const EDITED = `# of our build
format 1
command make

[reads]
# the section

src/a.c  # needed
# why
src/c.c

[writes]
`;

describe("a lock file", () => {
  test("is written as it was read", () => {
    expect(formatted(parse(EDITED))).toBe(EDITED);
  });

  test("keeps comments and order where entries are added", () => {
    const lock = parse(EDITED);
    expect(lock.add("reads", ["src/b.c", "src/a.c", "src/0.c", "src/d.c"])).toBe(3);
    lock.add("hosts", ["\\[::1]:80"]);
    expect(formatted(lock)).toBe(
      EDITED.replace("\nsrc/a.c", "\nsrc/0.c\nsrc/a.c")
        .replace("needed\n", "needed\nsrc/b.c\n")
        .replace("src/c.c\n", "src/c.c\nsrc/d.c\n")
        .concat("\n[hosts]\n\\[::1]:80\n"),
    );
  });

  test("keeps comments where entries are removed", () => {
    const lock = parse(EDITED);
    lock.retain("reads", new Set(["src/a.c"]));
    expect(formatted(lock)).toBe(EDITED.replace("src/c.c\n", ""));
  });

  test.each([
    ["", 'line 1: expected "format 1": this is no lock file\n  \n  ^'],
    ["hello\n", 'line 1: expected "format 1": this is no lock file\n  hello\n  ^'],
    ["format 2\n", "line 1: no such format; this trace reads format 1\n  format 2\n  ^"],
    ["format 1\nsrc/a\n", "line 2: expected a section, such as [reads]\n  src/a\n  ^"],
    ["format 1\n[raeds]\n", "line 2: no such section; did you mean reads?\n  [raeds]\n   ^"],
    ["format 1\n[reads\n", "line 2: ] is missing; quote a name that begins with [\n  [reads\n  ^"],
    ['format 1\n[reads]\n"a\n', 'line 3: the closing " is missing\n  "a\n    ^'],
    ["format 1\n[reads]\nhome:a[b\n", "line 3: [ without ]\n  home:a[b\n        ^"],
    ["format 1\n[reads]\na\\\n", "line 3: nothing after \\\n  a\\\n   ^"],
    [
      "format 1\n[reads]\nsystem:librares\n",
      "line 3: no such group; did you mean libraries?\n  system:librares\n         ^",
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
