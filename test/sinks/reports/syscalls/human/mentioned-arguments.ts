import type { Sentence } from "../../../../../src/sinks/reports/syscalls/human/template.ts";

/** Returns all arguments that a template mentions, also in groups and as the other argument. */
export function mentionedArguments({ parts, outcome }: Sentence): string[] {
  return [...parts, ...outcome].flat().flatMap((part) => {
    if (typeof part === "string") return [];
    return part.other === undefined ? [part.name] : [part.name, part.other];
  });
}
