/** Chains of processes as text, `rm ← sh x.sh ← cron`, and as JSON: each is encoded once. */
import { CUT, type ProcessChain, type ProcessLink } from "../../events/process-chain.ts";
import { ByteSlice } from "../../text/byte-slice.ts";
import { latin1Slice, sliceToLatin1 } from "../../text/latin1.ts";
import { shellQuote } from "../../text/shell-quote.ts";
import { Literal } from "./byte-buffer.ts";
import { Encoder } from "./encoder.ts";

/** " ← " in UTF-8, as latin1. */
const ARROW = " \xe2\x86\x90 ";
const OPEN = new Literal("[");
const CLOSE = new Literal("]");
const COMMA = new Literal(",");
const LINK = new Literal('{"pid":');
const NEXT_LINK = new Literal(',{"pid":');
const COMM = new Literal(',"comm":');
const ARGV = new Literal(',"argv":[');
const END_LINK = new Literal("]}");
/** Stands for the rest of a chain that is cut. */
const REST: ProcessLink = { pid: 0, comm: CUT, argv: [] };

type Encode = (chain: ProcessChain) => ByteSlice;

/** Caches the encoded chains: most events are of a process that had one before. */
function cached(encode: Encode): Encode {
  const slices = new WeakMap<ProcessChain, ByteSlice>();
  let lastChain: ProcessChain | null = null;
  let last = new ByteSlice();
  return (chain) => {
    if (chain === lastChain) return last;
    let slice = slices.get(chain);
    if (!slice) {
      slice = encode(chain);
      slices.set(chain, slice);
    }
    lastChain = chain;
    last = slice;
    return slice;
  };
}

function linkText({ comm, argv }: ProcessLink): string {
  const words = argv.length > 0 ? argv : [comm];
  return sliceToLatin1(shellQuote(words.map(latin1Slice)));
}

/** Returns a chain as text; arguments are quoted for a shell. */
export const chainText: Encode = cached(({ links, isCut }) => {
  const texts = links.map(linkText);
  return latin1Slice((isCut ? [...texts, CUT] : texts).join(ARROW));
});

/** Returns a chain as a JSON array of objects. */
export const chainJson: Encode = cached((chain) => {
  const encoder = new Encoder(1024);
  writeChain(encoder, chain);
  return encoder.copied();
});

/** Writes a chain as a JSON array of objects. */
export function writeChain(encoder: Encoder, { links, isCut }: ProcessChain): void {
  encoder.literal(OPEN);
  for (const [index, link] of (isCut ? [...links, REST] : links).entries())
    writeLink(encoder, link, index > 0 ? NEXT_LINK : LINK);
  encoder.literal(CLOSE);
}

function writeLink(encoder: Encoder, { pid, comm, argv }: ProcessLink, before: Literal): void {
  encoder.literal(before);
  encoder.integer(pid);
  encoder.literal(COMM);
  encoder.json(latin1Slice(comm));
  encoder.literal(ARGV);
  for (const [index, word] of argv.entries()) {
    if (index > 0) encoder.literal(COMMA);
    encoder.json(latin1Slice(word));
  }
  encoder.literal(END_LINK);
}
