/** Parses a call as strace prints it with -xx (strings in hex) and -X raw (numbers). */
import { errnoNumber } from "./errno.ts";
import { type StraceCall, split, targetOf } from "./syntax.ts";

/** @throws Error if the text is not a call */
export function parseCall(tid: number, text: string): StraceCall {
  const [, call, args, after] = text.match(/^(\w+)\((.*)\)\s*= (.*)$/) ?? [];
  if (after === undefined) throw new Error(`not a call: ${text}`);
  const [, value, target] = after.match(/^(-?\d+|\?)(<.*?>(?:\(deleted\))?)?/) ?? [];
  if (value === undefined) throw new Error(`not a result: ${text}`);
  return { tid, call, args: split(args), result: resultOf(after), opened: targetOf(target ?? "") };
}

function resultOf(text: string): number | null {
  const [, value, error] = text.match(/^(-?\d+|\?)(?:<.*?>(?:\(deleted\))?)?(?: (E\w+))?/) ?? [];
  if (error !== undefined) return -errnoNumber(error);
  return value === "?" ? null : Number(value);
}
