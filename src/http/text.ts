/** NUL, and halves of a surrogate pair. */
const UNSTORABLE = /\0|[\uD800-\uDFFF]/u;
/** Controls and the two separators that break a line as well. */
const BREAKS_LINE = /[\p{Cc}\u2028\u2029]/u;
const CONTROL = /[^\P{Cc}\t\n\r]/u;
/** Anything that leaves ink: no blank, no mark of direction, no filler. */
const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** What is wrong with a text of one line; `null` when nothing is. */
export function faultOfLine(text: string): string | null {
  if (!isStorable(text)) return NOT_STORABLE;
  if (BREAKS_LINE.test(text)) return 'Give one line, without control characters.';
  return text === '' || VISIBLE.test(text) ? null : 'Give at least one character that can be seen.';
}

/** What is wrong with a text of any number of lines; `null` when nothing is. */
export function faultOfLines(text: string): string | null {
  if (!isStorable(text)) return NOT_STORABLE;
  return CONTROL.test(text) ? 'Contains a control character.' : null;
}

export const NOT_STORABLE = 'Contains a character that cannot be stored.';
