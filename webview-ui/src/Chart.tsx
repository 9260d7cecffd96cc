import { plot } from '@observablehq/plot';
import type { Plot, PlotOptions } from '@observablehq/plot';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Properties {
  readonly title: ComponentChildren;
  /** What there is to see, in a sentence, for those who do not see it. */
  readonly description: string;
  /** The picture, for a width in pixels. */
  readonly draw: (width: number) => PlotOptions;
  /** A place in the picture to point at, in the numbers of its axes; it moves without the picture being drawn anew. */
  readonly mark?: { readonly x: number; readonly y: number | null };
  /** What moves the mark; it stands right below the picture. */
  readonly control?: ComponentChildren;
  /** The same numbers as a table. Undefined where a table beside the chart holds them already. */
  readonly table?: ComponentChildren;
}

/** A picture of numbers that is as wide as its place, with the numbers themselves one key away. */
export function Chart({ title, description, draw, mark, control, table }: Properties) {
  const place = useRef<HTMLDivElement>(null);
  const picture = useRef<ReturnType<typeof plot> | null>(null);
  const [width, setWidth] = useState(0);

  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    // At once, because the observer waits for the next frame, and a picture should come with its text.
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (width === 0) return;
    picture.current = plot({ ...draw(width), width });
    place.current?.replaceChildren(picture.current);
  }, [draw, width]);

  useLayoutEffect(() => {
    if (mark && picture.current) pointAt(picture.current, mark.x, mark.y);
  }, [draw, width, mark?.x, mark?.y]);

  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div class="picture" role="img" aria-label={description} ref={place} />
      {control}
      {table && (
        <details>
          <summary>Table</summary>
          {table}
        </details>
      )}
    </figure>
  );
}

/** A line across the picture at x, and a dot on it at y where there is one. */
function pointAt(picture: (SVGSVGElement | HTMLElement) & Plot, x: number, y: number | null): void {
  const [across, along] = [picture.scale('x'), picture.scale('y')];
  if (!across || !along) return;
  const frame = [...(along.range ?? [])] as number[];
  const at = across.apply(x) as number;
  const line = markOf(picture, 'line');
  const dot = markOf(picture, 'circle');
  for (const end of ['x1', 'x2']) line.setAttribute(end, String(at));
  for (const [k, end] of ['y1', 'y2'].entries()) line.setAttribute(end, String(frame[k]));
  dot.setAttribute('cx', String(at));
  dot.setAttribute('cy', String(y === null ? 0 : (along.apply(y) as number)));
  dot.setAttribute('visibility', y === null ? 'hidden' : 'visible');
}

function markOf(picture: Element, kind: 'line' | 'circle'): Element {
  const found = picture.querySelector(`.mark-${kind}`);
  if (found) return found;
  const made = document.createElementNS('http://www.w3.org/2000/svg', kind);
  made.setAttribute('class', `mark-${kind}`);
  if (kind === 'circle') made.setAttribute('r', '4');
  picture.append(made);
  return made;
}
