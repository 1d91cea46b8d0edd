import { ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { labelOf } from '../labels.ts';
import CodeList from './code-list.tsx';

export default function CodeShow(props: ShowPropertyProps) {
  return (
    <ValueGroup label={labelOf(props.property.path)}>
      <CodeList {...props} />
    </ValueGroup>
  );
}
