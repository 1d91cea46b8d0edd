import { useEffect } from 'react';
import { PANEL_TITLE } from '../brand.ts';

/** Names the page in the browser's tab and history: "Ada Lovelace – Contacts – MyCRM". */
export function usePageTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), PANEL_TITLE].join(' – ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
