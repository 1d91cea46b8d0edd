import { Column, Entity } from 'typeorm';
import { ResourceEntity } from '../core/base-entity.ts';

@Entity('users')
export class User extends ResourceEntity {
  /** Kept in lower case, so that equality is case-insensitive and one index serves it. */
  @Column({ type: 'varchar', length: 254 }) email: string;
  @Column({ type: 'varchar', length: 254 }) username: string;
  /** Not selected by default: nothing that lists users may carry it. */
  @Column({ type: 'varchar', length: 255, select: false }) password_hash: string;
  @Column({ type: 'varchar', length: 100, default: '' }) first_name: string;
  @Column({ type: 'varchar', length: 100, default: '' }) last_name: string;
  @Column({ type: 'varchar', length: 50, nullable: true }) phone: string | null;
  @Column({ type: 'varchar', length: 150, nullable: true }) title: string | null;
  @Column({ type: 'text', nullable: true }) bio: string | null;
  @Column({ type: 'varchar', length: 500, nullable: true }) avatar_url: string | null;
  @Column({ type: 'varchar', length: 64, default: 'UTC' }) timezone: string;
  @Column({ type: 'varchar', length: 35, default: 'en' }) locale: string;
  @Column({ type: 'boolean', default: true }) is_active: boolean;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) last_login: Date | null;
}
