/** What opens the menu of a narrow screen, and the actions of a row. */
const MENU = '[data-css=topbar] > :first-child > svg';
const DOTS = '[data-testid=actions-dropdown]';

/**
 * AdminJS draws checkboxes, icon buttons and drop-downs without names, and a page without landmarks; these parts cannot
 * be replaced one by one without taking over its tables, pages and menus. So what a screen reader needs is put on them
 * when they appear. React leaves attributes alone that it did not set.
 */
const NAMES: readonly { selector: string; name: string | ((element: Element) => string) }[] = [
  { selector: 'thead input[type=checkbox]', name: 'Select all rows' },
  { selector: 'tbody input[type=checkbox]', name: (input) => `Select ${titleOf(input)}` },
  { selector: DOTS, name: (button) => `Actions for ${titleOf(button)}` },
  { selector: 'button[data-testid=first]', name: 'First page' },
  { selector: 'button[data-testid=previous]', name: 'Previous page' },
  { selector: 'button[data-testid=next]', name: 'Next page' },
  { selector: 'button[data-testid=last]', name: 'Last page' },
  { selector: '[data-testid=delete-item]', name: 'Remove' },
  { selector: '[data-css$=filter-drawer-content] button', name: 'Close the filters' },
  { selector: '[data-testid^=property-] input:not([type=hidden])', name: labelBeside },
  { selector: '[data-testid^=property-] textarea', name: labelBeside },
  { selector: '[data-testid^=property-] button', name: labelBeside },
];

const ROLES: Record<string, [role: string, name?: string]> = {
  '[data-css=app-content]': ['main'],
  '[data-css=sidebar]': ['navigation', 'Menu'],
};

function titleOf(element: Element): string {
  return element.closest('tr')?.querySelector('td[data-property-name]')?.textContent?.trim() || 'this row';
}

function labelBeside(input: Element): string {
  return input.closest('[data-testid^=property-]')?.querySelector('label')?.textContent?.trim() ?? '';
}

function hasName(element: Element): boolean {
  if (element.getAttribute('aria-label') || element.textContent?.trim()) return true;
  return ((element as HTMLInputElement).labels?.length ?? 0) > 0;
}

function nameControls(): void {
  for (const { selector, name } of NAMES) {
    for (const element of document.querySelectorAll(selector)) {
      if (hasName(element)) continue;
      const text = typeof name === 'string' ? name : name(element);
      if (text) element.setAttribute('aria-label', text);
    }
  }
  for (const [selector, [role, name]] of Object.entries(ROLES)) {
    const element = document.querySelector(selector);
    element?.setAttribute('role', role);
    if (name) element?.setAttribute('aria-label', name);
  }
  for (const menu of document.querySelectorAll<SVGElement>(`${MENU}:not([role])`)) {
    menu.setAttribute('aria-label', 'Menu');
    pressByKey(menu);
  }
  for (const dots of document.querySelectorAll<HTMLElement>(`${DOTS}:not([role])`)) pressByKey(dots);
}

/** Makes a button of what only a mouse can press. */
function pressByKey(element: HTMLElement | SVGElement): void {
  element.setAttribute('role', 'button');
  element.tabIndex = 0;
  element.addEventListener('keydown', (event) => {
    const { key } = event as KeyboardEvent;
    if (key !== 'Enter' && key !== ' ') return;
    event.preventDefault();
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  });
}

let isWaiting = false;

/** Begins to name what is drawn, at most once for each frame. */
export function keepControlsNamed(): void {
  const name = () => {
    isWaiting = false;
    nameControls();
  };
  new MutationObserver(() => {
    if (!isWaiting) requestAnimationFrame(name);
    isWaiting = true;
  }).observe(document.documentElement, { childList: true, subtree: true });
}
