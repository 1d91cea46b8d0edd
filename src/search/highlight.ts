const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

function plain(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * The text as HTML with the words that were found in `<mark>`; `null` where none is. Everything else is escaped, so
 * that a name with markup in it stays a name.
 */
export function highlight(text: string | null, words: readonly string[]): string | null {
  if (!text) return null;
  let isFound = false;
  const html = text
    .split(/([\p{L}\p{N}\p{M}]+)/u)
    .map((part, index) => {
      const isWord = index % 2 === 1;
      if (!isWord || !words.some((word) => plain(part).startsWith(word))) return escapeHtml(part);
      isFound = true;
      return `<mark>${escapeHtml(part)}</mark>`;
    })
    .join('');
  return isFound ? html : null;
}
