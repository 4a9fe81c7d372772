import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inStartOrder } from '../../releases/start-order';

const names = (services: readonly { name: string }[]) => services.map(({ name }) => name);

describe('inStartOrder', () => {
  it('puts each service after those that it waits for, else as they came', () => {
    const services = [
      { name: 'web', dependsOn: { api: 'started', db: 'healthy' } },
      { name: 'docs' },
      { name: 'api', dependsOn: { db: 'healthy' } },
      { name: 'db' },
    ];
    assert.deepEqual(names(inStartOrder(services)), ['db', 'api', 'web', 'docs']);
  });

  it('passes over what is not there, and ends in a circle', () => {
    const services = [
      { name: 'a', dependsOn: { b: 'started', nobody: 'started' } },
      { name: 'b', dependsOn: { a: 'started' } },
    ];
    assert.deepEqual(names(inStartOrder(services)), ['b', 'a']);
  });

  it('loses none and makes up none, in whatever order they come', () => {
    const service = fc.record({ name: fc.constant(''), needs: fc.array(fc.nat(9)) });
    fc.assert(
      fc.property(fc.array(service, { maxLength: 10 }), (raw) => {
        // Each waits only for those with a smaller number: no circle.
        const services = raw.map(({ needs }, index) => ({
          name: String(index),
          dependsOn: Object.fromEntries(needs.filter((each) => each < index).map((each) => [String(each), 'started'])),
        }));
        const order = names(inStartOrder([...services].reverse()));
        assert.deepEqual([...order].sort(), names(services).sort());
        for (const { name, dependsOn } of services) {
          for (const other of Object.keys(dependsOn)) assert.ok(order.indexOf(other) < order.indexOf(name));
        }
      }),
    );
  });
});
