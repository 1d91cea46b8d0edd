import { Box, Button, H2, H3, Link, Loader, Text } from '@adminjs/design-system';
import { ApiClient } from 'adminjs';
import { useEffect, useState } from 'react';
import type { DashboardView, RecentEvent, ScheduledJob } from '../dashboard-view.ts';
import { describeEvent } from '../event-words.ts';
import { printInstant } from '../instants.ts';
import { labelOf } from '../labels.ts';
import { usePageTitle } from './page-title.ts';
import { readerZone } from './reader-zone.ts';
import { RiskBadge } from './risk-badge.tsx';

const ROOT = '/admin/resources';
const api = new ApiClient();

export default function Dashboard() {
  usePageTitle('Overview');
  const [view, setView] = useState<DashboardView | null>(null);
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    api.getDashboard<DashboardView>().then(
      ({ data }) => setView(data),
      () => setFailed(true),
    );
  }, []);
  if (isFailed) return <Text p="xxl">The overview could not be loaded. Reload the page to try again.</Text>;
  if (!view) return <Loader />;
  return (
    <Box p={['lg', 'xxl']}>
      <H2 mb="xl">Welcome, {view.name}</H2>
      <Box display="grid" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(210px, 1fr))', gap: 16 }} mb="xxl">
        {view.counts.map((count) => (
          <CountCard key={count.id} {...count} />
        ))}
      </Box>
      <Box
        display="grid"
        style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))', gap: 16, alignItems: 'start' }}
      >
        {view.events && <RecentEvents events={view.events} />}
        {view.jobs && <Schedule jobs={view.jobs} />}
      </Box>
    </Box>
  );
}

function CountCard({ id, label, count, is_estimate, can_create }: DashboardView['counts'][number]) {
  return (
    <Box variant="white" border="default" borderRadius="lg" style={{ padding: 24 }}>
      <Text color="grey60">{label}</Text>
      <Text fontSize="32px" fontWeight="bold" lineHeight="48px" data-testid={`count-${id}`}>
        {is_estimate ? '≈ ' : ''}
        {count.toLocaleString('en')}
      </Text>
      <Box flex flexDirection="row" style={{ gap: 8 }} mt="lg">
        <Button as="a" href={`${ROOT}/${id}`} size="sm" variant="outlined">
          Open
        </Button>
        {can_create && (
          <Button as="a" href={`${ROOT}/${id}/actions/new`} size="sm" variant="text">
            New
          </Button>
        )}
      </Box>
    </Box>
  );
}

function RecentEvents({ events }: { events: RecentEvent[] }) {
  return (
    <Box variant="white" border="default" borderRadius="lg" style={{ padding: 24 }}>
      <Box flex flexDirection="row" justifyContent="space-between" alignItems="center" mb="lg">
        <H3 m={0} fontSize="h4">
          Recent events
        </H3>
        <Link href={`${ROOT}/audit_logs`}>Audit log</Link>
      </Box>
      {events.map((event) => (
        <Box key={event.id} py="default" style={{ borderTop: '1px solid #e9ebf2' }}>
          <Text lineHeight="24px" style={{ overflowWrap: 'anywhere' }}>
            <b>{event.actor_name}</b> {describeEvent(event.event, event.resource_label)}{' '}
            {event.risk !== 'low' && <RiskBadge risk={event.risk} />}
          </Text>
          <Text variant="sm" color="grey60">
            <Link href={`${ROOT}/audit_logs/records/${event.id}/show`}>{when(event.created_at)}</Link>
          </Text>
        </Box>
      ))}
      {events.length === 0 && <Text color="grey60">Nothing has happened yet.</Text>}
    </Box>
  );
}

const when = (instant: string | null) => (instant ? printInstant(instant, readerZone()) : 'not yet');

function Schedule({ jobs }: { jobs: ScheduledJob[] }) {
  return (
    <Box variant="white" border="default" borderRadius="lg" style={{ padding: 24 }}>
      <H3 mb="lg" fontSize="h4">
        Schedule
      </H3>
      {jobs.map((job) => (
        <Box key={job.name} py="default" style={{ borderTop: '1px solid #e9ebf2' }}>
          <Text lineHeight="24px">
            <b>{labelOf(job.name)}</b>
          </Text>
          <Text lineHeight="22px">{job.summary}</Text>
          <Text variant="sm" color="grey60" lineHeight="20px">
            Last run: {when(job.last_run_at)}. Next run: {when(job.next_run_at)}.
          </Text>
          {job.last_error && (
            <Text variant="sm" color="error" style={{ overflowWrap: 'anywhere' }}>
              {job.last_error}
            </Text>
          )}
        </Box>
      ))}
    </Box>
  );
}
