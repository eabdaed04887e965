/** Reads the data of the page: JSON, or gzip in base64. */
import type { PageData } from "../sinks/reports/page/data.ts";

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export async function loadData(): Promise<PageData> {
  const element = document.getElementById("data") as HTMLScriptElement;
  const text = element.textContent;
  element.remove();
  if (element.type === "application/json") return JSON.parse(text);
  const stream = new Blob([decodeBase64(text)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).json();
}
