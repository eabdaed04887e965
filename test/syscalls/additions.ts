/** Reports what a newer kernel or header has beyond the committed tables, which is not an error. */

/** Prints what the tables lack; `make tables` adds it. */
export function additions(what: string, names: readonly string[]): void {
  if (names.length) console.log(`not in the tables: ${what}: ${names.join(" ")}`);
}
