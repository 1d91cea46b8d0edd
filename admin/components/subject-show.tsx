import { Link, Text, ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { labelOf } from '../labels.ts';

/** The record that an event is about, as a link where the panel shows records of its noun. */
export default function SubjectShow({ property, record }: ShowPropertyProps) {
  const plurals = property.custom.plurals as Record<string, string>;
  const { resource_id, resource_label, resource_type } = record.params;
  const plural = plurals[resource_type];
  const name = resource_label || resource_id;
  return (
    <ValueGroup label={labelOf(property.path)}>
      {plural && resource_id ? (
        <Link href={`/admin/resources/${plural}/records/${resource_id}/show`}>{name}</Link>
      ) : (
        <Text>{name ?? 'None'}</Text>
      )}
    </ValueGroup>
  );
}
