import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { ComponentChildren } from 'preact';

/** The elements of the editor's own look that the panel uses, as Preact knows them. */
interface ElementProperties {
  class?: string;
  title?: string;
  'aria-label'?: string;
  children?: ComponentChildren;
}

declare module 'preact' {
  // The way to tell Preact of a custom element is to add to its namespace.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ElementProperties & { secondary?: boolean; disabled?: boolean; onClick?: () => void };
      'vscode-progress-bar': ElementProperties & {
        indeterminate?: boolean;
        value?: number;
        max?: number;
      };
    }
  }
}
