import { Box, Button } from '@adminjs/design-system';
import { type ActionProps, List, useQueryParams } from 'adminjs';

const TRASH = 'trash';

/** AdminJS's list, with the trash as a second tab. */
export default function RecordList(props: ActionProps) {
  const { tab, storeParams } = useQueryParams();
  const { action, resource } = props;
  if (!action.custom.hasTrash) return <List {...props} />;
  const isTrash = tab === TRASH;
  const open = (chosen: string | undefined) => storeParams({ tab: chosen, page: '1' });
  // An empty trash is not where one begins a row.
  const shown = isTrash ? { ...resource, resourceActions: withoutNew(resource.resourceActions) } : resource;
  return (
    <>
      <Box
        as="nav"
        aria-label="Rows"
        flex
        flexDirection="row"
        px={['default', 0]}
        mt={['lg', 0]}
        mb="xl"
        style={{ gap: 8 }}
      >
        <TabButton label="In use" isOpen={!isTrash} onOpen={() => open(undefined)} />
        <TabButton label="Trash" isOpen={isTrash} onOpen={() => open(TRASH)} />
      </Box>
      <List {...props} resource={shown} />
    </>
  );
}

function TabButton({ label, isOpen, onOpen }: { label: string; isOpen: boolean; onOpen: () => void }) {
  return (
    <Button
      size="sm"
      rounded
      variant={isOpen ? 'contained' : 'outlined'}
      aria-current={isOpen ? 'page' : undefined}
      onClick={onOpen}
    >
      {label}
    </Button>
  );
}

function withoutNew(actions: ActionProps['resource']['resourceActions']) {
  return actions.filter(({ name }) => name !== 'new');
}
