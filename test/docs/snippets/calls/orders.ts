/** Stands for your database. */
const orders = [{ id: 'A-1', owner: 'ada', status: 'shipped' }];

/** Finds an order of this user. */
export function findOrder(id: string, owner: string) {
  return Promise.resolve(orders.find((order) => order.id === id && order.owner === owner));
}
