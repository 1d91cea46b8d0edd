import type { ShowPropertyProps } from 'adminjs';
import { RiskBadge } from './risk-badge.tsx';

export default function RiskList({ property, record }: ShowPropertyProps) {
  return <RiskBadge risk={String(record.params[property.path])} />;
}
