/** Reads until `isDone` or until `withinMs` have passed, and answers what was read last. */
export async function eventually<T>(
  read: () => PromiseLike<T>,
  isDone: (value: T) => boolean,
  withinMs = 1000,
): Promise<T> {
  const end = Date.now() + withinMs;
  let value = await read();
  while (!isDone(value) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    value = await read();
  }
  return value;
}
