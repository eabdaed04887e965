/** The fields of a line of text. */

/** The position of a column on the line. */
export interface ColumnLayout {
  /** The first terminal column, from 0. */
  start: number;
  /** Grows with the values; 0 for a column that directly follows the previous value. */
  width: number;
  /** The limit of `width`; longer values shift the rest of the line. */
  readonly maxWidth: number;
  /** Minimum number of spaces before the value. */
  readonly gap: number;
  readonly alignRight: boolean;
}

/** One field: shows the first of these columns that has a value. */
export interface LineField {
  readonly label: string;
  readonly columns: readonly string[];
  readonly columnLayout: ColumnLayout;
}
