import { leadAssignmentRuleService } from '../../src/lead-assignment-rules/lead-assignment-rule.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

export const leadAssignmentRulePresentation: Presentation = {
  service: leadAssignmentRuleService,
  group: CRM,
  title: 'name',
  list: ['name', 'assign_to_name', 'priority', 'is_active', 'created_at'],
  show: ['name', 'criteria', 'assign_to_name', 'priority', 'is_active', 'created_by_id', 'created_at', 'updated_at'],
  edit: ['name', 'criteria', 'assign_to', 'priority', 'is_active'],
  filter: ['name', 'priority', 'is_active', 'created_at'],
  sort: { sortBy: 'priority', direction: 'asc' },
  properties: {
    priority: { description: 'The lowest is tried first.' },
    assign_to: {
      description: 'As {"type":"user","user_id":"…"} or {"type":"round_robin","team_id":"…"}.',
    },
  },
};
