import type { ShowPropertyProps } from 'adminjs';
import { Link } from 'react-router-dom';

/** The row that a field names, as a link. AdminJS's is a button without a frame, which stands apart from other texts. */
export default function ReferenceValue({ property, record }: ShowPropertyProps) {
  const id: unknown = record.params[property.path];
  const named = record.populated[property.path];
  if (!id) return <span />;
  if (!named) return <span>Deleted, or hidden from you</span>;
  if (!named.recordActions?.some(({ name }) => name === 'show')) return <span>{named.title}</span>;
  return <Link to={`/admin/resources/${property.reference}/records/${id}/show`}>{named.title}</Link>;
}
