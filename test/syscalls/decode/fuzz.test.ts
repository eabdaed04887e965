/** Runs the decoders on what a hostile program may pass: random registers, random and unreadable memory. */
import { describe, expect, test } from "bun:test";
import { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { resultText } from "../../../src/syscalls/decode/results.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import { type Abi, syscallNames } from "../../../src/syscalls/table.ts";
import type { Value } from "../../../src/syscalls/value.ts";
import { Random } from "../../random.ts";
import { RandomMemory, register } from "./random-memory.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 4);
const SEED = Number(process.env.SEED || 1);
/** Maximum length of a line; long values are truncated. */
const MAX_LENGTH = 300_000;
const MAX_READS = 5000;

describe.each(["x64", "x64Compat", "x32", "arm64", "arm64Compat"] satisfies Abi[])(
  "every call of the table %s",
  (abi) => {
    const names = [...syscallNames(abi), "syscall_0x4d2"];

    test("is decoded within bounds, whatever its arguments", () => {
      const random = new Random(SEED);
      const memory = new RandomMemory(random);
      const call = new SyscallView();
      Object.assign(call, { memory, abi, arch: abi.startsWith("arm") ? "arm64" : "x64" });
      call.wordSize = abi === "x64" || abi === "arm64" ? 8 : 4;
      for (const name of names)
        for (let round = 0; round < ROUNDS; round++) {
          const args = BigUint64Array.from({ length: 6 }, () => register(random));
          const failed = random.below(3) === 0;
          const result = failed
            ? -BigInt(1 + random.below(133))
            : BigInt.asIntN(64, register(random));
          const values: (Value | null | undefined)[] = [];
          memory.reads = 0;
          memory.refill();
          const description = `${abi} ${name}(${args.join(", ")}) = ${result}, seed ${SEED}`;
          try {
            call.name = name;
            call.registers = { args, result: 0n, failed: false };
            const known = decodeArguments(call, "entry", values);
            expect(values.slice(0, known).every((value) => value !== undefined)).toBe(true);
            call.registers = { args, result, failed };
            decodeArguments(call, "exit", values);
            const text = values.map((value) => (value ? straceText(value) : "")).join(", ");
            if (text.length + (resultText(call)?.length ?? 0) > MAX_LENGTH)
              throw new Error("too long");
            if (/undefined|NaN|\[object/.test(text)) throw new Error(text.slice(0, 200));
            if (memory.reads > MAX_READS) throw new Error(`${memory.reads} reads`);
          } catch (error) {
            throw new Error(description, { cause: error });
          }
        }
    });
  },
);
