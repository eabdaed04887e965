/**
 * Checks the types of the library's calls: compiled by `tsc`, never run. Each @ts-expect-error marks
 * a line that the compiler must reject.
 */
import { bytesOf, traceSyscalls } from "../src/index.ts";

export async function narrowed(): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const call of traceSyscalls({ command: ["touch", "/tmp/x"] })) {
    if (call.name === "openat" && call.args.flags.has("O_WRONLY")) seen.push(call.args.dfd.fd);
    // @ts-expect-error: no such flag
    if (call.name === "openat" && call.args.flags.has("O_WRITE")) seen.push(call);
    // @ts-expect-error: openat has no buffer
    if (call.name === "openat") seen.push(call.args.buf);
    // @ts-expect-error: the call has not been narrowed
    seen.push(call.args.filename);
    // @ts-expect-error: no such call
    if (call.name === "opnat") seen.push(call);
    if (call.name === "read" && typeof call.args.buf === "string")
      seen.push(bytesOf(call.args.buf));
    if (call.name === "newfstatat" && typeof call.args.statbuf === "object")
      seen.push(call.args.statbuf?.st_size);
    // @ts-expect-error: it may be an address that could not be read
    if (call.name === "newfstatat") seen.push(call.args.statbuf?.st_size);
    if (call.name === "mmap" && call.abi === "x64") seen.push(call.args.prot.has("PROT_EXEC"));
    if (call.errno === "ENOENT" && call.category === "file") seen.push(call.duration);
    // @ts-expect-error: it may have no result
    seen.push(call.result + 1);
  }
  return seen;
}
