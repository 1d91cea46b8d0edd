import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

@Entity('team_memberships')
export class TeamMembership extends IdentifiedEntity {
  @Column({ type: 'uuid' }) team_id: string;
  @Column({ type: 'uuid' }) user_id: string;
  @Column({ type: 'boolean', default: false }) is_manager: boolean;
}
