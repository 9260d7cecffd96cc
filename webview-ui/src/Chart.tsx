import { plot } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Properties {
  readonly title: ComponentChildren;
  /** What there is to see, in a sentence, for those who do not see it. */
  readonly description: string;
  /** The picture, for a width in pixels. */
  readonly draw: (width: number) => PlotOptions;
  /** The same numbers as a table. Undefined where a table beside the chart holds them already. */
  readonly table?: ComponentChildren;
}

/** A picture of numbers that is as wide as its place, with the numbers themselves one key away. */
export function Chart({ title, description, draw, table }: Properties) {
  const place = useRef<HTMLDivElement>(null);
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
    if (width > 0) place.current?.replaceChildren(plot({ ...draw(width), width }));
  }, [draw, width]);

  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div class="picture" role="img" aria-label={description} ref={place} />
      {table && (
        <details>
          <summary>Table</summary>
          {table}
        </details>
      )}
    </figure>
  );
}
