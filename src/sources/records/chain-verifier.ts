/** Checks the chain of hashes of a history, over all of its files: storage/hash-chain.ts. */
import {
  type Anchor,
  anchorOfLine,
  LineHash,
  NO_HASH,
  type SegmentDetails,
  typeOfLine,
} from "../../storage/hash-chain.ts";
import type { HistoryStream, StreamLine } from "./history-stream.ts";
import { isWriterRunning } from "./writer.ts";

/** What is wrong with a history, or to be known about it. */
export interface Finding {
  /** Whether something was changed, or is not there although nothing but a change explains it. */
  readonly isProblem: boolean;
  readonly text: string;
}

export interface ChainReport {
  /** Number of segments whose lines have the recorded hash. */
  readonly verified: number;
  readonly findings: readonly Finding[];
  /** The last segment that was ended, whose hash can be compared with what was noted elsewhere. */
  readonly last: SegmentDetails | null;
}

/** Lines since the last anchor. */
interface Region {
  start: number;
  bytes: number;
  lines: number;
  /** Whether they have to be hashed again, because another hash precedes them than was known. */
  isReadAgain?: boolean;
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const segments = (from: number, to: number) =>
  from === to ? `segment ${from} is` : `segments ${from} to ${to} are`;

export class ChainVerifier {
  private readonly stream: HistoryStream;
  private readonly hash = new LineHash();
  private readonly findings: Finding[] = [];
  private verified = 0;
  private last: SegmentDetails | null = null;
  /** The segment that the lines belong to; null before the first anchor. */
  private segment: number | null = null;
  /** The hash before the region. */
  private previous = NO_HASH;
  private region: Region = { start: 0, bytes: 0, lines: 0 };
  /** The type of the first line. */
  private firstType = "";
  /** A note at the end, which may be the last line; "" if it is none. */
  private lastNote = "";
  private isLastCut = false;

  constructor(stream: HistoryStream) {
    this.stream = stream;
  }

  verify(): ChainReport {
    this.hash.hex = NO_HASH;
    this.stream.visit(0, this.stream.size, (line) => {
      this.line(line);
      return true;
    });
    this.finish();
    return { verified: this.verified, findings: this.findings, last: this.last };
  }

  /** Whether the beginning of the current segment was dropped by trace clean. */
  private get isCleaned(): boolean {
    return this.firstType === "CLEANED" && this.last === null;
  }

  private find(isProblem: boolean, text: string): void {
    this.findings.push({ isProblem, text });
  }

  private line({ bytes, start, end, offset, next }: StreamLine): void {
    const type = typeOfLine(bytes, start, end);
    if (offset === 0) this.firstType = type;
    this.lastNote = type === "WATCH_END" ? Buffer.from(bytes.subarray(start, end)).toString() : "";
    this.isLastCut = next === offset + end - start;
    const anchor = anchorOfLine(bytes, start, end);
    if (anchor?.type === "CLEANED" && offset === 0) this.beginCleaned(anchor);
    else if (anchor?.type === "SEGMENT") this.end(anchor, offset);
    else {
      this.hash.add(bytes, start, end);
      if (this.region.lines++ === 0) this.region.start = offset;
      this.region.bytes += next - offset;
      return;
    }
    this.hash.pass(anchor, bytes, start, end);
    this.previous = this.hash.hex;
    this.region = { start: next, bytes: 0, lines: 0 };
  }

  private beginCleaned({ details }: Anchor): void {
    const { segment } = details;
    this.segment = segment;
    this.find(
      false,
      `what came before was dropped by trace clean, up to a line of segment ${segment}`,
    );
  }

  /** Checks a segment at its end. */
  private end({ details }: Anchor, offset: number): void {
    const { segment, late } = details;
    if (segment === 0) this.beginChain();
    else {
      if (this.segment === null) this.beginInside(details);
      else this.checkLink(details, offset, this.segment);
      this.checkLines(details, offset);
    }
    this.segment = segment + 1;
    this.last = details;
    if (late)
      this.find(
        false,
        `segment ${segment} was ended by another process than its writer, which had been killed or still ran`,
      );
  }

  /** A chain that begins after lines of an earlier version. */
  private beginChain(): void {
    if (this.region.bytes > 0)
      this.find(true, `${this.regionText()}: no hashes, as of an earlier version of trace`);
  }

  /** The first files were dropped by rotation, or the chain begins. */
  private beginInside({ segment, bytes, previous }: SegmentDetails): void {
    if (segment > 1)
      this.find(false, `${segments(1, segment - 1)} not there: rotation drops the oldest files`);
    this.previous = previous;
    this.region.isReadAgain = true;
    this.reportRest(bytes);
  }

  private checkLink(
    { segment, previous, bytes }: SegmentDetails,
    offset: number,
    expected: number,
  ): void {
    if (segment === expected && (this.isCleaned || previous === this.previous)) return;
    const where = this.stream.describe(offset);
    const before = `segment ${expected - 1}`;
    if (segment > expected) this.find(true, `${where}: ${segments(expected, segment - 1)} missing`);
    else if (previous === NO_HASH)
      this.find(true, `${where}: another history begins here, which does not continue ${before}`);
    else
      this.find(
        true,
        `${where}: segment ${segment} does not continue ${before}: its end was changed, or segments were exchanged or repeated`,
      );
    this.reportRest(bytes);
  }

  /** Reports lines before those of a segment: what is left of one whose end is not there. */
  private reportRest(bytes: number): void {
    const { region } = this;
    if (region.bytes <= bytes) return;
    const rest = plural(region.bytes - bytes, "byte");
    const where = this.stream.describe(region.start);
    this.find(true, `${where}: ${rest} of a segment whose end was cut off or changed`);
    region.start += region.bytes - bytes;
    region.bytes = bytes;
    region.isReadAgain = true;
  }

  /** Compares the hash of a segment's lines. */
  private checkLines({ segment, bytes, previous, hash }: SegmentDetails, offset: number): void {
    const { region } = this;
    const { isCleaned } = this;
    const isAsRead = isCleaned || (this.previous === previous && !region.isReadAgain);
    const actual = isAsRead ? this.hash.hex : this.hashOf(offset - bytes, offset, previous);
    const isIntact = actual === hash && (isCleaned || region.bytes === bytes);
    if (isIntact) {
      this.verified++;
      return;
    }
    const difference = isCleaned ? 0 : region.bytes - bytes;
    const how =
      difference < 0
        ? `${plural(-difference, "byte")} of ${bytes} are missing`
        : difference > 0
          ? `${plural(difference, "byte")} were added`
          : "lines were changed";
    const what = `segment ${segment} (${this.regionText()}, to ${this.stream.describe(offset)})`;
    this.find(true, `${what} does not have its hash: ${how}`);
  }

  private hashOf(from: number, to: number, previous: string): string {
    const hash = new LineHash();
    hash.hex = previous;
    this.stream.visit(from, to, ({ bytes, start, end }) => {
      hash.add(bytes, start, end);
      return true;
    });
    return hash.hex;
  }

  private regionText(): string {
    const { start, bytes, lines } = this.region;
    return `${plural(bytes, "byte")} in ${plural(lines, "line")} from ${this.stream.describe(start)}`;
  }

  private finish(): void {
    const { region, segment } = this;
    if (region.lines === 0) return;
    if (segment === null && this.firstType !== "WATCH_START") {
      this.find(true, "no hashes: an earlier version wrote it, or its SEGMENT lines were removed");
      return;
    }
    const cut = this.cutReason();
    const unfinished = `segment ${segment ?? 1} is unfinished: ${this.regionText()} cannot be verified`;
    this.find(
      cut !== null,
      `${unfinished}: ${cut ?? "trace still writes, or was killed, or the end was cut off"}`,
    );
  }

  /** Returns why lines must be missing at the end; null if nothing says so. */
  private cutReason(): string | null {
    if (this.isLastCut) return "the last line is cut off";
    if (this.lastNote !== "" && !isOfRunningProcess(this.lastNote))
      return "the SEGMENT after the end of the watching is missing";
    return null;
  }
}

/** Whether the process that wrote a note runs. */
function isOfRunningProcess(note: string): boolean {
  try {
    const { pid, details } = JSON.parse(note);
    return isWriterRunning({ pid, ...details });
  } catch {
    return false;
  }
}
