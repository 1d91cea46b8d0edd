import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** Two rows that look like one and that somebody has said are two. */
@Entity('duplicate_dismissals')
export class DuplicateDismissal extends IdentifiedEntity {
  @Column({ type: 'uuid', nullable: true }) created_by_id: string | null;
  @Column({ type: 'varchar', length: 50 }) noun: string;
  @Column({ type: 'uuid' }) first_id: string;
  @Column({ type: 'uuid' }) second_id: string;
}
