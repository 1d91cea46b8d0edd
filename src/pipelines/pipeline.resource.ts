import { z } from 'zod';
import { sharedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { requiredText } from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Pipeline } from './pipeline.entity.ts';
import { STAGE_FIELDS, stageInput, stageView } from './stage-shape.ts';

/** The stages of the pipeline `id`, an SQL expression, as one JSON list in their order. */
export function stagesOf(id: string): string {
  const pairs = STAGE_FIELDS.map((field) => `'${field}', s.${field}`).join(', ');
  return `(SELECT coalesce(json_agg(json_build_object(${pairs}) ORDER BY s.position, s.id), '[]')
    FROM pipeline_stages s WHERE s.pipeline_id = ${id})`;
}

export const pipelineResource: Resource = defineResource({
  noun: 'pipeline',
  plural: 'pipelines',
  entity: Pipeline,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_deals', create: 'create_deals', edit: 'edit_deals', delete: 'delete_deals' },
  scope: sharedRows,
  write: {
    name: requiredText(100),
    is_default: z.boolean().default(false),
  },
  input: {
    stages: z
      .array(stageInput)
      .max(50, 'Use at most 50 stages.')
      .optional()
      .describe('All of them, in their order; one that is left out is deleted, unless deals stand in it'),
  },
  computed: {
    stages: { schema: z.array(stageView), sql: (alias) => stagesOf(`${alias}.id`), past: 'recorded' },
  },
  relations: {
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: ['name', 'is_default'],
  sorts: ['name', 'is_default'],
});
