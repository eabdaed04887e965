/** Formats a decoded struct sockaddr as people write socket addresses. ip(7), ipv6(7), unix(7). */
import { abstractNameText } from "./strace-text.ts";
import type { StructValue, Value } from "./value.ts";

export interface SocketEndpoint {
  readonly family: "inet" | "inet6" | "unix" | "other";
  /** "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@abstract"; one character per byte. */
  readonly text: string;
  /** Empty except for inet and inet6. */
  readonly host: string;
}

function structField({ fields }: StructValue, name: string): Value | undefined {
  return fields.find(([each]) => each === name)?.[1];
}

function valueText(value: Value | undefined): string {
  switch (value?.kind) {
    case "string":
      return Buffer.from(value.bytes).toString("latin1");
    case "abstract-name":
      return `@${abstractNameText(value)}`;
    case "host":
      return value.host;
    case "integer":
      return String(value.value);
    default:
      return "";
  }
}

/** Returns null if the value is not a socket address. */
export function toEndpoint(value: Value | null | undefined): SocketEndpoint | null {
  if (value?.kind !== "struct") return null;
  const [host4, host6, path] = ["sin_addr", "sin6_addr", "sun_path"].map((each) =>
    structField(value, each),
  );
  if (host4) {
    const host = valueText(host4);
    return { family: "inet", host, text: `${host}:${valueText(structField(value, "sin_port"))}` };
  }
  if (host6) {
    const host = valueText(host6);
    return {
      family: "inet6",
      host,
      text: `[${host}]:${valueText(structField(value, "sin6_port"))}`,
    };
  }
  if (path) return { family: "unix", host: "", text: valueText(path) };
  const family = structField(value, "sa_family");
  if (family?.kind !== "named") return null;
  return { family: "other", host: "", text: family.names[0] ?? `family ${family.value}` };
}

/** Whether packets to the endpoint stay on this machine. */
export function isLocal({ family, host }: SocketEndpoint): boolean {
  if (family === "inet") return host.startsWith("127.");
  if (family === "inet6") return host === "::1" || host.startsWith("::ffff:127.");
  return true;
}
