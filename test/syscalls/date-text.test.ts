import { expect, test } from "bun:test";
import { dateComment } from "../../src/syscalls/date-text.ts";

/** The date without the zone, which depends on the machine. */
const utc = (seconds: bigint, fraction = 0n, digits = 9) => {
  const [, date] = / \/\* (.*)[+-]\d{4} \*\/$/.exec(dateComment(seconds, fraction, digits)) ?? [];
  return date;
};
/** The time in the local zone, so that the tests do not depend on it. */
const local = (text: string) => {
  const time = new Date(text).getTime();
  const zone = new Date(time).getTimezoneOffset() * 60_000;
  return BigInt((time + zone) / 1000);
};

test("a time is a date with its fraction", () => {
  expect(utc(local("2026-11-30T06:30:15Z"))).toBe("2026-11-30T06:30:15");
  expect(utc(local("2024-02-29T23:59:59Z"), 5n, 6)).toBe("2024-02-29T23:59:59.000005");
  expect(utc(local("2000-03-01T00:00:00Z"))).toBe("2000-03-01T00:00:00");
});

test("the epoch itself and a fraction of a second or more have no date", () => {
  expect(dateComment(0n, 0n, 9)).toBe("");
  expect(dateComment(5n, 1000000n, 6)).toBe("");
  expect(dateComment(5n, -1n, 6)).toBe("");
});

test("years that JavaScript does not have are dates, too", () => {
  expect(utc(320255973501901n)).toBe("10150477-10-18T23:25:01");
  expect(utc(-67_768_040_609_712_000n)).toStartWith("-2147481748-");
});

test("years that C does not have are no dates", () => {
  expect(dateComment(-67_768_041_000_000_000n, 0n, 9)).toBe("");
  expect(dateComment(-(2n ** 63n), 0n, 9)).toBe("");
  expect(dateComment(2n ** 63n - 1n, 0n, 9)).toBe("");
});
