/** Tells whether a file is a history that `trace watch` recorded, without reading all of it. */
import type { HistoryFile } from "./history-file.ts";
import { HistoryLineParser } from "./history-line-parser.ts";
import { LineReader } from "./line-reader.ts";

/** A file up to this size is read as a whole; of others, so much of the start and of the end. */
const WHOLE_BYTES = 1 << 20;
const EDGE_BYTES = 64 << 10;
/** Between start and end, one line is read at each of so many equally distant offsets. */
const SAMPLES = 64;
/** Of how many events one line may be something else, in a file that was damaged. */
const EVENTS_PER_FOREIGN_LINE = 100;
const EVENTS_PER_CUT_LINE = 10;
/** How a recorded line begins. */
const LINE_START = '{"time":';
const NUL = 0;

/** The types of all versions. */
const TYPE = /^[A-Z][A-Z_]*$/;

/** The lines of a sample, by what they are. */
class Sample {
  events = 0;
  /** Of a crash: the beginning of a line, or the zeros of a block that was not written. */
  cut = 0;
  /** Anything else. */
  foreign = 0;
  private readonly parser = new HistoryLineParser();
  private readonly reader = new LineReader(EDGE_BYTES);

  add(file: HistoryFile, from: number, to: number, isSingle = false): void {
    this.reader.visit(file, this.reader.nextLineStart(file, from), to, {
      line: (bytes, start, end) => {
        this.addLine(bytes, start, end);
        return !isSingle;
      },
      tooLong: () => this.foreign++,
    });
  }

  private addLine(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.parser.parse(bytes, start, end) && TYPE.test(this.parser.event.type)) this.events++;
    else if (isCut(bytes, start, end)) this.cut++;
    else this.foreign++;
  }
}

function isCut(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === NUL) return true;
  const length = Math.min(end - start, LINE_START.length);
  return (
    Buffer.from(bytes.subarray(start, start + length)).toString() === LINE_START.slice(0, length)
  );
}

/**
 * Whether the lines of a file are events: its first, its last and a sample. Tolerates what a crash
 * leaves. An empty file is a history.
 */
export function isHistory(file: HistoryFile): boolean {
  if (file.size === 0) return true;
  const { events, cut, foreign } = sampleOf(file);
  return (
    events > 0 &&
    foreign * EVENTS_PER_FOREIGN_LINE <= events &&
    cut <= 1 + events / EVENTS_PER_CUT_LINE
  );
}

/** Whether a file has lines in the sample, but no event: it is something else than a history. */
export function isForeign(file: HistoryFile): boolean {
  const { events, foreign } = sampleOf(file);
  return events === 0 && foreign > 0;
}

function sampleOf(file: HistoryFile): Sample {
  const { size } = file;
  const sample = new Sample();
  if (size <= WHOLE_BYTES) sample.add(file, 0, size);
  else {
    sample.add(file, 0, EDGE_BYTES);
    for (let i = 1; i <= SAMPLES; i++)
      sample.add(file, Math.floor((size * i) / (SAMPLES + 1)), size, true);
    sample.add(file, size - EDGE_BYTES, size);
  }
  return sample;
}
