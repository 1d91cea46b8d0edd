import { Badge, Box, Button, Loader, Text } from '@adminjs/design-system';
import { type ActionProps, ApiClient } from 'adminjs';
import { useEffect, useState } from 'react';
import type { HistoryEntry, HistoryView } from '../history-view.ts';
import { printInstant } from '../instants.ts';
import { ChangeList } from './change-list.tsx';
import { readerZone } from './reader-zone.ts';

const api = new ApiClient();
const LINE = { borderTop: '1px solid #e9ebf2' };

/** Everything that happened to one record, newest first. */
export default function History({ record, resource }: ActionProps) {
  const [entries, setEntries] = useState<HistoryEntry[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [isFailed, setFailed] = useState(false);
  const recordId = record?.id ?? '';
  const load = async (before?: string) => {
    try {
      const params = before ? { before } : {};
      const { data } = await api.recordAction({ resourceId: resource.id, recordId, actionName: 'history', params });
      const { history } = data as typeof data & { history: HistoryView };
      setEntries((shown) => (before ? [...shown, ...history.entries] : history.entries));
      setNext(history.before);
    } catch {
      setFailed(true);
    }
  };
  useEffect(() => {
    void load();
  }, [recordId]);
  if (isFailed) return <Text p="xl">The history could not be loaded. Reload the page to try again.</Text>;
  if (next === undefined) return <Loader />;
  return (
    <Box variant="white" border="default" borderRadius="lg" p={['default', 'xl']} data-testid="history">
      <Text fontWeight="bold" fontSize="xl" lineHeight="xl" mb="default" style={{ overflowWrap: 'anywhere' }}>
        {record?.title}
      </Text>
      <Box as="ol">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Box>
      {entries.length === 0 && (
        <Text py="xl" color="grey60" style={LINE}>
          Nothing is recorded of this yet.
        </Text>
      )}
      {next && (
        <Box pt="xl" style={LINE}>
          <Button variant="outlined" onClick={() => void load(next)}>
            Show older
          </Button>
        </Box>
      )}
    </Box>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { actor_name, action, created_at, changes } = entry;
  return (
    <Box as="li" py="xl" style={LINE}>
      <Box
        flex
        flexDirection="row"
        alignItems="center"
        flexWrap="wrap"
        style={{ gap: 8 }}
        mb={changes.length ? 'lg' : 0}
      >
        <Text fontWeight="bold" style={{ overflowWrap: 'anywhere' }}>
          {actor_name}
        </Text>
        <Badge size="sm" variant="default">
          {action.replaceAll('_', ' ')}
        </Badge>
        <Text as="time" variant="sm" color="grey60">
          {printInstant(created_at, readerZone())}
        </Text>
      </Box>
      {changes.length > 0 && <ChangeList changes={changes} />}
    </Box>
  );
}
