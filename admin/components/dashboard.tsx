import { Box, H2, H4, Icon, Link, Table, TableBody, TableCell, TableHead, TableRow, Text } from '@adminjs/design-system';
import { ApiClient, useCurrentAdmin } from 'adminjs';
import { useEffect, useState } from 'react';

interface Figure {
  label: string;
  count: number;
  fresh: number;
  href: string;
  icon: string;
}

interface Summary {
  figures: Figure[];
  events: { id: string; created_at: string; actor_name: string; sentence: string }[];
  jobs: { name: string; next_run_at: string | null; last_run_at: string | null; last_error: string | null }[];
}

const when = (instant: string | null) => (instant ? new Date(instant).toLocaleString() : 'never');

function Card({ figure }: { figure: Figure }) {
  return (
    <Link href={figure.href} style={{ textDecoration: 'none' }}>
      <Box variant="white" boxShadow="card" p="xl" style={{ borderRadius: 8 }}>
        <Box flex alignItems="center" style={{ gap: 8 }}>
          <Icon icon={figure.icon} />
          <Text color="grey60">{figure.label}</Text>
        </Box>
        <H2 mt="default" mb="sm">
          {figure.count.toLocaleString()}
        </H2>
        <Text color="grey60">{figure.fresh.toLocaleString()} new in 30 days</Text>
      </Box>
    </Link>
  );
}

function Rows({ title, head, rows }: { title: string; head: string[]; rows: string[][] }) {
  return (
    <Box variant="white" boxShadow="card" p="xl" style={{ borderRadius: 8, overflowX: 'auto' }}>
      <H4 mb="lg">{title}</H4>
      <Table>
        <TableHead>
          <TableRow>
            {head.map((name) => (
              <TableCell key={name}>{name}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={row.join()}>
              {row.map((cell, index) => (
                <TableCell key={head[index]}>{cell}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

/** The first page: what there is, what happened last and what runs next. */
export default function Dashboard() {
  const [summary, setSummary] = useState<Summary | null>(null);
  const [admin] = useCurrentAdmin();
  useEffect(() => {
    new ApiClient().getDashboard<Summary>().then((answer) => setSummary(answer.data));
  }, []);
  if (!summary) return <Box p="xxl">Loading …</Box>;
  return (
    <Box p="xl" style={{ display: 'grid', gap: 24, maxWidth: 1280 }}>
      <H2>Hello, {(admin?.title as string | undefined) ?? admin?.email}</H2>
      <Box style={{ display: 'grid', gap: 24, gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))' }}>
        {summary.figures.map((figure) => (
          <Card key={figure.label} figure={figure} />
        ))}
      </Box>
      {summary.events.length > 0 && (
        <Rows
          title="What happened last"
          head={['When', 'Who', 'What']}
          rows={summary.events.map((event) => [when(event.created_at), event.actor_name, event.sentence])}
        />
      )}
      {summary.jobs.length > 0 && (
        <Rows
          title="Schedule"
          head={['Job', 'Last run', 'Next run', 'Last error']}
          rows={summary.jobs.map((job) => [job.name, when(job.last_run_at), when(job.next_run_at), job.last_error ?? ''])}
        />
      )}
    </Box>
  );
}
