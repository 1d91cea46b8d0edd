import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

/** Contacts that somebody put together: one by one, or by a filter that is applied anew at each look. */
@Entity('contact_groups')
export class ContactGroup extends ResourceEntity {
  @Column({ type: 'uuid', nullable: true }) owner_id: string | null;
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  @Column({ type: 'boolean', default: false }) is_dynamic: boolean;
  /** Parameters of the list of contacts. */
  @Column({ type: 'jsonb', default: {} }) filters: Record<string, string>;
  /** Whether others see the group. Its contacts they see as far as they may read them. */
  @Column({ type: 'boolean', default: false }) is_shared: boolean;
}
