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

/** Returns the numbers that id(1) prints. */
function id(...args: readonly string[]): number[] {
  const { stdout } = Bun.spawnSync(["id", ...args]);
  return stdout.toString().trim().split(" ").map(Number);
}

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const entry = (name: string) => ENTRIES.find((each) => each.name === name)!;

/** A uid without an entry. */
const UNUSED_UID = 1 + Math.max(...ENTRIES.map(({ uid }) => uid).filter((uid) => uid < 2 ** 31));

function errorOf(text: string): string {
  try {
    parseUser(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
  throw new Error(`${text} was accepted`);
}

describe("the user database", () => {
  test("has the entries of /etc/passwd, by name and by uid", () => {
    expect(ENTRIES.length).toBeGreaterThan(3);
    for (const { name, uid, gid, home } of ENTRIES) {
      expect(userByName(name)).toMatchObject({ name, uid, gid, home });
      expect(userById(uid)?.uid).toBe(uid);
    }
  });

  test("has the groups that id(1) prints", () => {
    for (const name of ["root", "daemon", "nobody"].filter((each) => entry(each)))
      expect(ascending(userByName(name)!.groups)).toEqual(ascending(id("-G", name)));
  });

  test("has no entry for an unknown name or uid", () => {
    expect(userByName("no such user")).toBeNull();
    expect(userByName("")).toBeNull();
    expect(userById(UNUSED_UID)).toBeNull();
  });
});

describe("--user", () => {
  test("accepts a name or a uid", () => {
    const root = { name: "root", uid: 0, gid: 0, home: entry("root").home };
    expect(parseUser("root")).toMatchObject(root);
    expect(parseUser("0")).toMatchObject(root);
    const { name, uid, gid } = entry("daemon");
    expect(parseUser(String(uid))).toMatchObject({ name, uid, gid });
  });

  test("accepts another gid, which is then one of the groups", () => {
    const user = parseUser("root:12345");
    expect(user).toMatchObject({ name: "root", uid: 0, gid: 12345 });
    expect(user.groups).toContain(12345);
    expect(parseUser("daemon:0").gid).toBe(0);
  });

  test("accepts a uid without an entry if a gid is given", () => {
    expect(parseUser(`${UNUSED_UID}:77`)).toEqual({
      name: String(UNUSED_UID),
      uid: UNUSED_UID,
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
  )("rejects %j as malformed", (text) => {
    expect(errorOf(text)).toBe(`${text}: expected NAME or UID, optionally followed by :GID`);
  });

  // 4294967295 is (uid_t)-1, which setresuid(2) takes as "unchanged".
  test.each([
    "no such user",
    "root ",
    "-1",
    "4294967295",
    "4294967295:0",
    String(UNUSED_UID),
    "nosuch:0",
  ])("rejects %j as unknown", (text) => {
    expect(errorOf(text)).toBe(`${text}: no such user; a uid without an entry needs UID:GID`);
  });
});

/** Calls sudoCaller() as another effective uid, whatever the test runs as. */
function caller(env: Record<string, string>, euid = 0) {
  const { geteuid } = process;
  process.geteuid = () => euid;
  try {
    return sudoCaller(env);
  } finally {
    process.geteuid = geteuid;
  }
}

describe("the caller of sudo", () => {
  const { name, uid } = entry("daemon");

  test("is the user that both variables name", () => {
    expect(caller({ SUDO_USER: name, SUDO_UID: String(uid) })).toMatchObject({ name, uid });
  });

  test("is null without the variables, if it was root, and if we are not root", () => {
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
    { SUDO_USER: "no such user", SUDO_UID: String(UNUSED_UID) },
  ])("is rejected for %j", (env) => {
    expect(() => caller(env as Record<string, string>)).toThrow(UserError);
  });

  test("is named in the message, escaped as in JSON", () => {
    expect(() => caller({ SUDO_USER: "a\nb\x1b", SUDO_UID: '1"' })).toThrow(
      'SUDO_USER="a\\nb\\u001b" and SUDO_UID="1\\"" do not agree',
    );
  });
});
