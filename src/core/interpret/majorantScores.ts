import { inOrder, type Expression } from '../cells/language';
import type { Network, PlacedLayer } from '../cells/network';
import { readoutLayers, scoresExpression } from '../cells/readout';
import { setMax, still, type Bounds } from './majorantBounds';
import type { RuleContext } from './majorantClass';
import { runOnce } from './majorantLogMoves';
import { programOf } from './majorantProgram';
import { reachOf, type Majorant, type Reach } from './majorantReach';
import { rule } from './majorantRule';

/** V [h; …] + c, or what several dense layers make of it, of what the layers hand on after any number of steps. */
export function majorantScores(
  { readout }: Network,
  placed: readonly (PlacedLayer & { readonly blocks: ReadonlyMap<string, number> })[],
  context: Omit<RuleContext, 'blocks'>,
): ((layers: readonly Majorant[]) => Reach) | null {
  if (!readout) return null;
  const scores = scoresExpression(
    readout,
    readout.layers.map((k) => placed[k]!.handedOn),
  );
  const own = readoutLayers(readout).flatMap(({ map, bias }) => (bias === null ? [map.name] : [map.name, bias]));
  const names = new Set([...placed.flatMap((layer) => [...layer.blocks.keys()]), ...own]);
  const blocks = new Map([...names].map((name, k) => [name, k]));
  const expressions = inOrder([scores]);
  const bounds = new Map(expressions.map((e) => [e, still()]));
  const boundsOf = (e: Expression): Bounds => bounds.get(e)!;
  const rules = expressions.map((e) => rule(e, e.operands.map(boundsOf), boundsOf(e), { ...context, blocks }));
  const read = [...new Set(readout.layers)];
  const program = programOf(
    [boundsOf(scores).movement],
    read.map((k) => boundsOf(placed[k]!.handedOn).movement),
  );
  return (layers) => {
    for (const k of read) {
      const bound = boundsOf(placed[k]!.handedOn);
      setMax(bound, layers[k]!.logInf);
      bound.logTwo = layers[k]!.logTwo;
    }
    for (const apply of rules) apply();
    const moves = runOnce(
      program,
      blocks,
      read.map((k) => layers[k]!.logMoves),
    );
    return reachOf(boundsOf(scores), moves, blocks);
  };
}
