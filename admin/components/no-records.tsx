import { Box, Button, H3, Text } from '@adminjs/design-system';
import { type ResourceJSON, useQueryParams } from 'adminjs';

/** In place of an empty list, with what can be done about it. */
export default function NoRecords({ resource }: { resource: ResourceJSON }) {
  const { filters, page, tab, storeParams, clearParams } = useQueryParams();
  const form = resource.resourceActions.find(({ name }) => name === 'new');
  if (Number(page) > 1) {
    return (
      <Empty title="This page lies beyond the end of the list.">
        <Button variant="outlined" onClick={() => storeParams({ page: '1' })}>
          To the first page
        </Button>
      </Empty>
    );
  }
  if (filters && Object.keys(filters).length > 0) {
    return (
      <Empty title="Nothing matches these filters.">
        <Button variant="outlined" onClick={() => clearParams('filters')}>
          Clear the filters
        </Button>
      </Empty>
    );
  }
  if (tab) return <Empty title="Nothing here." />;
  return (
    <Empty title="Nothing here yet.">
      {form && (
        <Button as="a" href={`/admin/resources/${resource.id}/actions/new`} variant="contained">
          {`New ${form.custom.noun ?? 'record'}`}
        </Button>
      )}
    </Empty>
  );
}

function Empty({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <Box p="xxl" style={{ textAlign: 'center' }} data-testid="no-records">
      <H3 mb="xl" fontSize="h4">
        {title}
      </H3>
      <Text>{children}</Text>
    </Box>
  );
}
