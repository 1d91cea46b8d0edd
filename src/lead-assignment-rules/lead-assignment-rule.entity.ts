import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

export type AssignTo = { type: 'user'; user_id: string } | { type: 'round_robin'; team_id: string };

/** Who is given a new lead that nobody was named for. */
@Entity('lead_assignment_rules')
export class LeadAssignmentRule extends ResourceEntity {
  @Column({ type: 'varchar', length: 100 }) name: string;
  /** Filters as lists take them, all of which must hold. */
  @Column({ type: 'jsonb', default: {} }) criteria: Record<string, string | number | boolean>;
  @Column({ type: 'jsonb' }) assign_to: AssignTo;
  @Column({ type: 'integer', default: 0 }) priority: number;
  @Column({ type: 'boolean', default: true }) is_active: boolean;
  /** Whose turn it was last in a round robin. */
  @Column({ type: 'uuid', nullable: true }) last_user_id: string | null;
}
