import { expect, test } from "bun:test";
import { parseName } from "../../src/policy/names.ts";
import { temporaryName } from "../../src/policy/temporary-names.ts";

const FACTS = { gone: 1, isOwn: true, pids: new Set([321]) };

test.each([
  ["tmp:ccAbCdEf.s", "tmp:cc??????.s"],
  ["tmp:ccabcdef.cdtor.o", "tmp:cc??????.cdtor.o"],
  ["src/sedAbcdef", "src/sed??????"],
  ["stabcdef", "st??????"],
  ["tmp:tmp.AbCdEfGhIj", "tmp:tmp.??????????"],
  ["tmp:tmpabcdefgh", "tmp:tmp????????"],
  ["tmp:4d_9lgrm", "tmp:????????"],
  ["tmp:rustcAbCdEf/a.o", "tmp:rustc??????/a.o"],
  ["tmp:npm-1a2b3c4d", "tmp:npm-????????"],
  ["tmp:pip-install-ono_lfmj", "tmp:pip-install-????????"],
  ["tmp:pip-modern-metadata-abcdefgh/x/METADATA", "tmp:pip-modern-metadata-????????/x/METADATA"],
  ["targetjY3xdM/CACHEDIR.TAG", null],
  ["package-lock.json.2836471", "package-lock.json.[0-9]*"],
  ["run.321", "run.[0-9]*"],
  ["run.322", null],
  [".git/objects/45/tmp_obj_TJ7OEE", ".git/objects/45/tmp_obj_??????"],
  ["home:.npm/_logs/2026-11-30T12_00_00_123Z-debug-0.log", "home:.npm/_logs/*-debug-0.log"],
  [".git/index.lock", null],
  ["dist/output.js", null],
  ["a[b]/ccAbCdEf.s", "a\\[b]/cc??????.s"],
])("a file %s that is gone is %s", (name, glob) => {
  expect(temporaryName(parseName(name), FACTS)).toBe(glob);
});

test("a directory of a file is random only if it is gone, too", () => {
  const name = parseName("target/debug/targetjY3xdM/CACHEDIR.TAG");
  expect(temporaryName(name, { ...FACTS, gone: 2 })).toBe("target/debug/target??????/CACHEDIR.TAG");
});

test("a file that stays has its own name, but for times", () => {
  const stays = { ...FACTS, gone: 0 };
  expect(temporaryName(parseName("dist/chunk-1a2b3c4d.js"), stays)).toBeNull();
  expect(temporaryName(parseName("log-2026-11-30T12:00:00Z"), stays)).toBe("log-*");
  expect(temporaryName(parseName("ccAbCdEf.s"), { ...stays, isOwn: false })).toBeNull();
});
