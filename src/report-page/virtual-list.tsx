/** A list of rows of equal height, of which only those in sight are in the document. */
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Browsers limit the height of an element: above this, a list scrolls faster than it moves. */
const MAX_HEIGHT = 8_000_000;
/** Rows above and below those in sight. */
const MORE = 6;

export interface VirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  /** Index of the row that the keyboard is at. */
  readonly cursor: number;
  readonly label: string;
  onCursor(index: number): void;
  /** Enter or a click. */
  onOpen(index: number): void;
  /** An arrow to the left or right. @returns whether it was used */
  onFold?(index: number, opens: boolean): void;
  onKey?(event: KeyboardEvent): boolean;
  row(index: number): ComponentChildren;
  rowProps?(index: number): HTMLAttributes<HTMLDivElement>;
  readonly children?: ComponentChildren;
}

export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, cursor, label, row, rowProps, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const total = count * rowHeight;
  const shownTotal = Math.min(total, MAX_HEIGHT);
  // Where the rows begin, in pixels of all rows.
  const scale = shownTotal > height ? (total - height) / (shownTotal - height) : 1;
  const offset = top * scale;
  const first = Math.max(0, Math.floor(offset / rowHeight) - MORE);
  const last = Math.min(count, Math.ceil((offset + height) / rowHeight) + MORE);

  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current!;
    const at = cursor * rowHeight;
    if (at < offset) element.scrollTop = at / scale;
    else if (at + rowHeight > offset + element.clientHeight)
      element.scrollTop = (at + rowHeight - element.clientHeight) / scale;
    // The list follows the cursor, not the scrolling.
  }, [cursor]);

  const rows: ComponentChildren[] = [];
  for (let index = first; index < last; index++) {
    const { class: name = "", ...more } = rowProps?.(index) ?? {};
    rows.push(
      // biome-ignore lint/a11y/useSemanticElements: rows of a virtual list are placed one by one
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and aria-activedescendant
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
      <div
        key={index}
        id={`row-${index}`}
        role="row"
        aria-rowindex={index + 1}
        aria-selected={index === cursor}
        class={`row ${name} ${index === cursor ? "cursor" : ""}`}
        style={{
          height: `${rowHeight}px`,
          transform: `translateY(${index * rowHeight - offset + top}px)`,
        }}
        onClick={() => {
          props.onCursor(index);
          props.onOpen(index);
        }}
        {...more}
      >
        {row(index)}
      </div>,
    );
  }
  return (
    <div
      ref={box}
      class="list"
      role="treegrid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count}
      aria-activedescendant={count ? `row-${cursor}` : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={(event) => {
        if (moveCursor(event, props, Math.max(1, Math.floor(height / rowHeight) - 1)))
          event.preventDefault();
      }}
    >
      {children}
      <div class="spacer" style={{ height: `${shownTotal}px` }}>
        {rows}
      </div>
    </div>
  );
}

/** @param page rows in sight @returns whether the key was used */
function moveCursor(event: KeyboardEvent, props: VirtualListProps, page: number): boolean {
  const { cursor, count } = props;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (props.onKey?.(event)) return true;
  const to = (index: number) => props.onCursor(Math.max(0, Math.min(count - 1, index)));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowUp: () => to(cursor - 1),
    ArrowDown: () => to(cursor + 1),
    PageUp: () => to(cursor - page),
    PageDown: () => to(cursor + page),
    Home: () => to(0),
    End: () => to(count - 1),
    ArrowLeft: () => props.onFold?.(cursor, false),
    ArrowRight: () => props.onFold?.(cursor, true),
    Enter: () => props.onOpen(cursor),
  };
  if (count === 0 || !Object.hasOwn(keys, event.key)) return false;
  keys[event.key]();
  return true;
}
