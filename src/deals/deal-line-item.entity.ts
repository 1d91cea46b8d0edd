import { Column, Entity } from 'typeorm';
import { IdentifiedEntity } from '../core/base-entity.ts';

@Entity('deal_line_items')
export class DealLineItem extends IdentifiedEntity {
  @Column({ type: 'uuid' }) deal_id: string;
  @Column({ type: 'uuid' }) product_id: string;
  @Column({ type: 'integer' }) position: number;
  @Column({ type: 'numeric', precision: 12, scale: 3 }) quantity: number;
  @Column({ type: 'numeric', precision: 14, scale: 2 }) unit_price: number;
  @Column({ type: 'numeric', precision: 5, scale: 2, default: 0 }) discount_percentage: number;
  /** Made by the database, to the cent. */
  @Column({ type: 'numeric', precision: 24, scale: 2 }) total: number;
}
