import { expect, test } from "bun:test";
import type { WatchEvent } from "../../../src/events/watch-event.ts";
import { RuleError } from "../../../src/filters/severity/rule-lines.ts";
import { parseWatchRules, WatchClassifier } from "../../../src/filters/severity/watch-rules.ts";
import { buildEvent, processOf } from "../../fixtures/watch/builders.ts";

const BASE = { home: "/home/ada", directory: "/work" };

function verdict(rules: string, event: WatchEvent): string {
  new WatchClassifier(parseWatchRules(rules), BASE).classify(event);
  return `${event.severity}:${event.reason}`;
}

const attributes = (mode: number, owner = "root") => ({
  ...{ mode, uid: 0, gid: 0 },
  ...{ owner, group: "adm" },
});

test("the first rule that matches applies; an event without one is info", () => {
  const rules = "warning CREATE : first\ndanger create,delete : second # comment\n\n# more";
  expect(verdict(rules, buildEvent("CREATE", "/a"))).toBe("warning:first");
  expect(verdict(rules, buildEvent("DELETE", "/a"))).toBe("danger:second");
  expect(verdict(rules, buildEvent("ATTRIB", "/a"))).toBe("info:");
});

test("in and outside hold for one path of the event, which can be the old one", () => {
  const rules = "danger * in=/etc,~/.ssh outside=/etc/motd : r\nwarning * in=./*.c : c";
  const of = (path: string, oldPath = "") =>
    verdict(rules, buildEvent("RENAME", path, { oldPath }));
  expect(of("/etc/passwd")).toBe("danger:r");
  expect(of("/etcetera")).toBe("info:");
  expect(of("/etc/motd")).toBe("info:");
  expect(of("/tmp/x", "/home/ada/.ssh/id")).toBe("danger:r");
  expect(of("/etc/motd", "/etc/passwd")).toBe("danger:r");
  expect(of("/work/a.c")).toBe("warning:c");
});

test("fields are compared with the values, in which * matches any characters", () => {
  const event = (more = {}) =>
    buildEvent("ATTRIB", "/a", {
      ...{ processInfo: processOf(1, "rm -f a"), user: "ada" },
      ...{ attributes: attributes(0o4755), oldAttributes: attributes(0o755, "bob") },
      ...more,
    });
  const holds = (condition: string) => verdict(`danger * ${condition} : r`, event()) === "danger:r";
  expect(holds("comm=rm,mv")).toBe(true);
  expect(holds("comm=r*")).toBe(true);
  expect(holds("comm=r.")).toBe(false);
  expect(holds("user=ada owner=root old_owner=bob group=adm")).toBe(true);
  expect(holds("user=ada owner=bob")).toBe(false);
  expect(holds("mode&06000")).toBe(true);
  expect(holds("old_mode&06000")).toBe(false);
  expect(verdict("danger * mode&1 : r", event({ attributes: null }))).toBe("info:");
});

test("a note has no severity", () => {
  expect(verdict("danger * : r", buildEvent("Q_OVERFLOW", ""))).toBe(":");
});

test.each([
  ["danger CREAT : r", "line 1: CREAT: no such type of event; did you mean CREATE?"],
  ["\ndanger * comn=x : r", "line 2: comn=x: no such condition; did you mean comm=…?"],
  ["danger * mode=1 : r", "line 1: mode=1: no such condition"],
  ["danger * in : r", "line 1: in: no such condition"],
  ["high * : r", "line 1: high: expected danger, warning or info"],
  ["danger *", "line 1: expected a reason after a colon"],
])("a bad rule is an error with its line: %j", (text, message) => {
  expect(() => parseWatchRules(text)).toThrow(RuleError);
  expect(() => parseWatchRules(text)).toThrow(message);
});
