import type common from '@texts/common.fr.json';
import type window from '@texts/window.fr.json';

/** Every key the window may name; check-texts.mjs holds the other language to the same set. */
export type Key =
  | keyof typeof common
  | keyof typeof window;
