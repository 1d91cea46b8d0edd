import type { ShowPropertyProps } from 'adminjs';
import { type ComponentType, Fragment } from 'react';

type Props = ShowPropertyProps & { OriginalComponent: ComponentType<ShowPropertyProps> };

/** A text in a list, which may break behind the signs of an address instead of in the middle of a word. */
export default function TextList({ OriginalComponent, ...props }: Props) {
  const { property, record } = props;
  const value: unknown = record.params[property.path];
  if (typeof value !== 'string' || property.availableValues) return <OriginalComponent {...props} />;
  return (
    <span>
      {value.split(/(?<=[@._/-])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
