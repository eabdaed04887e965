/** The arguments of a decoded call by their names, as the kernel has them. */
import { argumentNames } from "./decode/index.ts";
import type { Abi } from "./table.ts";
import type { NamedArgument, Value } from "./value.ts";

interface DecodedCall {
  readonly name: string;
  readonly abi: Abi;
  readonly args: readonly (Value | null | undefined)[];
}

/** Without those that the call does not use, and those that were never written. */
export function namedArguments({ name, abi, args }: DecodedCall): NamedArgument[] {
  const names = argumentNames(name, abi);
  return args.flatMap((value, index): NamedArgument[] => {
    if (!value) return [];
    if (value.kind === "word" && value.of) return [value.of];
    return [[names[index] ?? `arg${index}`, value]];
  });
}

/** Whether text, data or a list is not there as a whole. */
export function isTruncated(value: Value): boolean {
  switch (value.kind) {
    case "string":
      return value.cut;
    case "array":
      return value.cut === true || value.items.some(isTruncated);
    case "struct":
      return value.fields.some(([, field]) => isTruncated(field));
    default:
      return false;
  }
}
