import { ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { labelOf } from '../labels.ts';
import InstantList from './instant-list.tsx';

export default function InstantShow(props: ShowPropertyProps) {
  return (
    <ValueGroup label={labelOf(props.property.path)}>
      <InstantList {...props} />
    </ValueGroup>
  );
}
