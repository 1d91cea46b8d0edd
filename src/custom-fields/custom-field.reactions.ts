import type { RecordedEvent } from '../events/recorded-event.ts';
import type { Queue } from '../queue.ts';

type FieldEvent = Pick<RecordedEvent, 'event' | 'resource_id' | 'actor_id' | 'actor_name'>;

/** Indexes are built, and values deleted, by jobs: both take as long as the table is large. */
export async function queueFieldWork(queue: Queue, event: FieldEvent): Promise<void> {
  const { resource_id: id, actor_id, actor_name } = event;
  if (!id) return;
  if (event.event !== 'custom_field.purge_requested') await queue.enqueue('index_custom_field', { id });
  else await queue.enqueue('purge_custom_field', { id, requested_by: { id: actor_id, name: actor_name } });
}
