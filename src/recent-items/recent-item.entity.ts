import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** A record that a user looked at, once for each. */
@Entity('recent_items')
export class RecentItem extends IdentifiedEntity {
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'varchar', length: 50 }) target_type: string;
  @Column({ type: 'uuid' }) target_id: string;
  @Column({ type: 'timestamptz', precision: 3 }) viewed_at: Date;
}
