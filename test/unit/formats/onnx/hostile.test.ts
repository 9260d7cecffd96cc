import assert from 'node:assert/strict';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';
import { unusedNames } from '../../../../src/formats/onnx/unusedNames';

/** The parts of onnx.proto that these files need. */
type Message = BinaryWriter;
const delimited = WireType.LengthDelimited;
const message = (): Message => new BinaryWriter();
const inside = (outer: Message, field: number, inner: Message): Message => outer.tag(field, delimited).bytes(inner.finish()); // prettier-ignore
const text = (outer: Message, field: number, value: string): Message => outer.tag(field, delimited).string(value);

interface Attributes {
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly graph?: Message;
}

function node(operator: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}) {
  const result = message();
  for (const input of inputs) text(result, 1, input);
  for (const output of outputs) text(result, 2, output);
  text(text(result, 3, 'n'), 4, operator);
  for (const [name, values] of Object.entries(attributes.ints ?? {})) {
    const attribute = text(message(), 1, name);
    for (const value of values) attribute.tag(8, WireType.Varint).int64(value);
    inside(result, 5, attribute);
  }
  if (attributes.graph) inside(result, 5, inside(text(message(), 1, 'body'), 6, attributes.graph));
  return result;
}

function tensor(name: string, dims: readonly number[], dataType = 1): Message {
  const result = message();
  for (const dim of dims) result.tag(1, WireType.Varint).int64(dim);
  const bytes = new Uint8Array(dims.reduce((size, dim) => size * dim, 1) * (dataType === 1 ? 4 : 8));
  return text(result.tag(2, WireType.Varint).int32(dataType), 8, name).tag(9, delimited).bytes(bytes);
}

function value(name: string): Message {
  const shape = message();
  for (let axis = 0; axis < 3; axis++) inside(shape, 1, message());
  const type = inside(message().tag(1, WireType.Varint).int32(1), 2, shape);
  return inside(text(message(), 1, name), 2, inside(message(), 1, type));
}

function graph(nodes: readonly Message[], inputs: readonly string[], outputs: readonly string[]): Message {
  const result = message();
  for (const one of nodes) inside(result, 1, one);
  for (const stored of [tensor('W', [1, 1, 1]), tensor('R', [1, 1, 1]), tensor('zero', [1], 7)])
    inside(result, 5, stored);
  for (const name of inputs) inside(result, 11, value(name));
  for (const name of outputs) inside(result, 12, value(name));
  return result;
}

const rnn = (input = 'x', output = 'h', more: readonly string[] = []) =>
  node('RNN', [input, 'W', 'R', ...more], ['', output]);

function read(nodes: readonly Message[], output = 'h', inputs: readonly string[] = ['x']) {
  const model = inside(message().tag(1, WireType.Varint).int32(8), 7, graph(nodes, inputs, [output]));
  return readOnnx(model.finish(), 'hostile.onnx', () => assert.fail('there are no external data')).checkpoint;
}
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
/** Each node reads what the one before it made: t0 → t1 → … */
const chain = (count: number, make: (from: string, to: string) => Message) =>
  many(count, (i) => make(`t${i}`, `t${i + 1}`));

describe('readOnnx on files that ask for more than they hold', function () {
  // Each of these takes well under a second, and took minutes, gigabytes or a crash before it was looked after.
  this.timeout(10_000);

  it('reads a network of one layer', () => {
    assert.equal(read([rnn()]).layers.length, 1);
  });

  it('joins a state with itself, again and again', () => {
    const { readout } = read([rnn('x', 't0'), ...chain(64, (from, to) => node('Concat', [from, from], [to], { ints: { axis: [2] } }))], 't64'); // prettier-ignore
    assert.deepEqual(readout?.layers ?? [0], [0]);
    assert.notEqual(readout?.linear, true);
  });

  it('joins a shape with itself, again and again', () => {
    const shapes = [node('Shape', ['x'], ['t0']), ...chain(64, (from, to) => node('Concat', [from, from], [to]))];
    assert.equal(read([...shapes, node('Reshape', ['x', 't64'], ['y']), rnn('y')]).layers.length, 1);
  });

  it('joins an initial state with itself, again and again', () => {
    const states = [node('Shape', ['x'], ['s']), node('ConstantOfShape', ['s'], ['t0']), ...chain(64, (from, to) => node('Concat', [from, from], [to]))]; // prettier-ignore
    assert.equal(read([...states, rnn('x', 'h', ['', '', 't64'])]).layers[0]?.initialState, 'unknown');
  });

  it('gives 4000 nodes of one name different names, and refuses more than 4096', () => {
    const { layers } = read(
      many(4000, (i) => rnn('x', `h${i}`)),
      'h0',
    );
    assert.equal(new Set(layers.map(({ name }) => name)).size, 4000);
    assert.deepEqual(layers.slice(0, 3).map(({ name }) => name), ['n', 'n (2)', 'n (3)']); // prettier-ignore
    assert.throws(() => read(many(4097, (i) => rnn('x', `h${i}`)), 'h0'), { name: 'Problem', message: /more than 4096 recurrent layers/ }); // prettier-ignore
  });

  it('refuses more than 4096 inputs, and sums 4096', () => {
    const names = many(4097, (i) => `x${i}`);
    assert.throws(() => read([rnn('x0')], 'h', names), { name: 'Problem', message: /more than 4096 inputs/ });
    const sums = many(4095, (i) => node('Add', [i === 0 ? 'x0' : `s${i}`, `x${i + 1}`], [`s${i + 1}`]));
    const { inputs } = read([...sums, rnn('s4095')], 'h', names.slice(0, 4096));
    assert.deepEqual(new Set(inputs.map(({ role }) => role)), new Set(['sequence']));
  });

  it('follows a chain of 50,000 nodes', () => {
    const { layers } = read([...chain(50_000, (from, to) => node('Abs', [from, ''], [to])), rnn('t50000')], 'h', ['t0']); // prettier-ignore
    assert.match(layers[0]?.input.kind === 'frontEnd' ? layers[0].input.description : '', /more than 1000 operators/);
  });

  it('opens 5,000 subgraphs in a graph of 5,000 tensors', () => {
    const body = graph([node('Identity', ['x'], ['inner'])], [], ['inner']);
    const branches = many(5000, (i) => node('If', [`t${i}`], [`b${i}`], { graph: body }));
    assert.equal(read([...chain(5000, (from, to) => node('Abs', [from], [to])), ...branches, rnn('t0')], 'h', ['t0', 'x']).layers.length, 1); // prettier-ignore
  });

  it('unsqueezes 20,000 axes', () => {
    const axes = many(20_000, (i) => i + 3);
    assert.equal(read([node('Unsqueeze', ['x'], ['y'], { ints: { axes } }), rnn('y')]).layers.length, 1);
  });

  it('knows no operator by the name of what every object has', () => {
    for (const operator of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const nodes = [node(operator, ['x'], ['y']), node(operator, ['zero'], ['z']), node('Reshape', ['y', 'z'], ['r'])];
      assert.equal(read([...nodes, rnn('r')]).layers.length, 1, operator);
    }
  });
});

describe('unusedNames', () => {
  it('passes over names that were given as they are', () => {
    const unused = unusedNames();
    assert.deepEqual(['a', 'a (2)', 'a', 'a', 'a (2)', 'b'].map(unused), ['a', 'a (2)', 'a (3)', 'a (4)', 'a (2) (2)', 'b']); // prettier-ignore
  });
});
