import { afterEach, describe, expect, test } from "bun:test";
import { parseCommandUser, parseUid } from "../../../src/cli/options/user.ts";
import { errorOf } from "./error-of.ts";

describe("a user", () => {
  test("is named by name or number", () => {
    expect([parseUid("--user", "root"), parseUid("--user", "0")]).toEqual([0, 0]);
    expect(parseUid("--user", "4000000000")).toBe(4000000000);
  });

  test("has to exist", () => {
    for (const text of ["", "no such user", "-1", "0x0"])
      expect(errorOf(() => parseUid("--user", text))).toBe(`--user ${text}: no such user`);
  });
});

describe("the user of a command", () => {
  const { SUDO_UID, SUDO_USER } = process.env;
  afterEach(() => {
    Object.assign(process.env, { SUDO_UID, SUDO_USER });
    if (SUDO_UID === undefined) delete process.env.SUDO_UID;
    if (SUDO_USER === undefined) delete process.env.SUDO_USER;
  });

  test("is named by --user", () => {
    expect(parseCommandUser("root")?.uid).toBe(0);
    expect(errorOf(() => parseCommandUser("no such user"))).toStartWith("--user no such user: ");
  });

  test.if(process.geteuid?.() === 0)("is not taken from variables that sudo did not set", () => {
    Object.assign(process.env, { SUDO_UID: "12345", SUDO_USER: "root" });
    expect(() => parseCommandUser(undefined)).toThrow(
      /do not agree with the user database; choose the user with --user$/,
    );
  });
});
