import type { Ctx } from '../core/ctx.ts';
import { fieldError, validationError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { MAX_MONEY } from '../http/fields.ts';
import type { LineItemInput } from './deal-shape.ts';

/** The line items of the deal `id`, an SQL expression, as one JSON list in their order. */
export function lineItemsOf(id: string): string {
  return `(SELECT coalesce(json_agg(json_build_object('product_id', i.product_id, 'product_name', p.name,
      'quantity', i.quantity, 'unit_price', i.unit_price, 'discount_percentage', i.discount_percentage,
      'total', i.total) ORDER BY i.position), '[]')
    FROM deal_line_items i JOIN products p ON p.id = i.product_id WHERE i.deal_id = ${id})`;
}

export interface LineItems {
  /** As they stand in an answer. */
  list: unknown[];
  /** Their sum to the cent as PostgreSQL spells it; `null` without items. */
  total: string | null;
}

export async function readLineItems(ctx: Ctx, dealId: string): Promise<LineItems> {
  const [row] = await ctx.db.query<LineItems>(
    `SELECT ${lineItemsOf('$1')} AS list,
       (SELECT sum(total)::text FROM deal_line_items WHERE deal_id = $1) AS total`,
    [dealId],
  );
  return row ?? { list: [], total: null };
}

/**
 * Makes the line items of a deal those that are given. A price that is left out is the product's, in the deal's
 * currency. Throws a 400 at the item that cannot be so.
 */
export async function writeLineItems(
  ctx: Ctx,
  dealId: string,
  currency: string,
  items: readonly LineItemInput[],
): Promise<LineItems> {
  const prices = await findPrices(ctx, dealId, currency, items);
  await ctx.db.query('DELETE FROM deal_line_items WHERE deal_id = $1', [dealId]);
  const rows = items.map((item, index) => ({ ...item, id: newId(), position: index, unit_price: prices[index] }));
  await ctx.db.query(
    `INSERT INTO deal_line_items (id, deal_id, product_id, position, quantity, unit_price, discount_percentage)
     SELECT id, $1, product_id, position, quantity, unit_price, discount_percentage
     FROM jsonb_to_recordset($2::jsonb) AS given(id uuid, product_id uuid, position int, quantity numeric,
       unit_price numeric, discount_percentage numeric)`,
    [dealId, JSON.stringify(rows)],
  );
  const written = await readLineItems(ctx, dealId);
  if (Number(written.total ?? 0) > MAX_MONEY) throw fieldError('products', 'too_large', 'The sum is too large.');
  return written;
}

interface Product {
  id: string;
  price: string;
  currency: string;
  is_offered: boolean;
}

async function findPrices(ctx: Ctx, dealId: string, currency: string, items: readonly LineItemInput[]) {
  // A product that was withdrawn since stays on the deals that have it.
  const products = await ctx.db.query<Product>(
    `SELECT p.id, p.price::text AS price, p.currency,
       (p.is_active AND p.deleted_at IS NULL
        OR EXISTS (SELECT FROM deal_line_items i WHERE i.deal_id = $2 AND i.product_id = p.id)) AS is_offered
     FROM products p WHERE p.id = ANY($1::uuid[])`,
    [items.map((item) => item.product_id), dealId],
  );
  const byId = new Map(products.map((product) => [product.id, product]));
  return items.map((item, index) => {
    const at = `products.${index}`;
    const product = byId.get(item.product_id.toLowerCase());
    if (!product?.is_offered) throw fieldError(`${at}.product_id`, 'not_found', 'No such product on offer.');
    if (item.unit_price !== null && item.unit_price !== undefined) return item.unit_price;
    if (product.currency === currency) return product.price;
    const message = `The product’s price is in ${product.currency}, the deal in ${currency}: give a price.`;
    throw validationError([{ field: `${at}.unit_price`, code: 'required', message }]);
  });
}
