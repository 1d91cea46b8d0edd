import { Column } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** Columns of every CRM record: an owner, tags and custom fields. */
export abstract class RecordEntity extends ResourceEntity {
  @Column({ type: 'uuid', nullable: true }) owner_id: string | null;
  @Column({ type: 'text', array: true, default: [] }) tags: string[];
  @Column({ type: 'jsonb', default: {} }) custom_fields: Record<string, unknown>;
}
