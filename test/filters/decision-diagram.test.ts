import { expect, test } from "bun:test";
import { Diagram, FALSE, TooComplexError, TRUE } from "../../src/filters/decision-diagram.ts";

const bit = (diagram: Diagram, n: number) =>
  diagram.term({ mask: 1n << BigInt(n), value: 1n << BigInt(n) });

test("equal conditions are the same node, however they are built", () => {
  const d = new Diagram();
  const [a, b, c] = [bit(d, 0), bit(d, 31), bit(d, 63)];
  expect(d.not(d.and(a, b))).toBe(d.or(d.not(a), d.not(b)));
  expect(d.and(a, d.or(b, c))).toBe(d.or(d.and(c, a), d.and(b, a)));
  expect(d.term({ mask: (1n << 63n) | 1n, value: 1n })).toBe(d.and(a, d.not(c)));
  expect(d.not(d.not(c))).toBe(c);
});

test("a condition that is never met is FALSE, and one that is always met is TRUE", () => {
  const d = new Diagram();
  const [a, b] = [bit(d, 3), bit(d, 40)];
  expect(d.and(d.or(a, b), d.and(d.not(a), d.not(b)))).toBe(FALSE);
  expect(d.or(d.or(a, b), d.and(d.not(a), d.not(b)))).toBe(TRUE);
  expect(d.term({ mask: 0n, value: 0n })).toBe(TRUE);
});

test("FALSE has no terms, and TRUE has one that tests no bit", () => {
  expect(new Diagram().terms(FALSE, 0)).toEqual([]);
  expect(new Diagram().terms(TRUE, 1)).toEqual([{ mask: 0n, value: 0n }]);
});

test("redundant terms are omitted, and the others test as few bits as possible", () => {
  const d = new Diagram();
  const [a, b, c] = [bit(d, 0), bit(d, 1), bit(d, 2)];
  const absorbed = d.or(a, d.and(a, b));
  expect(d.terms(absorbed, 8)).toEqual([{ mask: 1n, value: 1n }]);
  const shortened = d.or(a, d.and(d.not(a), b));
  expect(d.terms(shortened, 8)).toEqual([
    { mask: 1n, value: 1n },
    { mask: 2n, value: 2n },
  ]);
  const consensus = d.or(d.or(d.and(a, b), d.and(d.not(a), c)), d.and(b, c));
  expect(d.terms(consensus, 8)).toEqual([
    { mask: 5n, value: 4n },
    { mask: 3n, value: 3n },
  ]);
});

test("the limit of terms may be reached but not exceeded", () => {
  const d = new Diagram();
  const anyOfFive = [5, 6, 7, 8, 9].map((n) => bit(d, n)).reduce((f, g) => d.or(f, g));
  expect(d.terms(anyOfFive, 5)).toHaveLength(5);
  expect(() => d.terms(anyOfFive, 4)).toThrow(new TooComplexError("more than 4 terms"));
});

test("a condition whose diagram is exponential is abandoned", () => {
  const d = new Diagram();
  const pairs = Array.from({ length: 32 }, (_, n) => [bit(d, n), bit(d, n + 32)] as const);
  const build = () => pairs.map(([a, b]) => d.and(a, b)).reduce((f, g) => d.or(f, g));
  expect(build).toThrow(TooComplexError);
});

test("a condition with a small diagram is decided, however many terms it has", () => {
  const d = new Diagram();
  const bits = Array.from({ length: 30 }, (_, n) => bit(d, n));
  const parity = bits.reduce((f, g) => d.or(d.and(f, d.not(g)), d.and(d.not(f), g)));
  expect(d.or(parity, d.not(parity))).toBe(TRUE);
  expect(() => d.terms(parity, 8)).toThrow(new TooComplexError("more than 8 terms"));
});
