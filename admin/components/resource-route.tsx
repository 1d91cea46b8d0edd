import { useResource } from 'adminjs';
import type { ComponentType } from 'react';
import { useParams } from 'react-router';
import { NotFound, OVERVIEW } from './not-found.tsx';

/** The list of a noun, and what is done with the noun as a whole. */
export default function ResourceRoute({ OriginalComponent }: { OriginalComponent: ComponentType }) {
  const { resourceId = '', actionName = 'list' } = useParams();
  const resource = useResource(resourceId);
  // A page below this one is drawn by its own route; this one then draws the list behind a drawer, or nothing.
  if (!resource) return <NotFound message="There is no page at this address." back={OVERVIEW} />;
  const isOffered = resource.resourceActions.some(({ name }) => name === actionName);
  if (isOffered) return <OriginalComponent />;
  return <NotFound message="There is no such page, or your roles do not allow it." back={OVERVIEW} />;
}
