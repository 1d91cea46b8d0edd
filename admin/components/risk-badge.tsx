import { Badge } from '@adminjs/design-system';

const COLORS: Record<string, 'danger' | 'default' | 'info'> = { medium: 'info', high: 'danger', critical: 'danger' };

/** How much an event asks for a look, in one set of colours everywhere. */
export function RiskBadge({ risk }: { risk: string }) {
  return (
    <Badge size="sm" variant={COLORS[risk] ?? 'default'}>
      {risk}
    </Badge>
  );
}
