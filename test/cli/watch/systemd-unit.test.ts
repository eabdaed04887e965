import { expect, test } from "bun:test";
import { quoteArgument, systemdUnit } from "../../../src/cli/watch/systemd-unit.ts";

/** Unquotes an argument like systemd: systemd.syntax(7), systemd.service(5). */
function unquoted(text: string): string {
  const inner = text.startsWith('"') ? text.slice(1, -1) : text;
  return inner
    .replace(/\\x([0-9a-f]{2})|\\(.)/g, (_, hex, letter) =>
      hex
        ? String.fromCharCode(Number.parseInt(hex, 16))
        : ({ n: "\n", t: "\t" }[letter as string] ?? letter),
    )
    .replaceAll("$$", "$")
    .replaceAll("%%", "%");
}

test.each([
  "/etc",
  "/a b",
  "",
  "100%",
  "$HOME",
  "$(a)",
  'say "hi"',
  "a\\b",
  "a\nb\t\x01",
  "a;b",
  "'",
  "é",
])("%j is quoted as one argument", (argument) => {
  const text = quoteArgument(argument);
  expect(unquoted(text)).toBe(argument);
  // Special characters are inside quotes.
  expect(text).toMatch(/^(?:[\w/.,:=@+-]+|"(?:[^"\\\n]|\\.)*")$/);
  expect(text).not.toMatch(/(?<!%)%(?:%%)*(?!%)|(?<!\$)\$(?:\$\$)*(?!\$)/);
});

test("a unit watches the given paths, and each setting is one line", () => {
  const text = systemdUnit("/opt/my trace", ["--print-unit", "--recursive"], ["/srv/50%\nUser=x"]);
  expect(text).toContain("Description=trace: who changes /srv/50%%?User=x\n");
  expect(text).toContain(
    'ExecStart="/opt/my trace" watch -o /var/lib/trace/history.ndjson --recursive -- "/srv/50%%\\nUser=x"\n',
  );
  expect(text).toContain("Type=notify\n");
  for (const line of text.trim().split("\n")) expect(line).toMatch(/^(#.*|\[\w+\]|\w+=.*|)$/);
});

test("a service that sends to a receiver may use the network, no other may", () => {
  const families = (...options: string[]) =>
    /^RestrictAddressFamilies=(.*)$/m.exec(systemdUnit("/usr/bin/trace", options, ["/etc"]))?.[1];
  expect(families("--to=journald")).toBe("AF_UNIX AF_NETLINK");
  expect(families("--otlp=http://x/")).toBe("AF_UNIX AF_NETLINK AF_INET AF_INET6");
});

test("the journal does not limit the rate of a service that sends events to it", () => {
  const unit = (...options: string[]) => systemdUnit("/usr/bin/trace", options, ["/etc"]);
  expect(unit("--to=journald")).toContain("\nLogRateLimitIntervalSec=0\nRestart=");
  expect(unit()).not.toContain("LogRateLimit");
});
