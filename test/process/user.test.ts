/** Users as the machine's own user database has them: compared with id(1) and /etc/passwd. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parseUser, sudoCaller, UserError, userById, userByName } from "../../src/process/user.ts";

interface Entry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

const ENTRIES: readonly Entry[] = readFileSync("/etc/passwd", "utf8")
  .split("\n")
  .map((line) => line.split(":"))
  .filter((fields) => fields.length === 7)
  .map(([name, , uid, gid, , home]) => ({ name, uid: Number(uid), gid: Number(gid), home }));

/** What id(1) prints. */
function id(...args: readonly string[]): number[] {
  const { stdout } = Bun.spawnSync(["id", ...args]);
  return stdout.toString().trim().split(" ").map(Number);
}

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const entry = (name: string) => ENTRIES.find((each) => each.name === name)!;

/** A uid that nobody has. */
const NOBODYS = 1 + Math.max(...ENTRIES.map(({ uid }) => uid).filter((uid) => uid < 2 ** 31));

function errorOf(text: string): string {
  try {
    parseUser(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  throw new Error(`${text} was taken`);
}

describe("the user database", () => {
  test("is read as /etc/passwd has it, by name and by uid", () => {
    expect(ENTRIES.length).toBeGreaterThan(3);
    for (const { name, uid, gid, home } of ENTRIES) {
      expect(userByName(name)).toMatchObject({ name, uid, gid, home });
      expect(userById(uid)?.uid).toBe(uid);
    }
  });

  test("gives the groups that id(1) gives", () => {
    for (const name of ["root", "daemon", "nobody"].filter((each) => entry(each)))
      expect(ascending(userByName(name)!.groups)).toEqual(ascending(id("-G", name)));
  });

  test("has no entry for what is none", () => {
    expect(userByName("no such user")).toBeNull();
    expect(userByName("")).toBeNull();
    expect(userById(NOBODYS)).toBeNull();
  });
});

describe("--user", () => {
  test("takes a name or a uid", () => {
    const root = { name: "root", uid: 0, gid: 0, home: entry("root").home };
    expect(parseUser("root")).toMatchObject(root);
    expect(parseUser("0")).toMatchObject(root);
    const { name, uid, gid } = entry("daemon");
    expect(parseUser(String(uid))).toMatchObject({ name, uid, gid });
  });

  test("takes another gid, which is then among the groups", () => {
    const user = parseUser("root:12345");
    expect(user).toMatchObject({ name: "root", uid: 0, gid: 12345 });
    expect(user.groups).toContain(12345);
    expect(parseUser("daemon:0").gid).toBe(0);
  });

  test("takes a uid that has no entry if a gid is given", () => {
    expect(parseUser(`${NOBODYS}:77`)).toEqual({
      name: String(NOBODYS),
      uid: NOBODYS,
      gid: 77,
      groups: [77],
      home: "/",
    });
    expect(parseUser("4294967294:4294967294").uid).toBe(4294967294);
  });

  test.each(
    [
      "",
      ":",
      ":0",
      "root:",
      "root:root",
      "root:-1",
      "root:0x1",
      "a:b:c",
      "root:0:0",
      "root: 0",
    ].concat(["root:4294967295", "root:99999999999"]),
  )("refuses %j as it is written", (text) => {
    expect(errorOf(text)).toBe(`${text}: expected NAME or UID, optionally followed by :GID`);
  });

  // 4294967295 is (uid_t)-1, which setresuid(2) takes for "leave it as it is".
  test.each([
    "no such user",
    "root ",
    "-1",
    "4294967295",
    "4294967295:0",
    String(NOBODYS),
    "nosuch:0",
  ])("refuses %j as no user", (text) => {
    expect(errorOf(text)).toBe(`${text}: no such user; a uid without an entry needs UID:GID`);
  });
});

/** Who called sudo, as root would be told; what the test itself runs as does not matter. */
function caller(env: Record<string, string>, euid = 0) {
  const { geteuid } = process;
  process.geteuid = () => euid;
  try {
    return sudoCaller(env);
  } finally {
    process.geteuid = geteuid;
  }
}

describe("who called sudo", () => {
  const { name, uid } = entry("daemon");

  test("is the user of whom both variables tell", () => {
    expect(caller({ SUDO_USER: name, SUDO_UID: String(uid) })).toMatchObject({ name, uid });
  });

  test("is nobody where there are none, where it was root, and where we are not root", () => {
    expect(caller({})).toBeNull();
    expect(caller({ SUDO_USER: "root", SUDO_UID: "0" })).toBeNull();
    expect(caller({ SUDO_USER: name, SUDO_UID: String(uid) }, 1000)).toBeNull();
    expect(caller({ SUDO_USER: name, SUDO_UID: "0" }, 1000)).toBeNull();
  });

  test.each([
    { SUDO_USER: name },
    { SUDO_UID: String(uid) },
    { SUDO_USER: name, SUDO_UID: "0" },
    { SUDO_USER: "root", SUDO_UID: String(uid) },
    { SUDO_USER: name, SUDO_UID: `${uid} ` },
    { SUDO_USER: name, SUDO_UID: `0${uid}` },
    { SUDO_USER: name, SUDO_UID: "" },
    { SUDO_USER: "", SUDO_UID: "" },
    { SUDO_USER: "", SUDO_UID: "0" },
    { SUDO_USER: "no such user", SUDO_UID: String(NOBODYS) },
  ])("is not believed where %j", (env) => {
    expect(() => caller(env as Record<string, string>)).toThrow(UserError);
  });

  test("is named in the message, with its odd characters as JSON has them", () => {
    expect(() => caller({ SUDO_USER: "a\nb\x1b", SUDO_UID: '1"' })).toThrow(
      'SUDO_USER="a\\nb\\u001b" and SUDO_UID="1\\"" do not agree',
    );
  });
});
