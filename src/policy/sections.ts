/** The sections of a lock file, and which kinds of access each one declares. */
import type { AccessKind } from "../model/accesses.ts";

/** In the order of the file. */
export const SECTIONS = [
  "reads",
  "writes",
  "removes",
  "lists",
  "absent",
  "programs",
  "hosts",
] as const;
export type Section = (typeof SECTIONS)[number];

const SECTION_OF: Readonly<Record<AccessKind, Section>> = {
  read: "reads",
  write: "writes",
  remove: "removes",
  list: "lists",
  lookup: "absent",
  run: "programs",
  connect: "hosts",
  listen: "hosts",
};

/** Returns the section that declares a kind of access. */
export function sectionOf(kind: AccessKind): Section {
  return SECTION_OF[kind];
}

/**
 * The sections whose entries allow a kind of access: its own, and those that allow more. What may be
 * written may be removed, what may be run is read, and a declared path may be missing.
 */
const ALLOWED_BY: Readonly<Record<AccessKind, readonly Section[]>> = {
  read: ["reads", "programs"],
  write: ["writes"],
  remove: ["removes", "writes"],
  list: ["lists"],
  lookup: ["absent", "writes", "reads", "programs", "removes", "lists"],
  run: ["programs"],
  connect: ["hosts"],
  listen: ["hosts"],
};

export function allowingSections(kind: AccessKind): readonly Section[] {
  return ALLOWED_BY[kind];
}
