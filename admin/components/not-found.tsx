import { Box, Button, H2, Text } from '@adminjs/design-system';
import { usePageTitle } from './page-title.ts';

interface NotFoundProps {
  message: string;
  /** Where to go from here. */
  back: { href: string; label: string };
}

/** In place of a page that there is not, or that is not for this reader. */
export function NotFound({ message, back }: NotFoundProps) {
  usePageTitle('Not found');
  return (
    <Box p={['lg', 'xxl']} data-testid="not-found">
      <Box variant="white" border="default" borderRadius="lg" p="xxl" maxWidth="560px">
        <H2 mb="lg">Not found</H2>
        <Text mb="xl" lineHeight="24px">
          {message}
        </Text>
        <Button as="a" href={back.href} variant="outlined">
          {back.label}
        </Button>
      </Box>
    </Box>
  );
}

export const OVERVIEW = { href: '/admin', label: 'To the overview' };
