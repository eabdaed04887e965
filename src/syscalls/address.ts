/** Addresses of sockets as people write them, from a decoded struct sockaddr. */
import type { StructValue, Value } from "./value.ts";
import { plainWord } from "./word.ts";

export interface SocketAddress {
  readonly family: "inet" | "inet6" | "unix" | "other";
  /** "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@abstract": one character a byte. */
  readonly text: string;
  /** Of inet and inet6. */
  readonly host: string;
}

function field({ fields }: StructValue, name: string): Value | undefined {
  return fields.find(([each]) => each === name)?.[1];
}

function textOf(value: Value | undefined): string {
  if (value?.kind === "string") return Buffer.from(value.bytes).toString("latin1");
  if (value?.kind === "word") return String(plainWord(value.text) ?? "");
  return value?.kind === "integer" ? String(value.value) : "";
}

/** @returns null for what is no address */
export function addressOf(value: Value | null | undefined): SocketAddress | null {
  if (value?.kind !== "struct") return null;
  const [host4, host6, path] = ["sin_addr", "sin6_addr", "sun_path"].map((each) =>
    field(value, each),
  );
  if (host4) {
    const host = textOf(host4);
    return { family: "inet", host, text: `${host}:${textOf(field(value, "sin_port"))}` };
  }
  if (host6) {
    const host = textOf(host6);
    return { family: "inet6", host, text: `[${host}]:${textOf(field(value, "sin6_port"))}` };
  }
  if (path) return { family: "unix", host: "", text: textOf(path) };
  const family = field(value, "sa_family");
  if (family?.kind !== "named") return null;
  return { family: "other", host: "", text: family.names[0] ?? `family ${family.value}` };
}

/** Whether what is sent there stays on this machine. */
export function isLocal({ family, host }: SocketAddress): boolean {
  if (family === "inet") return host.startsWith("127.");
  if (family === "inet6") return host === "::1" || host.startsWith("::ffff:127.");
  return true;
}
