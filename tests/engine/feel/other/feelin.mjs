// What feelin makes of the expressions that it is given as JSON; a value that JSON cannot hold is told by its kind.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.argv[2]);
const { evaluate, unaryTest } = await import(require.resolve('feelin'));

const { expressions, cells, scope } = JSON.parse(readFileSync(0, 'utf8'));
const plain = (value) => {
  if (value === undefined) return null;
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (Object.getPrototypeOf(value) === Object.prototype) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return `<${value.constructor?.name}>`;
};

const answer = (asked) => {
  try {
    return plain(asked().value);
  } catch (error) {
    return `<${error.message}>`;
  }
};
const results = {
  expressions: expressions.map((text) => answer(() => evaluate(text, scope))),
  cells: cells.map(([text, input]) => answer(() => unaryTest(text, { ...scope, '?': evaluate(input).value }))),
};
process.stdout.write(JSON.stringify(results));
