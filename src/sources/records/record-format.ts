/**
 * The format of record files (run.trace): the kernel's records as they came, in checked and
 * compressed blocks, between a header and a trailer. docs/record-format.md describes it. Everything
 * is little-endian. A file is written in order and never changed: without its trailer it is the
 * record of a run that was cut off, and everything before the cut is readable.
 */
import { TraceError } from "../../errors.ts";

/** "TRACEREC": the first eight bytes of a file. */
export const FILE_MAGIC = 0x4345524543415254n;
export const FILE_MAGIC_SIZE = 8;
/** "BLCK": the first four bytes of a block. */
const BLOCK_MAGIC = 0x4b434c42;
export const BLOCK_HEADER_SIZE = 56;
/** Version of the whole format; a reader refuses later ones. */
export const FORMAT_VERSION = 2;

/** Whether a file begins like a record file. @param start its first bytes */
export function isRecordFile(start: Uint8Array): boolean {
  if (start.length < FILE_MAGIC_SIZE) return false;
  return new DataView(start.buffer, start.byteOffset).getBigUint64(0, true) === FILE_MAGIC;
}

/** Type of a block's content. */
export const BLOCK = {
  ...{ header: 1, unpackedEvents: 2, trailer: 3, digests: 4, events: 5, notes: 6 },
} as const;

/** The fastest: higher levels make records hardly smaller. */
const ZSTD_LEVEL = 1;

/** How a block's content is stored. */
const STORED = { plain: 0, zstd: 1 } as const;

/** No block is larger, before or after decompression: bytes. */
export const MAX_BLOCK_SIZE = 16 << 20;

/** Offsets in a block's header; its checksum covers the rest of the header and the stored bytes. */
const FIELD = {
  magic: 0,
  checksum: 4,
  type: 8,
  stored: 12,
  storedSize: 16,
  size: 20,
  count: 24,
  reserved: 28,
  firstTime: 32,
  lastTime: 40,
  position: 48,
} as const;

/** A record file that is damaged or of a later version. */
export class RecordFormatError extends TraceError {
  override readonly name = "RecordFormatError";
  override readonly code = "RECORD_FORMAT";
}

export interface BlockInfo {
  readonly type: number;
  readonly stored: number;
  /** Bytes in the file after the block's header. */
  readonly storedSize: number;
  /** Bytes of the content. */
  readonly size: number;
  /** Records in the content. */
  readonly count: number;
  /** Times of the earliest and the latest record: CLOCK_BOOTTIME, nanoseconds. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
}

/**
 * Returns a whole block, compressed where that makes it smaller.
 * @param position of the block in the file, so that a block in another place is not valid
 */
export function encodeBlock(
  info: Pick<BlockInfo, "type" | "count" | "firstTime" | "lastTime">,
  content: Uint8Array,
  position: number,
): Uint8Array {
  const packed = Bun.zstdCompressSync(content as Uint8Array<ArrayBuffer>, { level: ZSTD_LEVEL });
  const isSmaller = packed.length < content.length;
  const stored = isSmaller ? packed : content;
  const block = new Uint8Array(BLOCK_HEADER_SIZE + stored.length);
  const view = new DataView(block.buffer);
  view.setUint32(FIELD.magic, BLOCK_MAGIC, true);
  view.setUint32(FIELD.type, info.type, true);
  view.setUint32(FIELD.stored, isSmaller ? STORED.zstd : STORED.plain, true);
  view.setUint32(FIELD.storedSize, stored.length, true);
  view.setUint32(FIELD.size, content.length, true);
  view.setUint32(FIELD.count, info.count, true);
  view.setBigUint64(FIELD.firstTime, info.firstTime, true);
  view.setBigUint64(FIELD.lastTime, info.lastTime, true);
  view.setBigUint64(FIELD.position, BigInt(position), true);
  block.set(stored, BLOCK_HEADER_SIZE);
  const header = block.subarray(0, BLOCK_HEADER_SIZE);
  view.setUint32(FIELD.checksum, checksum(header, stored), true);
  return block;
}

/** CRC-32 of a block: of its header behind the checksum, and of its stored bytes. */
function checksum(header: Uint8Array, content: Uint8Array): number {
  return Bun.hash.crc32(content, Bun.hash.crc32(header.subarray(FIELD.type)));
}

/**
 * Reads the header of a block.
 * @param header BLOCK_HEADER_SIZE bytes
 * @throws RecordFormatError if it is none, or states impossible sizes
 */
export function parseBlockHeader(header: Uint8Array, position: number): BlockInfo {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const at = `at byte ${position}`;
  if (header.length < BLOCK_HEADER_SIZE || view.getUint32(FIELD.magic, true) !== BLOCK_MAGIC)
    throw new RecordFormatError(`no block ${at}`);
  const info = {
    type: view.getUint32(FIELD.type, true),
    stored: view.getUint32(FIELD.stored, true),
    storedSize: view.getUint32(FIELD.storedSize, true),
    size: view.getUint32(FIELD.size, true),
    count: view.getUint32(FIELD.count, true),
    firstTime: view.getBigUint64(FIELD.firstTime, true),
    lastTime: view.getBigUint64(FIELD.lastTime, true),
  };
  if (info.storedSize > MAX_BLOCK_SIZE || info.size > MAX_BLOCK_SIZE)
    throw new RecordFormatError(`a block of ${info.storedSize} bytes ${at}, more than possible`);
  if (view.getBigUint64(FIELD.position, true) !== BigInt(position))
    throw new RecordFormatError(`a block ${at} that belongs elsewhere`);
  return info;
}

/** A block as it is in a file. */
export interface StoredBlock {
  /** BLOCK_HEADER_SIZE bytes, and what they say. */
  readonly header: Uint8Array;
  readonly info: BlockInfo;
  readonly stored: Uint8Array;
  readonly position: number;
}

/**
 * Checks and decompresses the content of a block.
 * @throws RecordFormatError if the checksum or the size is wrong
 */
export function decodeBlock(block: StoredBlock): Uint8Array {
  const { info, stored } = checked(block);
  if (info.stored !== STORED.zstd) return ofSize(stored, block);
  try {
    return ofSize(Bun.zstdDecompressSync(stored), block);
  } catch (cause) {
    throw undecodable(block, cause);
  }
}

/** As decodeBlock; another thread decompresses it. */
export async function decodeBlockAhead(block: StoredBlock): Promise<Uint8Array> {
  const { info, stored } = checked(block);
  if (info.stored !== STORED.zstd) return ofSize(stored, block);
  try {
    return ofSize(await Bun.zstdDecompress(stored), block);
  } catch (cause) {
    throw undecodable(block, cause);
  }
}

/** Checks all that can be checked before a block is decompressed. */
function checked(block: StoredBlock): { info: BlockInfo; stored: Uint8Array<ArrayBuffer> } {
  const { header, info, stored, position } = block;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (
    checksum(header.subarray(0, BLOCK_HEADER_SIZE), stored) !== view.getUint32(FIELD.checksum, true)
  )
    throw new RecordFormatError(`a damaged block at byte ${position}`);
  if (info.stored === STORED.zstd) {
    // zstd allocates what the frames claim: only a single frame of a possible size is decoded.
    const size = zstdFrameSize(stored);
    if (size === null || size > MAX_BLOCK_SIZE) throw undecodable(block);
  }
  return { info, stored: stored as Uint8Array<ArrayBuffer> };
}

function undecodable({ position }: StoredBlock, cause?: unknown): RecordFormatError {
  if (cause instanceof RecordFormatError) return cause;
  return new RecordFormatError(`a block at byte ${position} that zstd cannot decode`, { cause });
}

function ofSize(content: Uint8Array, { info, position }: StoredBlock): Uint8Array {
  if (content.length === info.size) return content;
  throw new RecordFormatError(
    `a block of ${content.length} bytes at byte ${position}, not ${info.size}`,
  );
}

/**
 * Frees the memory of a block's content, which is not used any more: the next block has the same pages
 * then. Until garbage is collected, each would have new ones.
 */
export function releaseContent({ stored }: BlockInfo, { buffer, length }: Uint8Array): void {
  const isOwn = stored === STORED.zstd && buffer.byteLength === length;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_RLE_BLOCK = 1;
const ZSTD_RESERVED_BLOCK = 3;
/** Bytes of Dictionary_ID and Frame_Content_Size by their flags: RFC 8878, 3.1.1.1. */
const DICTIONARY_ID_SIZES = [0, 1, 2, 4];
const CONTENT_SIZE_SIZES = [0, 2, 4, 8];

/**
 * Returns the decompressed size that a zstd frame states, or null if the bytes are anything else
 * than one whole frame that states it. RFC 8878, 3.1.1.
 */
export function zstdFrameSize(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== ZSTD_MAGIC) return null;
  const descriptor = bytes[4];
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = CONTENT_SIZE_SIZES[descriptor >> 6] || (singleSegment ? 1 : 0);
  let at = 5 + (singleSegment ? 0 : 1) + DICTIONARY_ID_SIZES[descriptor & 3];
  if (sizeBytes === 0 || at + sizeBytes > bytes.length) return null;
  let size = 0;
  for (let i = sizeBytes - 1; i >= 0; i--) size = size * 256 + bytes[at + i];
  if (sizeBytes === 2) size += 256;
  at += sizeBytes;
  for (let last = false; !last; ) {
    if (at + 3 > bytes.length) return null;
    const block = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    const type = (block >> 1) & 3;
    if (type === ZSTD_RESERVED_BLOCK) return null;
    last = (block & 1) !== 0;
    at += 3 + (type === ZSTD_RLE_BLOCK ? 1 : block >> 3);
  }
  if (descriptor & 4) at += 4;
  return at === bytes.length ? size : null;
}
