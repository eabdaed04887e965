/**
 * Adds to the numbers of processes and threads in a call what they are: their names, and their numbers
 * in our own pid namespace. strace's --decode-pids. pid_namespaces(7).
 */
import type { PidDetails, PidLookup, PidRole } from "./pid-details.ts";
import { fieldRole, resultRole, roleOf, type SyscallFields } from "./pid-roles.ts";
import type { IntegerValue, Value } from "./value.ts";

function annotated(value: IntegerValue, role: PidRole, lookup: PidLookup): IntegerValue {
  if (value.pid) return value;
  const number = Number(value.value);
  // kill(2) and wait4(2) take a process group as a negative number.
  const details = number > 0 ? lookup(role, number) : number < -1 ? lookup("pgid", -number) : null;
  if (!details) return value;
  const { translated } = details;
  const signed = translated !== undefined && number < 0 ? -translated : translated;
  return { ...value, pid: { ...details, ...(signed === undefined ? {} : { translated: signed }) } };
}

/** Annotates the fields of structs. */
function annotateInside(value: Value, lookup: PidLookup): Value {
  switch (value.kind) {
    case "struct": {
      const fields = value.fields.map(([name, field], index) => {
        const role = field.kind === "integer" ? fieldRole(name, value.fields, index) : null;
        const found =
          role !== null && field.kind === "integer"
            ? annotated(field, role, lookup)
            : annotateInside(field, lookup);
        return [name, found] as const;
      });
      const { written } = value;
      return {
        ...value,
        fields,
        ...(written ? { written: annotateInside(written, lookup) as typeof written } : {}),
      };
    }
    case "array":
      return { ...value, items: value.items.map((item) => annotateInside(item, lookup)) };
    case "siginfo":
      return { ...value, info: annotateInside(value.info, lookup) as typeof value.info };
    case "change": {
      const { before, after } = value;
      const [old, changed] = [before, after].map((each) => annotateInside(each, lookup));
      return { ...value, before: old, after: changed };
    }
    case "field":
      return { ...value, value: annotateInside(value.value, lookup) };
    default:
      return value;
  }
}

/** Annotates decoded arguments in place. */
export function annotatePids(
  call: SyscallFields & { readonly args: (Value | null | undefined)[] },
  lookup: PidLookup,
): void {
  const { args } = call;
  for (let index = 0; index < args.length; index++) {
    const value = args[index];
    if (!value) continue;
    const role = value.kind === "integer" ? roleOf(call, index) : null;
    args[index] =
      role !== null && value.kind === "integer"
        ? annotated(value, role, lookup)
        : annotateInside(value, lookup);
  }
}

/** Annotates a struct that is no argument: a siginfo_t. */
export function annotateStruct<T extends Value>(value: T, lookup: PidLookup): T {
  return annotateInside(value, lookup) as T;
}

/** Returns what is known of the process that a call returned. */
export function resultPid(call: SyscallFields, result: number, lookup: PidLookup): PidDetails {
  const role = result > 0 ? resultRole(call) : null;
  return (role !== null && lookup(role, result)) || {};
}
