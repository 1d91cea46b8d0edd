import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('teams')
export class Team extends ResourceEntity {
  @Column({ type: 'varchar', length: 100 }) name: string;
  @Column({ type: 'text', nullable: true }) description: string | null;
  /** Whether members see one another's records. */
  @Column({ type: 'boolean', default: false }) shares_records: boolean;
}
