import { expect, test } from "bun:test";
import { environmentDigests } from "../../src/process/environment-digests.ts";

test("a value leaves 16 bits of a hash, that of a secret none", () => {
  const secrets = { NPM_TOKEN: "x", AWS_SECRET_ACCESS_KEY: "x", PGPASSWORD: "x", MYSQL_PWD: "x" };
  const digests = environmentDigests({ LANG: "C.UTF-8", UNSET: undefined, ...secrets }, "/w");
  expect(digests).toEqual({
    AWS_SECRET_ACCESS_KEY: "",
    LANG: expect.stringMatching(/^[0-9a-f]{4}$/),
    MYSQL_PWD: "",
    NPM_TOKEN: "",
    PGPASSWORD: "",
  });
});

test("the working directory in a value makes no difference, another one does", () => {
  const of = (value: string, directory: string) => environmentDigests({ V: value }, directory).V;
  expect(of("/a/venv:/usr", "/a")).toBe(of("/b/c/venv:/usr", "/b/c"));
  expect(of("/a/venv:/usr", "/a")).not.toBe(of("/b/venv:/usr", "/a"));
  expect(of("/x", "/")).not.toBe(of("x", "/"));
});
