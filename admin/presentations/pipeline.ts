import { pipelineService } from '../../src/pipelines/pipeline.service.ts';
import type { Presentation } from '../presentation.ts';
import { SALES } from './groups.ts';

export const pipelinePresentation: Presentation = {
  service: pipelineService,
  group: SALES,
  title: 'name',
  list: ['name', 'is_default', 'created_at'],
  show: ['name', 'is_default', 'stages', 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', 'is_default', 'stages'],
  filter: ['name', 'is_default', 'created_at'],
  sort: { sortBy: 'name', direction: 'asc' },
};
