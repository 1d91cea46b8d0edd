import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('task_templates')
export class TaskTemplate extends ResourceEntity {
  @Column({ type: 'uuid', nullable: true }) owner_id: string | null;
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'varchar', length: 200 }) title: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'varchar', length: 20, default: 'other' }) task_type: string;
  @Column({ type: 'varchar', length: 10, default: 'medium' }) priority: string;
  @Column({ type: 'integer', nullable: true }) due_in_days: number | null;
  @Column({ type: 'jsonb', default: [] }) checklist: { text: string; is_done: boolean }[];
  @Column({ type: 'boolean', default: false }) is_shared: boolean;
}
