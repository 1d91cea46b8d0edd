import { Box, Link, Text, ValueGroup } from '@adminjs/design-system';
import { type ShowPropertyProps, useResource } from 'adminjs';
import { labelOf } from '../labels.ts';
import type { LinksView } from '../links-view.ts';
import { readLinks } from './link-entries.ts';

/** The other rows that belong to this one, each a link, with a way to add to them where the reader may. */
export default function LinksShow({ property, record }: ShowPropertyProps) {
  const { more } = property.custom.links as LinksView;
  const tie = useResource(more?.reference ?? '');
  const links = readLinks(record, property);
  const offered = (['new', 'list'] as const).filter((name) => tie?.resourceActions.some((each) => each.name === name));
  return (
    <ValueGroup label={labelOf(property.path)}>
      {links.map(({ href, text }) => (
        <Text key={href + text} lineHeight="24px">
          <Link href={href}>{text}</Link>
        </Text>
      ))}
      {links.length === 0 && <Text>None</Text>}
      {more && offered.length > 0 && (
        <Box flex flexDirection="row" flexWrap="wrap" mt="default" style={{ gap: 16 }}>
          {offered.map((name) => (
            <Link
              key={name}
              href={`/admin/resources/${more.reference}${name === 'new' ? '/actions/new' : ''}${more[name].search}${record.id}`}
            >
              {more[name].label}
            </Link>
          ))}
        </Box>
      )}
    </ValueGroup>
  );
}
