import type { ComponentType } from 'react';
import { useLocation } from 'react-router';
import { PANEL_PATH } from '../brand.ts';
import { NotFound, OVERVIEW } from './not-found.tsx';

/** AdminJS shows the overview at every address that it does not know. */
export default function DashboardRoute({ OriginalComponent }: { OriginalComponent: ComponentType }) {
  const { pathname } = useLocation();
  if (pathname.replace(/\/$/, '') === PANEL_PATH) return <OriginalComponent />;
  return <NotFound message="There is no page at this address." back={OVERVIEW} />;
}
