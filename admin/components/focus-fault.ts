const EDITOR = 'property-edit-';
const INPUTS = 'input:not([type=hidden]), select, textarea, button';

/** Brings the first field with a fault into sight and puts the cursor into it; the reader stands at the button below. */
export function focusFirstFault(form: HTMLFormElement, paths: readonly string[]): void {
  for (const editor of form.querySelectorAll<HTMLElement>(`[data-testid^="${EDITOR}"]`)) {
    const name = editor.dataset.testid?.slice(EDITOR.length) ?? '';
    const path = paths.find((each) => each === name || each.startsWith(`${name}.`));
    if (path === undefined) continue;
    // The inputs of a list or a map bear the whole path of what is wrong, such as `emails.1.value`.
    const input = editor.querySelector<HTMLElement>(`[id="${CSS.escape(path)}"]`) ?? editor.querySelector(INPUTS);
    editor.scrollIntoView({ block: 'center' });
    (input as HTMLElement | null)?.focus({ preventScroll: true });
    return;
  }
}
