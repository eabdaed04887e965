/** What a line of text is made of. */

/** Where the values of a column stand. */
export interface ColumnLayout {
  /** The first column of the terminal, from 0. */
  start: number;
  /** Grows with what is shown; 0: right after what stands before, whatever its width. */
  width: number;
  /** How far the width grows; longer values push what follows away. */
  readonly maxWidth: number;
  /** Spaces at least between this and what stands before. */
  readonly gap: number;
  readonly alignRight: boolean;
}

/** What a line is made of: the first of these columns that has a value, and where it stands. */
export interface LineField {
  readonly label: string;
  readonly columns: readonly string[];
  readonly columnLayout: ColumnLayout;
}
