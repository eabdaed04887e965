/**
 * Error numbers by name, also the kernel's internal ones. test/abi checks them with a C compiler.
 */
import { errnoName } from "../../src/kernel/errno.ts";

const LARGEST = 516;
const NUMBERS = new Map(
  Array.from({ length: LARGEST + 1 }, (_, number) => [errnoName(number), number]),
);

/** @throws Error if there is no such error */
export function errnoNumber(name: string): number {
  const number = NUMBERS.get(name);
  if (number === undefined) throw new Error(`an unknown error: ${name}`);
  return number;
}
