import { customFieldService } from '../../src/custom-fields/custom-field.service.ts';
import { extensibleNouns } from '../../src/resources.ts';
import { labelOf } from '../labels.ts';
import type { Presentation } from '../presentation.ts';
import { OPERATIONS } from './groups.ts';

const FACTS = ['options', 'required', 'default', 'unique', 'is_filterable', 'position', 'is_active'];

export const customFieldPresentation: Presentation = {
  service: customFieldService,
  group: OPERATIONS,
  title: 'label',
  search: ['label', 'name'],
  list: ['label', 'entity', 'name', 'field_type', 'required', 'is_filterable', 'index_status', 'is_active'],
  show: ['entity', 'name', 'label', 'field_type', ...FACTS, 'index_status', 'index_error', 'created_at', 'updated_at'],
  edit: ['entity', 'name', 'label', 'field_type', ...FACTS],
  filter: ['entity', 'name', 'field_type', 'is_filterable', 'is_active'],
  sort: { sortBy: 'position', direction: 'asc' },
  properties: {
    entity: { availableValues: extensibleNouns.map((value) => ({ value, label: labelOf(value) })) },
    name: { description: 'Lower-case letters, digits and _. It cannot be changed later, nor can the type.' },
    options: {
      type: 'textarea',
      description:
        'Choices: ["Gold", "Silver"]. Of a relation: {"entity": "companies"}. Limits: {"min": 0, "max": 10}.',
    },
    default: { type: 'textarea', props: { rows: 1 } },
  },
};
