/** A minimal terminal emulator that renders the text on the screen: console_codes(4). */

export class Screen {
  private readonly columns: number;
  private readonly rows: number;
  private lines: string[][];
  private row = 0;
  private column = 0;
  private saved: [row: number, column: number] = [0, 0];

  constructor(columns: number, rows = 24) {
    this.columns = columns;
    this.rows = rows;
    this.lines = Array.from({ length: rows }, () => []);
  }

  /** The text on the screen, without blanks at the ends of lines and empty lines at the end. */
  get text(): string {
    return this.lines
      .map((line) =>
        Array.from(line, (character) => character ?? " ")
          .join("")
          .trimEnd(),
      )
      .join("\n")
      .trimEnd();
  }

  write(bytes: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is meant
    for (const [part] of bytes.matchAll(/\x1b\[[?\d;]*[A-Za-z]|\x1b[^[]|[\s\S]/g)) {
      if (part.startsWith("\x1b[")) this.control(part.at(-1)!, part.slice(2, -1));
      else if (part.startsWith("\x1b")) this.escape(part[1]);
      else this.character(part);
    }
  }

  private character(character: string): void {
    if (character === "\r") this.column = 0;
    else if (character === "\n") this.down();
    else if (character === "\b") this.column = Math.max(0, this.column - 1);
    else if (character >= " ") {
      if (this.column === this.columns) {
        this.down();
        this.column = 0;
      }
      this.lines[this.row][this.column++] = character;
    }
  }

  private down(): void {
    if (this.row < this.rows - 1) {
      this.row++;
      return;
    }
    this.lines.shift();
    this.lines.push([]);
  }

  private escape(letter: string): void {
    if (letter === "D") this.down();
    else if (letter === "7") this.saved = [this.row, this.column];
    else if (letter === "8") [this.row, this.column] = this.saved;
    else if (letter === "E") {
      this.down();
      this.column = 0;
    } else throw new Error(`unknown: ESC ${letter}`);
  }

  private control(letter: string, parameters: string): void {
    if (letter === "m" || letter === "h" || letter === "l") return;
    if (letter === "A") this.row = Math.max(0, this.row - (Number(parameters) || 1));
    else if (letter === "K" && parameters === "") this.lines[this.row].length = this.column;
    else if (letter === "J" && parameters === "") {
      this.lines[this.row].length = Math.min(this.lines[this.row].length, this.column);
      for (let row = this.row + 1; row < this.rows; row++) this.lines[row] = [];
    } else throw new Error(`unknown: CSI ${parameters}${letter}`);
  }
}
