import { ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import RiskList from './risk-list.tsx';

export default function RiskShow(props: ShowPropertyProps) {
  return (
    <ValueGroup label="Risk">
      <RiskList {...props} />
    </ValueGroup>
  );
}
