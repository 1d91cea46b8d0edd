import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

/** The secret address at which a user's calendar is subscribed to. */
@Entity('calendar_feeds')
export class CalendarFeed extends IdentifiedEntity {
  @Column({ type: 'uuid' }) user_id: string;
  /** Of the token, which itself is shown once and kept nowhere. */
  @Column({ type: 'varchar', length: 64 }) token_hash: string;
}
