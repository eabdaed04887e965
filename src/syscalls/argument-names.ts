/** Names the arguments of a decoded call as the kernel's prototypes do. */
import { argumentNames } from "./decode/index.ts";
import type { Abi } from "./table.ts";
import type { NamedArgument, Value } from "./value.ts";

interface DecodedCall {
  readonly name: string;
  readonly abi: Abi;
  readonly args: readonly (Value | null | undefined)[];
}

/** Omits arguments that the call does not use or never wrote. */
export function namedArguments({ name, abi, args }: DecodedCall): NamedArgument[] {
  const names = argumentNames(name, abi);
  return args.flatMap((value, index): NamedArgument[] => {
    if (!value) return [];
    if (value.kind === "field") return [[value.name, value.value]];
    return [[names[index] ?? `arg${index}`, value]];
  });
}

/** Whether a string, buffer or list within the value is truncated. */
export function isTruncated(value: Value): boolean {
  switch (value.kind) {
    case "string":
      return value.cut;
    case "array":
      return value.cut === true || value.items.some(isTruncated);
    case "struct":
      return value.tail !== undefined || value.fields.some(([, field]) => isTruncated(field));
    default:
      return false;
  }
}
