import type { ShowPropertyProps } from 'adminjs';
import { type ComponentType, Fragment, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

type Props = ShowPropertyProps & { OriginalComponent: ComponentType<ShowPropertyProps> };

/**
 * A text in a list. It may break behind the signs of an address instead of in the middle of a word, and what the row is
 * called is a link to it, so that a row can be opened by key and in a tab of its own.
 */
export default function TextList({ OriginalComponent, ...props }: Props) {
  const { property, record, resource } = props;
  const value: unknown = record.params[property.path];
  if (typeof value !== 'string' || property.availableValues) return <OriginalComponent {...props} />;
  const isTitle = property.propertyPath === resource.titleProperty.propertyPath;
  const canOpen = record.recordActions.some(({ name }) => name === 'show');
  const text = breakable(value);
  if (!isTitle || !canOpen) return <span>{text}</span>;
  return (
    <Link to={`/admin/resources/${resource.id}/records/${record.id}/show`} style={{ textDecoration: 'none' }}>
      {text}
    </Link>
  );
}

function breakable(value: string): ReactNode {
  return (
    <>
      {value.split(/(?<=[@._/-])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
